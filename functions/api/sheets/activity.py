"""The activity report as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.reports import ActivityRow
from functions.api.sheets.pages import ListSheet, list_sheet
from usher.domain.instants import zone
from usher.domain.reports import activity as reports
from usher.services.activity_report import ActivityPage

COLUMNS = tuple(ActivityRow.model_fields)


def activity_sheet(
    read: Callable[[int, str | None], ActivityPage],
    *,
    view: Callable[[reports.ActivityRow], ActivityRow],
    cursor: str | None,
    compressed: bool,
) -> ListSheet[ActivityPage]:
    """Read the report from the cursor on, as far as an answer can have it."""

    def cells(row: reports.ActivityRow) -> Iterator[object]:
        return (value for _, value in view(row))

    return list_sheet(read, columns=COLUMNS, cells=cells, cursor=cursor, compressed=compressed)


def file_name(page: ActivityPage) -> str:
    """Return the file's name: the organization's slug, and the date in its time zone."""
    organization = page.organization
    day = page.read_at.astimezone(zone(organization.time_zone)).date()
    return f"{organization.slug}-activity-{day.isoformat()}.csv"
