"""The activity report as CSV, in pages that fit into an answer (docs/decisions/0023).

The module also has the cells and lines of the other files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from functions.api.schemas.reports import ActivityRow
from usher.domain.reports import activity as reports
from usher.domain.reports.cells import harmless
from usher.services.paging import MAX_PAGE, ResultPage
from usher.services.reports import Activity

MEDIA_TYPE = "text/csv; charset=utf-8"
MOST_BYTES = 4_000_000
"""The most of one page. Lambda answers with 6 MB of JSON at most, where quotes and newlines count twice."""

MOST_READS = 10
"""The most reads of invites for one page, so that an answer takes seconds at most."""

COLUMNS = tuple(ActivityRow.model_fields)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A page of CSV lines, and the cursor of the next page (None at the end)."""

    text: str
    next: str | None


def activity_sheet(
    read: Callable[[int, str | None], ResultPage[Activity]],
    *,
    view: Callable[[reports.ActivityRow], ActivityRow],
    cursor: str | None,
) -> Sheet:
    """Read invites until the page is full.

    Only the first page has the column names, so that the pages put together are one file.
    """
    lines = [] if cursor is not None else [line(COLUMNS)]
    size = sum(map(len, lines))
    for _ in range(MOST_READS):
        page = read(MAX_PAGE, cursor)
        for at, activity in enumerate(page.items, start=1):
            own = [line([cell(value) for _, value in view(row)]) for row in activity.rows]
            size += sum(len(one.encode()) for one in own)
            lines += own
            if size >= MOST_BYTES and (at < len(page.items) or page.next is not None):
                return Sheet(text="".join(lines), next=activity.invite.id)
        cursor = page.next
        if cursor is None:
            break
    return Sheet(text="".join(lines), next=cursor)


def cell(value: object) -> str:
    """Return a cell's text: empty for None, and harmless where a program would take it for a formula."""
    return "" if value is None else harmless(str(value))


def line(cells: tuple[str, ...] | list[str]) -> str:
    """Return a line of a CSV file."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
