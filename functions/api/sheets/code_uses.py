"""Redemptions of codes as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.codes import Use
from functions.api.sheets.codes import terms_cell
from functions.api.sheets.pages import Sheet, list_sheet
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


def uses_sheet(
    read: Callable[[int, str | None], ResultPage[Use]], *, cursor: str | None, compressed: bool
) -> Sheet:
    """Read redemptions from the cursor on, as far as an answer can have them."""
    return list_sheet(read, columns=COLUMNS, cells=_cells, cursor=cursor, compressed=compressed)


def _cells(use: Use) -> Iterator[object]:
    """Yield the values of the columns."""
    for column in COLUMNS:
        yield terms_cell(use, column)
