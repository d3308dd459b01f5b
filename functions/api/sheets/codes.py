"""Codes as CSV, in pages that fit into an answer (docs/decisions/0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.codes import Code
from functions.api.sheets.activity import MOST_BYTES, MOST_READS, Sheet, cell, line
from usher.services.paging import MAX_PAGE, ResultPage

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


def codes_sheet(read: Callable[[int, str | None], ResultPage[Code]], *, cursor: str | None) -> Sheet:
    """Read codes until the page is full; only the first page has the column names."""
    lines = [] if cursor is not None else [line(COLUMNS)]
    for _ in range(MOST_READS):
        page = read(MAX_PAGE, cursor)
        lines += [line([cell(value) for value in _cells(code)]) for code in page.items]
        cursor = page.next
        if cursor is None or sum(map(len, lines)) >= MOST_BYTES:
            break
    return Sheet(text="".join(lines), next=cursor)


def _cells(code: Code) -> Iterator[object]:
    """Yield the values of the columns; several products are separated by semicolons."""
    for column in COLUMNS:
        if column == "gives":
            yield "; ".join(license_.product.name for license_ in code.licenses)
        elif column == "group":
            yield None if code.group is None else code.group.name or code.group.id
        else:
            yield getattr(code, column)
