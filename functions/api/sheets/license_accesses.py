"""The accesses of a license as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.learners import LicenseAccess
from functions.api.sheets.pages import Sheet, list_sheet
from usher.services.paging import ResultPage

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "state",
    "starts_at",
    "ends_at",
    "method",
    "product",
    "license",
    "invite",
    "person",
)


def accesses_sheet(
    read: Callable[[int, str | None], ResultPage[LicenseAccess]], *, cursor: str | None, compressed: bool
) -> Sheet:
    """Read accesses from the cursor on, as far as an answer can have them."""
    return list_sheet(read, columns=COLUMNS, cells=_cells, cursor=cursor, compressed=compressed)


def _cells(access: LicenseAccess) -> Iterator[object]:
    """Yield the values of the columns."""
    for column in COLUMNS:
        yield access.product.name if column == "product" else getattr(access, column)
