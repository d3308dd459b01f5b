"""Reports: what became of invites, the summary for charts, and a text that announces invites."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.describing import described
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
        str | None, Query(max_length=64, description="Of this client of the organization, in its place.")
    ] = None,
    format_: Annotated[Format, Query(alias="format", description="`csv` answers `text/csv`.")] = Format.JSON,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[ActivityPage | str]:
    """Report what became of invites.

    Of the organization, or of one of its clients. Who was invited, by whom, to what; sent, delivered,
    accepted, declined, expired, withdrawn; access started and ended. Newest first, by the date of the invite.
    `limit` counts invites; one that offers several licenses has a row for each. As CSV, a page holds up to
    2,000 invites whatever the `limit`; the header `Link` with `rel="next"` leads to the next, which has no
    line of column names, so that the pages put one after the other are one file.
    """
    person = router.person
    home = router.home(organization, client)
    query = ActivityQuery(since=since, until=until, license=license, group=group)

    def read(count: int, after: str | None) -> Any:  # noqa: ANN401 - as the service answers
        return router.services.reports.activity(
            person=person, organization=home, query=query, limit=count, cursor=after
        )

    if format_ is Format.CSV:
        return _sheet(activity_sheet(read, cursor=cursor), organization)
    page = read(limit, cursor)
    rows = [views.activity_row(row) for one in page.items for row in one.rows]
    return Response(
        status_code=HTTPStatus.OK, content_type=JSON, body=ActivityPage(items=rows, next=page.next)
    )


@router.get(f"{REPORTS}/summary")
@described(Reports.summary)
def report_summary(organization: OrganizationPath, since: Since = None, until: Until = None) -> Summary:
    """Sum up a stretch of time for charts.

    Invites by what came of them and seats in use, day by day; days from invite to acceptance; seats by
    license. The last thirty days where none are named; `from` may lie a year back.
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

    Filled with the organization's name, to be copied and changed at will.
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
