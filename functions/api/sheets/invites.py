"""Invites to learners as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.invites import Invite
from functions.api.sheets.pages import Sheet, list_sheet
from usher.services.paging import ResultPage

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "state",
    "expired",
    "delivery",
    "products",
    "groups",
    "access_start",
    "expires_at",
    "times_sent",
    "last_sent_at",
    "answered_at",
    "created_at",
    "created_by",
    "created_by_name",
    "id",
    "person",
    "license_ids",
    "group_ids",
)


def invites_sheet(
    read: Callable[[int, str | None], ResultPage[Invite]], *, cursor: str | None, compressed: bool
) -> Sheet:
    """Read invites from the cursor on, as far as an answer can have them."""
    return list_sheet(read, columns=COLUMNS, cells=_cells, cursor=cursor, compressed=compressed)


def _cells(invite: Invite) -> Iterator[object]:
    """Yield the values of the columns; several products, groups or ids are separated by semicolons."""
    cells = {
        **dict(invite),
        "expired": "yes" if invite.expired else "no",
        "products": "; ".join(one.product.name for one in invite.licenses),
        "license_ids": "; ".join(one.id for one in invite.licenses),
        "groups": "; ".join(one.name for one in invite.groups),
        "group_ids": "; ".join(one.id for one in invite.groups),
        "times_sent": invite.sent.count,
        "last_sent_at": invite.sent.last_at,
    }
    yield from (cells[column] for column in COLUMNS)
