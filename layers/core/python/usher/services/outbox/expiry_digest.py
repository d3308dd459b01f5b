"""The daily digest of expired invites to managers; each expiry is considered in exactly one digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from usher.domain.digests import Digest, digest_at, digest_day
from usher.domain.events.event import Event
from usher.domain.events.invites import InvitesExpired, InvitesExpirySummarized
from usher.domain.events.parts import InviteRef
from usher.domain.invite_batches import sort_out
from usher.domain.invites import Invite, InviteKind
from usher.services.context import Context
from usher.services.invites.seats_held import read_invites, read_seats_held
from usher.services.transactions import record_event
from usher.store import digests, events, managers, organizations
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
        """Record the event that sends the digest; False if another sweep did, or it grew meanwhile.

        The digest reports what holds at this moment. Where nothing is left to report, it is marked as sent,
        and there is no event and no email.
        """
        now = self._context.now()
        expired = self._still_expired(digest, now)
        event = (
            [
                record_event(
                    self._context, _summary(expired, day=digest.day), organization=digest.organization, at=now
                )
            ]
            if expired
            else []
        )
        try:
            commit(self._context.table, [digests.mark_sent(digest, now=now), *event])
        except ConditionFailedError:
            return False
        return True

    def _still_expired(self, digest: Digest, now: datetime) -> list[Invite]:
        """Return the digest's invites that are still expired, and that nothing has taken the place of.

        Not a hot path: one call for each hundred events, invites, seats and managers.
        """
        at = organizations.ref(digest.organization)
        found = self._context.table.get_many(
            [at, *(events.ref(digest.organization, id_) for id_ in digest.events)]
        )
        organization = found.get(at)
        if organization is None or organizations.organization_of(organization).is_closed:
            return []  # nobody can do anything about them
        ids = dict.fromkeys(
            invite.id
            for id_ in sorted(digest.events)
            if (row := found.get(events.ref(digest.organization, id_)))
            for invite in _invites(events.event_of(row))
        )
        invites_now = read_invites(self._context, set(ids))
        expired = [one for id_ in ids if (one := invites_now.get(id_)) is not None and one.has_expired(now)]
        replaced = {*self._replaced_offers(expired, now), *self._replaced_in_team(expired)}
        return [invite for invite in expired if invite.id not in replaced]

    def _replaced_offers(self, expired: Sequence[Invite], now: datetime) -> Iterator[str]:
        """Yield the ids of the learners' invites whose offer the person has, or is invited to, anyway."""
        drafts = {at: one for at, one in enumerate(expired) if one.kind is InviteKind.LEARNER}
        held = read_seats_held(self._context, drafts, now=now)
        for at, invite in drafts.items():
            if sort_out({at: invite}, held, now=now).settled:
                yield invite.id

    def _replaced_in_team(self, expired: Sequence[Invite]) -> Iterator[str]:
        """Yield the ids of the team invites that no pending manager waits for any more."""
        refs = {
            invite.id: managers.manager_ref(invite.organization, invite.email)
            for invite in expired
            if invite.kind is InviteKind.TEAM
        }
        found = self._context.table.get_many(list(refs.values()))
        for id_, at in refs.items():
            row = found.get(at)
            if row is None or row.invite != id_:
                yield id_


def _invites(event: Event) -> Sequence[InviteRef]:
    return event.data.invites if isinstance(event.data, InvitesExpired) else ()


def _summary(expired: Sequence[Invite], *, day: date) -> InvitesExpirySummarized:
    """Return the event's data about the expired invites."""
    refs = [InviteRef.of(invite) for invite in expired]
    products = {one.product.id: one.product for invite in refs for one in invite.licenses}
    return InvitesExpirySummarized(
        day=day,
        count=len(refs),
        products=tuple(products.values()),
        team=any(invite.kind is InviteKind.TEAM for invite in refs),
        invites=tuple(refs[:MOST_NAMED]),
    )
