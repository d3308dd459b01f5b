"""The daily digest of expired invites to managers; each expiry is in exactly one digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from usher.domain.digests import Digest, digest_at, digest_day
from usher.domain.events.event import Event
from usher.domain.events.invites import InvitesExpired, InvitesExpirySummarized
from usher.domain.events.parts import InviteRef
from usher.domain.invites import InviteKind
from usher.services.context import Context
from usher.services.transactions import record_event
from usher.store import digests, events, organizations
from usher.store.transaction import ConditionFailedError, commit

MOST_NAMED = 50
"""Invites that a digest names; the others are only counted."""


class ExpiryDigest:
    """Collects the events of expiry by day, as they are dispatched; the sweep sends the digests."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, event: Event) -> None:
        """Add the event to the digest of its day; idempotent.

        An event that comes after its digest was sent is added to the first digest that was not.
        """
        organization = organizations.get(self._context.table, event.organization)
        if organization is None:
            return
        day = digest_day(event.occurred_at, time_zone=organization.time_zone)
        while not digests.add_event(
            self._context.table,
            event.organization,
            day,
            due_at=digest_at(day, time_zone=organization.time_zone),
            event=event.id,
        ):
            day += timedelta(days=1)

    def summarize(self, digest: Digest) -> bool:
        """Record the event that sends the digest; False if another sweep did, or it grew meanwhile."""
        found = self._context.table.get_many([events.ref(digest.organization, id_) for id_ in digest.events])
        expired = [
            invite
            for id_ in sorted(digest.events)
            if (row := found.get(events.ref(digest.organization, id_)))
            for invite in _invites(events.event_of(row))
        ]
        now = self._context.now()
        event = record_event(
            self._context, _summary(expired, day=digest.day), organization=digest.organization, at=now
        )
        try:
            commit(self._context.table, [digests.mark_sent(digest, now=now), event])
        except ConditionFailedError:
            return False
        return True


def _invites(event: Event) -> Sequence[InviteRef]:
    return event.data.invites if isinstance(event.data, InvitesExpired) else ()


def _summary(expired: Sequence[InviteRef], *, day: date) -> InvitesExpirySummarized:
    """Return the event's data about the expired invites."""
    products = {one.product.id: one.product for invite in expired for one in invite.licenses}
    return InvitesExpirySummarized(
        day=day,
        count=len(expired),
        products=tuple(products.values()),
        team=any(invite.kind is InviteKind.TEAM for invite in expired),
        invites=tuple(expired[:MOST_NAMED]),
    )
