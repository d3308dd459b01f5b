"""Reports: activity, the summary for charts, and a text that announces invites."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import JSON, ApiRouter
from functions.api.schemas.common import (
    MOST_VALUES,
    Cursor,
    GroupFilter,
    Id,
    LicenseFilter,
    Limit,
    OrganizationPath,
    Since,
    Until,
)
from functions.api.schemas.reports import ActivityPage, Announcement, Format, Summary
from functions.api.sheets.activity import COLUMNS, activity_sheet, file_name
from functions.api.sheets.pages import sheet_response, takes_gzip
from functions.api.views import reports as views
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.invites import InviteState
from usher.domain.reports.summary import SummaryFilter
from usher.services import activity_report
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.clients import Clients
from usher.services.paging import PAGE
from usher.services.reports import Reports

REPORTS = "/v1/organizations/<organization>/reports"

OfClients = Annotated[
    list[Id] | None,
    Query(
        max_length=MOST_VALUES,
        description="Report on these clients of the organization together instead; several by commas.",
    ),
]
OfStates = Annotated[
    list[InviteState] | None,
    Query(
        max_length=MOST_VALUES,
        description="Invites in these states only, several by commas; who came without an invite is in none.",
    ),
]
OfClient = Annotated[
    str | None, Query(max_length=64, description="Report on this client of the organization instead.")
]

router = ApiRouter()


@router.get(f"{REPORTS}/activity")
@described(ActivityReport.page, Clients.client, csv=",".join(COLUMNS) + "\r\n")
def report_activity(  # noqa: PLR0913 - the parameters of the request
    organization: OrganizationPath,
    *,
    since: Since = None,
    until: Until = None,
    license: LicenseFilter = None,  # noqa: A002 - the glossary's word, and the parameter's
    group: GroupFilter = None,
    method: Annotated[
        list[EnrollmentMethod] | None,
        Query(
            max_length=MOST_VALUES,
            description="People invited, or enrolled, in these ways only; several by commas.",
        ),
    ] = None,
    state: OfStates = None,
    client: OfClient = None,
    format_: Annotated[Format, Query(alias="format", description="`csv` answers `text/csv`.")] = Format.JSON,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[ActivityPage | str]:
    """Report who was invited or enrolled, however they came, and what came of it.

    Of the organization, or of one of its clients. A row is a person and one license: invited by whom and to
    what, sent, delivered, accepted, declined, expired, withdrawn; or enrolled by a code, the join page,
    single sign-on, a license of their group, or by themselves; access started and ended. Newest first, by the
    date of the invite, or else of the enrollment. Whoever was invited or enrolled into a group without
    licenses has a row without a license.

    As CSV, one answer has as many rows as fit into 4 MB, compressed where `Accept-Encoding` has `gzip`, and
    can be read in 12 seconds, whatever the `limit`. The header `Link` with `rel="next"` has the address of
    the rest; only the first part has the column names, so that the parts put together are one file.
    """
    person = router.person
    target = router.target_organization(organization, client)
    query = ActivityQuery(
        since=since,
        until=until,
        licenses=tuple(license or ()),
        groups=tuple(group or ()),
        methods=frozenset(method or ()),
        states=frozenset(state) if state else None,
    )

    def read(count: int, after: str | None) -> activity_report.ActivityPage:
        page = router.services.activity_report.page(
            person=person, organization=target, query=query, limit=count, cursor=after
        )
        names.read(views.actors_of(page.items))
        return page

    names = router.names(target)
    view = partial(views.activity_row, organization=target, names=names, ids=router.services.person_ids)
    if format_ is Format.CSV:
        request = router.current_event
        sheet = activity_sheet(read, view=view, cursor=cursor, compressed=takes_gzip(request.headers))
        path = REPORTS.replace("<organization>", organization)
        return sheet_response(
            sheet,
            name=file_name(sheet.page),
            address=f"{router.services.origin}{path}/activity",
            query=request.query_string_parameters,
            seal=router.seal_cursor,
        )
    page = read(limit, cursor)
    return Response(
        status_code=HTTPStatus.OK,
        content_type=JSON,
        body=ActivityPage(items=[view(row) for row in page.items], next=page.next),
    )


@router.get(f"{REPORTS}/summary")
@described(Reports.summary)
def report_summary(
    organization: OrganizationPath,
    *,
    since: Since = None,
    until: Until = None,
    license: LicenseFilter = None,  # noqa: A002 - the glossary's word, and the parameter's
    group: GroupFilter = None,
    state: OfStates = None,
    client: OfClients = None,
) -> Summary:
    """Summarize a period for charts.

    Of the organization, or of some of its clients together. For each day, invites by outcome, people enrolled
    by method, and seats in use, by license as well; days from invite to acceptance. By default the last
    thirty days; `from` can be up to a year ago. Days are whole, and have what is known some seconds after it
    happened. With `license`, all is of these licenses; with `group`, invites and people are those of the
    groups, and with `state` of invites that are in the states now, and the seats of all. Of several clients,
    the days are those of each one's time zone.
    """
    return views.summary(
        router.services.reports.summary(
            person=router.person,
            organization=organization,
            clients=client or (),
            since=since,
            until=until,
            only=SummaryFilter(
                licenses=tuple(license or ()), groups=tuple(group or ()), states=frozenset(state or ())
            ),
        )
    )


@router.get("/v1/organizations/<organization>/announcement")
@described(Reports.announcement)
def get_announcement(organization: OrganizationPath) -> Announcement:
    """Read a text that announces the coming invites.

    It has the organization's name, and can be copied and changed.
    """
    return views.announcement(
        router.services.reports.announcement(person=router.person, organization=organization)
    )
