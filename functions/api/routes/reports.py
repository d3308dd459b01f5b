"""Reports: the activity of invites, the summary for charts, and a text that announces invites."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import JSON, ApiRouter
from functions.api.schemas.common import Cursor, Limit, OrganizationPath, Since, Until
from functions.api.schemas.reports import ActivityPage, Announcement, Format, Summary
from functions.api.sheets.activity import COLUMNS, MEDIA_TYPE, Sheet, activity_sheet
from functions.api.views import reports as views
from usher.services.clients import Clients
from usher.services.paging import PAGE
from usher.services.reports import ActivityQuery, Reports

REPORTS = "/v1/organizations/<organization>/reports"

router = ApiRouter()


@router.get(f"{REPORTS}/activity")
@described(Reports.activity, Clients.client, csv=",".join(COLUMNS) + "\r\n")
def report_activity(  # noqa: PLR0913 - the parameters of the request
    organization: OrganizationPath,
    *,
    since: Since = None,
    until: Until = None,
    license: Annotated[  # noqa: A002 - the glossary's word, and the parameter's
        str | None, Query(max_length=64, description="Invites to this license only.")
    ] = None,
    group: Annotated[str | None, Query(max_length=64, description="Invites to this group only.")] = None,
    client: Annotated[
        str | None, Query(max_length=64, description="Report on this client of the organization instead.")
    ] = None,
    format_: Annotated[Format, Query(alias="format", description="`csv` answers `text/csv`.")] = Format.JSON,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[ActivityPage | str]:
    """Report the activity of invites.

    Of the organization, or of one of its clients: who was invited, by whom and to what; sent, delivered,
    accepted, declined, expired, withdrawn; access started and ended. Newest first, by the date of the invite.
    `limit` counts invites; an invite to several licenses has a row for each. As CSV, a page holds up to 2,000
    invites whatever the `limit`. The header `Link` with `rel="next"` has the address of the next page; only
    the first page has the column names, so that the pages put together are one file.
    """
    person = router.person
    target = router.target_organization(organization, client)
    query = ActivityQuery(since=since, until=until, license=license, group=group)

    def read(count: int, after: str | None) -> Any:  # noqa: ANN401 - as the service answers
        return router.services.reports.activity(
            person=person, organization=target, query=query, limit=count, cursor=after
        )

    view = partial(views.activity_row, organization=target, ids=router.services.person_ids)
    if format_ is Format.CSV:
        return _sheet(activity_sheet(read, view=view, cursor=cursor), organization)
    page = read(limit, cursor)
    rows = [view(row) for one in page.items for row in one.rows]
    return Response(
        status_code=HTTPStatus.OK, content_type=JSON, body=ActivityPage(items=rows, next=page.next)
    )


@router.get(f"{REPORTS}/summary")
@described(Reports.summary)
def report_summary(organization: OrganizationPath, since: Since = None, until: Until = None) -> Summary:
    """Summarize a period for charts.

    Invites by outcome and seats in use, for each day; days from invite to acceptance; seats by license. By
    default the last thirty days; `from` can be up to a year ago.
    """
    return views.summary(
        router.services.reports.summary(
            person=router.person, organization=organization, since=since, until=until
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


def _sheet(sheet: Sheet, organization: str) -> Response[Any]:
    headers: dict[str, str | list[str]] = {
        "Content-Disposition": f'attachment; filename="activity-{organization}.csv"'
    }
    if sheet.next is not None:
        given = router.current_event.query_string_parameters
        query = urlencode({**given, "cursor": sheet.next})
        path = REPORTS.replace("<organization>", organization)
        headers["Link"] = f'<{router.services.origin}{path}/activity?{query}>; rel="next"'
    return Response(status_code=HTTPStatus.OK, content_type=MEDIA_TYPE, body=sheet.text, headers=headers)
