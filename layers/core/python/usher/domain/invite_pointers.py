"""Pointers to invites: by license, by group, of the expired, undelivered and resent ones, by their events.

A list with such a filter reads the pointers, and not all invites that an organization has (decision 0085).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field

from usher.domain.events.event import EventData
from usher.domain.events.invites import (
    InviteAccepted,
    InviteDeclined,
    InviteDeliveryFailed,
    InviteResent,
    InvitesCreated,
    InvitesExpired,
    InviteWithdrawn,
)
from usher.domain.events.parts import InviteRef
from usher.domain.invites import InviteKind, InviteState
from usher.lazy_dataclasses import dataclass

EXPIRED = "EXPIRED"
"""In place of an id: the pending invites whose expiry was processed."""

UNDELIVERED = "UNDELIVERED"
"""In place of an id: the invites whose newest email bounced, or was complained about."""

RESENT = "RESENT"
"""In place of an id: the pending invites that were sent again, which may be open though they are old."""

_ANSWERS: dict[type[EventData], InviteState] = {
    InviteAccepted: InviteState.ACCEPTED,
    InviteDeclined: InviteState.DECLINED,
    InviteWithdrawn: InviteState.WITHDRAWN,
}


@dataclass(frozen=True, kw_only=True)
class InvitePointer:
    """A pointer to an invite.

    It follows the invite's event and may be outdated, so that whoever reads it decides on the invite itself.

    Attributes:
        of: the id of the license or group that the invite is to; or EXPIRED, UNDELIVERED or RESENT.
        state: the invite's state; of the last three always the same.
    """

    of: str
    invite: str
    state: InviteState = InviteState.PENDING


@dataclass(frozen=True, kw_only=True)
class PointerChanges:
    """The pointers that an event adds and removes."""

    added: Collection[InvitePointer] = field(default_factory=tuple)
    removed: Collection[InvitePointer] = field(default_factory=tuple)


def pointer_changes_by(data: EventData) -> PointerChanges:
    """Return the pointers that an event adds and removes; repeated, they come to the same."""
    match data:
        case InvitesCreated():
            return PointerChanges(added=_pointers(*data.invites))
        case InviteAccepted() | InviteDeclined() | InviteWithdrawn():
            # An expired invite can be withdrawn, and not answered.
            expired = _pointers_of(data.invite, EXPIRED) if isinstance(data, InviteWithdrawn) else []
            resent = _pointers_of(data.invite, RESENT) if data.invite.number > 1 else []
            return PointerChanges(
                added=_pointers(data.invite, state=_ANSWERS[type(data)]),
                removed=[*_pointers(data.invite), *expired, *resent],
            )
        case InviteResent():
            return PointerChanges(
                added=_pointers_of(data.invite, RESENT),
                removed=_pointers_of(data.invite, EXPIRED, UNDELIVERED),
            )
        case InvitesExpired():
            return PointerChanges(
                added=[one for invite in data.invites for one in _pointers_of(invite, EXPIRED)]
            )
        case InviteDeliveryFailed():
            return PointerChanges(added=_pointers_of(data.invite, UNDELIVERED))
    return PointerChanges()


def _pointers(*invites: InviteRef, state: InviteState = InviteState.PENDING) -> list[InvitePointer]:
    return [
        InvitePointer(of=of, invite=invite.id, state=state)
        for invite in invites
        if invite.kind is InviteKind.LEARNER
        for of in (*(one.id for one in invite.licenses), *(one.id for one in invite.groups))
    ]


def _pointers_of(invite: InviteRef, *names: str) -> list[InvitePointer]:
    if invite.kind is not InviteKind.LEARNER:
        return []
    return [InvitePointer(of=name, invite=invite.id) for name in names]
