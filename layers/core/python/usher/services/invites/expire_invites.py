"""Expiry: the seats of invites whose time ran out go back into the pool, exactly once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from usher.domain.accesses import Access
from usher.domain.events.invites import InvitesExpired
from usher.domain.events.parts import InviteRef, SeatChange
from usher.domain.invites import Invite
from usher.domain.licenses import seats_by_license
from usher.services.context import Context
from usher.services.transactions import commit_surviving, record_event
from usher.store import accesses, invite_expiry, invites, license_pools
from usher.store.transaction import MAX_ITEMS, Write


def expire(context: Context, expired: Iterable[Invite]) -> int:
    """Give back the seats of expired invites; return how many invites it was.

    Invites to the same licenses share transactions: 49 of one license in each (DESIGN 5). An invite
    that was answered or resent meanwhile is left alone.
    """
    return sum(expire_batch(context, batch) for _, batch in batches_by_licenses(expired, now=context.now()))


def expire_batch(context: Context, batch: Sequence[Invite]) -> int:
    """Give back the seats of one batch of `batches_by_licenses` by a transaction; return how many it was."""
    now = context.now()
    return len(
        commit_surviving(
            context,
            batch,
            each=_writes,
            shared=lambda left: _shared(context, left, now),
        )
    )


def expire_lapsed(context: Context, lapsed: Sequence[Access]) -> None:
    """Expire the invites behind reservations that have lapsed, ahead of the sweep."""
    refs = [invites.ref(access.invite) for access in lapsed]
    found = context.table.get_many(refs)
    expire(context, [invites.invite_of(row) for ref in dict.fromkeys(refs) if (row := found.get(ref))])


def batches_by_licenses(
    invited: Iterable[Invite], *, now: datetime
) -> Iterator[tuple[tuple[str, ...], Sequence[Invite]]]:
    """Yield those that have expired and hold seats in batches of a transaction, with what each writes.

    That is the organization and the licenses, which all of a batch have in common.
    """
    alike: dict[tuple[str, ...], list[Invite]] = defaultdict(list)
    for invite in invited:
        if invite.has_expired(now) and invite.holds_seats:
            alike[(invite.organization, *(terms.license for terms in invite.licenses))].append(invite)
    for key, batch in alike.items():
        seats = len(key) - 1
        size = (MAX_ITEMS - seats - 1) // (1 + seats)
        for first in range(0, len(batch), size):
            yield key, batch[first : first + size]


def _writes(invite: Invite) -> list[Write]:
    return [
        invite_expiry.expire(invite),
        *(accesses.release(invite.email, terms, invite=invite.id) for terms in invite.licenses),
    ]


def _shared(context: Context, expired: Sequence[Invite], now: datetime) -> list[Write]:
    seats = seats_by_license(terms for invite in expired for terms in invite.licenses)
    event = record_event(
        context,
        InvitesExpired(
            invites=tuple(InviteRef.of(invite) for invite in expired),
            seat_changes=SeatChange.given_back(terms for invite in expired for terms in invite.licenses),
        ),
        organization=expired[0].organization,
        at=now,
    )
    return [
        *(license_pools.give_back(terms, n) for terms, n in seats),
        event,
    ]
