"""Releasing the seats that an unanswered invite holds: when it is withdrawn or declined."""

from __future__ import annotations

from usher.domain.events.parts import SeatChange
from usher.domain.invites import Invite
from usher.store import accesses, license_pools
from usher.store.transaction import Write


def release_seats(invite: Invite) -> list[Write]:
    """Return the writes that release the seats an unanswered invite holds; none if they are back already."""
    if not invite.holds_seats:
        return []
    return [
        *(accesses.release(invite.email, terms, invite=invite.id) for terms in invite.licenses),
        *(license_pools.give_back(terms, 1) for terms in invite.licenses),
    ]


def released_seats(invite: Invite) -> tuple[SeatChange, ...]:
    """Return what the event says of the seats that `release_seats` releases."""
    return SeatChange.given_back(invite.licenses) if invite.holds_seats else ()
