"""Reserves seats for a batch in as few transactions as possible, with a result for each address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from usher.domain.accesses import Access, AccessState
from usher.domain.events.invites import InvitesCreated
from usher.domain.events.parts import InviteRef, SeatChange
from usher.domain.invite_batches import Candidate, Invited, Outcome, already_invited, emailed_too_often
from usher.domain.licenses import seats_by_license
from usher.services.context import Context
from usher.services.email_budgets import count_email, email_refusal
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.invites.seats_held import read_invites
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store import accesses, groups, invites, license_pools
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

_EVENT = 1
"""Each transaction writes one event."""
_INVITE = 1
_EMAIL = 1
"""Each candidate has an invite, and a count of emails to its address."""


class StoppedError(Exception):
    """The condition `only_while` failed, such as that the import runs.

    The rest of the batch was not written.
    """


def reserve(
    context: Context,
    candidates: Sequence[Candidate],
    *,
    receipt: Receipt,
    owner: str,
    only_while: Callable[[], Write] | None = None,
    of_import: bool = False,
) -> dict[int, Invited]:
    """Reserve seats and write invites until every candidate is settled; return the results by position.

    Each transaction includes the condition `only_while`, if any, its part of the receipt, and a count in the
    `owner`'s budget of emails to each address. The caller finishes the receipt. Emails of an import are bulk.

    Raises:
        StoppedError: the condition failed; what was written before remains.
        AnsweredMeanwhileError: the same request was carried out at the same time.
    """
    reservation = _Reservation(context, receipt, owner, only_while, of_import=of_import)
    reservation.commit(candidates)
    return reservation.results


class _Reservation:
    """One batch being reserved, with what became of each address so far."""

    def __init__(
        self,
        context: Context,
        receipt: Receipt,
        owner: str,
        only_while: Callable[[], Write] | None,
        *,
        of_import: bool,
    ) -> None:
        self._context = context
        self._receipt = receipt
        self._owner = owner
        self._only_while = only_while
        self._of_import = of_import
        self._now = context.now()
        self._expired_some = False
        self.results: dict[int, Invited] = {}

    def commit(self, candidates: Sequence[Candidate]) -> None:
        """Commit as many at a time as one transaction holds; who loses a race is settled by what won it."""
        new_ids = self._context.ids_of_a_batch(candidates[0].invite.organization) if candidates else iter(())
        waiting = [replace(one, invite=replace(one.invite, id=next(new_ids))) for one in candidates]
        while waiting:
            condition = [] if self._only_while is None else [self._only_while()]
            chunk = _fitting(waiting, besides=_EVENT + self._receipt.items + len(condition))
            taken = {one.position for one in chunk}
            rest = [one for one in waiting if one.position not in taken]
            waiting = [*self._commit_chunk(chunk, condition, is_last=not rest), *rest]

    def _commit_chunk(
        self, chunk: Sequence[Candidate], condition: Sequence[Write], *, is_last: bool
    ) -> list[Candidate]:
        """Commit one transaction; return who has to be tried again, since others lost a race."""
        invited = {
            one.position: Invited(email=one.email, outcome=Outcome.INVITED, invite=one.invite)
            for one in chunk
        }
        for position, result in invited.items():
            self._receipt.note(position, result)
        writes = _ChunkWrites(self._context, chunk, self._owner, self._now, of_import=self._of_import)
        part = self._receipt.part(self._context, complete=is_last)
        try:
            commit(self._context.table, [*writes.all(), *condition, *part])
        except ConditionFailedError as stale:
            self._receipt.refuse_race(stale)
            for position in invited:
                self._receipt.forget(position)
            if any(write in stale for write in condition):
                raise StoppedError from stale
            return self._survivors(writes, stale)
        self._receipt.written(complete=is_last)
        self.results |= invited
        return []

    def _survivors(self, writes: _ChunkWrites, stale: ConditionFailedError) -> list[Candidate]:
        """Settle whoever lost a race for a seat, an access or a group; return who can still be invited."""
        left = writes.left_in_pools(stale)
        survivors: list[Candidate] = []
        lapsed: list[Access] = []
        winners: dict[int, str | None] = {}
        for one in writes.chunk:
            overtaken = [id_ for id_, write in writes.markers[one.position].items() if write in stale]
            if overtaken:
                left_over = tuple(group for group in one.invite.groups if group.id not in overtaken)
                if left_over:
                    survivors.append(replace(one, invite=replace(one.invite, groups=left_over)))
                else:
                    marker = writes.markers[one.position][overtaken[0]]
                    winners[one.position] = groups.invite_marked_in(stale.failed[marker])
                continue
            held = writes.held_instead(one.position, stale)
            blocking = [access for access in held if not access.has_lapsed(self._context.now())]
            if blocking or (held and self._expired_some):
                self._settle_holder(one, blocking or held, winners)
                continue
            if writes.emails[one.position] in stale:
                self._settle(one.position, self._emailed_too_often(one))
                continue
            lapsed.extend(held)
            needs = {terms.license for terms in one.invite.licenses}
            if any(left.get(id_, 1) < 1 for id_ in needs):
                self._settle(one.position, Invited(email=one.email, outcome=Outcome.NO_SEAT))
                continue
            left |= {id_: left[id_] - 1 for id_ in needs if id_ in left}
            survivors.append(one)
        if lapsed:
            self._expired_some = True
            expire_lapsed(self._context, lapsed)
        self._settle_losers(writes.chunk, winners)
        return survivors

    def _emailed_too_often(self, one: Candidate) -> Invited:
        return emailed_too_often(one.email, email_refusal(now=self._now))

    def _settle_holder(self, one: Candidate, held: Sequence[Access], winners: dict[int, str | None]) -> None:
        reserved = [access for access in held if access.state is AccessState.RESERVED]
        if reserved:
            winners[one.position] = reserved[0].invite
        else:
            self._settle(one.position, Invited(email=one.email, outcome=Outcome.ALREADY_ASSIGNED))

    def _settle_losers(self, chunk: Sequence[Candidate], winners: dict[int, str | None]) -> None:
        """Settle those whom another invite overtook, with that invite: one call, and none where none was."""
        if not winners:
            return
        found = read_invites(self._context, {id_ for id_ in winners.values() if id_})
        emails = {one.position: one.email for one in chunk}
        for position, id_ in winners.items():
            self._settle(position, already_invited(emails[position], found.get(id_ or "")))

    def _settle(self, position: int, result: Invited) -> None:
        self.results[position] = result
        self._receipt.note(position, result)


class _ChunkWrites:
    """The writes of one transaction, by what they are for, so that a failed condition tells whose it was."""

    def __init__(
        self, context: Context, chunk: Sequence[Candidate], owner: str, now: datetime, *, of_import: bool
    ) -> None:
        self.chunk = chunk
        needs = seats_by_license(terms for one in chunk for terms in one.invite.licenses)
        self._pools = {terms.license: license_pools.take(terms, seats) for terms, seats in needs}
        self._takes = {one.position: [accesses.take(access) for access in one.accesses()] for one in chunk}
        self._invites = [invites.create(one.invite) for one in chunk]
        self.emails = {one.position: count_email(owner, one.email, now=now) for one in chunk}
        self.markers = {
            one.position: {
                id_: groups.mark_invite(one.invite, group=id_, instead_of=one.replaces.get(id_))
                for id_ in one.groups_without_seat
            }
            for one in chunk
        }
        self._event = record_event(
            context,
            InvitesCreated(
                invites=tuple(InviteRef.of(one.invite) for one in chunk),
                seat_changes=SeatChange.taken(terms for one in chunk for terms in one.invite.licenses),
            ),
            organization=chunk[0].invite.organization,
            actor=chunk[0].invite.created_by,
            at=now,
            of_import=of_import,
        )

    def all(self) -> list[Write]:
        """Return all of them."""
        taken = [write for own in self._takes.values() for write in own]
        return [
            *self._pools.values(),
            *taken,
            *self._invites,
            *self.emails.values(),
            *(write for own in self.markers.values() for write in own.values()),
            self._event,
        ]

    def held_instead(self, position: int, stale: ConditionFailedError) -> list[Access]:
        """Return the accesses that stood where the candidate's were to be written."""
        failed = (stale.failed[write] for write in self._takes[position] if write in stale)
        return [access for item in failed if (access := accesses.state_in(item))]

    def left_in_pools(self, stale: ConditionFailedError) -> dict[str, int]:
        """Return the seats left in the pools that turned out too small."""
        return {
            id_: license_pools.available_in(stale.failed[write])
            for id_, write in self._pools.items()
            if write in stale
        }


def _fitting(waiting: Sequence[Candidate], *, besides: int) -> list[Candidate]:
    """Return as many with the first one's key as one transaction holds `besides` the other items.

    Of one address it holds one, as no transaction writes its count of emails twice.
    """
    pools: set[str] = set()
    emails: set[str] = set()
    used = besides
    fitting: list[Candidate] = []
    for one in waiting:
        if one.batch_key != waiting[0].batch_key or one.email in emails:
            continue
        own = {terms.license for terms in one.invite.licenses}
        used += _INVITE + _EMAIL + len(own) + len(own - pools) + len(one.groups_without_seat)
        pools |= own
        emails.add(one.email)
        if used > MAX_ITEMS:
            break
        fitting.append(one)
    return fitting
