"""Redemptions of codes as CSV, in pages that fit into an answer (docs/decisions/0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.codes import Use
from functions.api.sheets.activity import Sheet
from functions.api.sheets.codes import sheet_of, terms_cell
from usher.services.paging import ResultPage

COLUMNS = (
    "redeemed_at",
    "code",
    "code_name",
    "email",
    "first_name",
    "last_name",
    "gives",
    "group",
    "client",
    "sublicense",
    "person",
    "code_id",
    "batch",
)


def uses_sheet(read: Callable[[int, str | None], ResultPage[Use]], *, cursor: str | None) -> Sheet:
    """Read redemptions until the page is full; only the first page has the column names."""
    return sheet_of(read, columns=COLUMNS, cells=_cells, cursor=cursor)


def _cells(use: Use) -> Iterator[object]:
    """Yield the values of the columns."""
    for column in COLUMNS:
        yield terms_cell(use, column)
