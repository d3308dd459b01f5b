"""Codes as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.codes import Code
from functions.api.sheets.pages import Sheet, list_sheet
from usher.services.paging import ResultPage

COLUMNS = (
    "code",
    "kind",
    "state",
    "name",
    "uses",
    "cap",
    "gives",
    "group",
    "ends_at",
    "domain",
    "batch",
    "address",
    "created_at",
    "created_by",
)


def codes_sheet(
    read: Callable[[int, str | None], ResultPage[Code]], *, cursor: str | None, compressed: bool
) -> Sheet:
    """Read codes from the cursor on, as far as an answer can have them."""
    return list_sheet(read, columns=COLUMNS, cells=_cells, cursor=cursor, compressed=compressed)


def _cells(code: Code) -> Iterator[object]:
    """Yield the values of the columns; several products are separated by semicolons."""
    for column in COLUMNS:
        if column == "gives":
            yield "; ".join(license_.product.name for license_ in code.licenses)
        elif column == "group":
            yield None if code.group is None else code.group.name or code.group.id
        else:
            yield getattr(code, column)
