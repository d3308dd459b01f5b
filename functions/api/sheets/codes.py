"""Codes as CSV, in pages that fit into an answer (docs/decisions/0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from functions.api.schemas.codes import Code, Use
from functions.api.sheets.activity import MOST_BYTES, MOST_READS, Sheet, cell, line
from usher.services.paging import MAX_PAGE, ResultPage

_T = TypeVar("_T")

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


def codes_sheet(read: Callable[[int, str | None], ResultPage[Code]], *, cursor: str | None) -> Sheet:
    """Read codes until the page is full; only the first page has the column names."""
    return sheet_of(read, columns=COLUMNS, cells=_cells, cursor=cursor)


def sheet_of(
    read: Callable[[int, str | None], ResultPage[_T]],
    *,
    columns: Sequence[str],
    cells: Callable[[_T], Iterable[object]],
    cursor: str | None,
) -> Sheet:
    """Read a list until the page is full; only the first page has the column names."""
    lines = [] if cursor is not None else [line(tuple(columns))]
    for _ in range(MOST_READS):
        page = read(MAX_PAGE, cursor)
        lines += [line([cell(value) for value in cells(item)]) for item in page.items]
        cursor = page.next
        if cursor is None or sum(map(len, lines)) >= MOST_BYTES:
            break
    return Sheet(text="".join(lines), next=cursor)


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
