"""Codes as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.codes import Code, Use
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
    "client",
    "sublicense",
    "ends_at",
    "domain",
    "batch",
    "address",
    "created_at",
    "created_by",
    "id",
)


def codes_sheet(
    read: Callable[[int, str | None], ResultPage[Code]], *, cursor: str | None, compressed: bool
) -> Sheet:
    """Read codes from the cursor on, as far as an answer can have them."""
    return list_sheet(read, columns=COLUMNS, cells=_cells, cursor=cursor, compressed=compressed)


def _cells(code: Code) -> Iterator[object]:
    """Yield the values of the columns."""
    for column in COLUMNS:
        yield terms_cell(code, column)


def terms_cell(of: Code | Use, column: str) -> object:
    """Return the value of a column; several products or sublicenses are separated by semicolons."""
    match column:
        case "gives":
            return "; ".join(one.product.name for one in of.licenses)
        case "sublicense":
            return "; ".join(one.id for one in of.licenses if one.sublicense)
        case "group":
            return None if of.group is None else of.group.name or of.group.id
        case "client":
            return None if of.client is None else of.client.name
    return getattr(of, column)
