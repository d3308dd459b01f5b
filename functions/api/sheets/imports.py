"""The results of an import as CSV, in pages that fit into an answer (docs/decisions/0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from functions.api.sheets.pages import Sheet, list_sheet
from usher.domain.imports.verdicts import ImportedRow
from usher.services.paging import ResultPage
from usher.sheets import results
from usher.sheets.results import ResultRow, cells_of, results_csv

MOST_ROWS = 5_000
"""The most of one page: ten chunks; fewer if their text is long, since Lambda answers with at most 6 MB."""

HEADER = ",".join(results.HEADER)


def results_sheet(read: Callable[[int, str | None], ResultPage[ImportedRow]], *, cursor: str | None) -> Sheet:
    """Read one page.

    Only the first page has the column names, so that the pages put together are one file.
    """
    page = read(MOST_ROWS, cursor)
    lines: Iterable[str] = results_csv(map(_result, page.items))
    text = "".join(islice(lines, 0 if cursor is None else 1, None))
    return Sheet(content=text.encode(), next=page.next)


def whole_results_sheet(
    read: Callable[[int, str | None], ResultPage[ImportedRow]], *, cursor: str | None, compressed: bool
) -> Sheet:
    """Read rows from the cursor on, as far as an answer can have them."""
    return list_sheet(
        read,
        columns=results.HEADER,
        cells=lambda row: cells_of(_result(row)),
        cursor=cursor,
        compressed=compressed,
    )


def _result(row: ImportedRow) -> ResultRow:
    return ResultRow(
        line=row.line,
        outcome=row.verdict.replace("_", " "),
        reason=row.reason,
        suggestion=row.suggestion,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        groups=row.groups,
        licenses=row.licenses,
        access_start=row.access_start,
        client=row.client,
        sublicense=row.sublicense,
    )
