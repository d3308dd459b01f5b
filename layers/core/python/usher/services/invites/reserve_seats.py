"""Reserving seats for many: as few transactions as there can be, and an answer for each address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from usher.domain.accesses import Access, AccessState
from usher.domain.events.invites import InvitesCreated
from usher.domain.events.parts import InviteRef, SeatChange
from usher.domain.invites import Invite
from usher.services.context import Context
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store import accesses, groups, invites, licenses
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

_EVENT = 1
"""Each transaction writes one event."""


class StoppedError(Exception):
    """The condition under which a batch may go on does not hold any more; the rest was not written."""


class Outcome(StrEnum):
    """What became of one address."""

    INVITED = "invited"
    ALREADY_INVITED = "already_invited"
    ALREADY_ASSIGNED = "already_assigned"
    INVALID = "invalid"
    NO_SEAT = "no_seat"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What became of one address, with its invite where there is one."""

    email: str
    outcome: Outcome
    invite: Invite | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who needs seats: the invite to write, and the address's position in the request.

    `offer` notes an invite that brings no seat, so that there is one of them for a group and an address.
    """

    at: int
    invite: Invite
    offer: Write | None = None

    @property
    def email(self) -> str:
        """Whose seats."""
        return self.invite.email

    @property
    def batch_key(self) -> tuple[str, str | None]:
        """Whose invite it is, and to which group: those alike share a transaction, and so an event."""
        return self.invite.organization, self.invite.group

    def accesses(self) -> list[Access]:
        """Return the reservations, one for each license."""
        return [
            Access(
                email=self.invite.email,
                terms=terms,
                state=AccessState.RESERVED,
                invite=self.invite.id,
                reserved_until=self.invite.expires_at,
            )
            for terms in self.invite.licenses
        ]


class Batch:
    """Commits candidates in as few transactions as there can be, and keeps what became of each."""

    def __init__(
        self,
        context: Context,
        receipt: Receipt,
        now: datetime,
        *,
        only_while: Callable[[], Write] | None = None,
    ) -> None:
        """Make an empty batch; each of its transactions stands on the condition `only_while`, if any."""
        self._context = context
        self._receipt = receipt
        self._now = now
        self._only_while = only_while
        self._settled: dict[int, Invited] = {}
        self._reserved_by: dict[int, str] = {}
        self._lapses = 0
        self.done = receipt.done

    def settle(self, at: int, result: Invited) -> None:
        """Keep what became of the address at this position."""
        if at not in self.done:
            self._settled[at] = result
            self._receipt.note(at, result)

    @property
    def settled(self) -> Mapping[int, Invited]:
        """What became of each address so far, by its position in the request."""
        return self._settled

    def results(self) -> list[Invited]:
        """What became of each address, in the order of the request."""
        return [self._settled[at] for at in sorted(self._settled)]

    def settle_holder(self, at: int, email: str, held: Sequence[Access]) -> None:
        """Keep that the address has its seats already: as an open invite's reservation, or in use."""
        reserved = [access for access in held if access.state is AccessState.RESERVED]
        if not reserved:
            self.settle(at, Invited(email=email, outcome=Outcome.ALREADY_ASSIGNED))
            return
        self.settle(at, Invited(email=email, outcome=Outcome.ALREADY_INVITED))
        self._reserved_by[at] = reserved[0].invite

    def settle_offered(self, at: int, email: str, invite: str | None) -> None:
        """Keep that the address has an open invite that brings no seat."""
        self.settle(at, Invited(email=email, outcome=Outcome.ALREADY_INVITED))
        if invite is not None:
            self._reserved_by[at] = invite

    def find_invites(self) -> None:
        """Add the open invites of those already invited: one call, and none where there are none."""
        if not self._reserved_by:
            return
        refs = {at: invites.ref(id_) for at, id_ in self._reserved_by.items()}
        found = self._context.table.get_many(list(refs.values()))
        for at, ref in refs.items():
            if (row := found.get(ref)) is not None:
                self.settle(at, replace(self._settled[at], invite=invites.invite_of(row)))
        self._reserved_by = {}

    def commit(self, candidates: Sequence[Candidate]) -> None:
        """Reserve seats and write invites until every candidate is settled.

        Raises:
            StoppedError: the batch may not go on; what was written so far stands.
        """
        waiting = list(candidates)
        while waiting:
            condition = [] if self._only_while is None else [self._only_while()]
            chunk = _fitting(waiting, besides=_EVENT + self._receipt.items + len(condition))
            taken = {one.at for one in chunk}
            rest = [one for one in waiting if one.at not in taken]
            for one in chunk:
                self._receipt.note(
                    one.at, Invited(email=one.email, outcome=Outcome.INVITED, invite=one.invite)
                )
            complete = not rest
            plan = _Plan(self._context, chunk, self._now)
            try:
                commit(
                    self._context.table,
                    [*plan.writes(), *condition, *self._receipt.part(self._context, complete=complete)],
                )
            except ConditionFailedError as stale:
                self._receipt.refuse_race(stale)
                for one in chunk:
                    self._receipt.forget(one.at)
                if any(write in stale for write in condition):
                    raise StoppedError from stale
                waiting = [*self._survivors(plan, stale), *rest]
                continue
            self._receipt.written(complete=complete)
            for one in chunk:
                self._settled[one.at] = Invited(email=one.email, outcome=Outcome.INVITED, invite=one.invite)
            waiting = rest
        self._receipt.finish(self._context)

    def _survivors(self, plan: _Plan, stale: ConditionFailedError) -> list[Candidate]:
        """Settle whoever lost a race for a seat or an access; return who can still be invited."""
        left = plan.left_in_pools(stale)
        survivors: list[Candidate] = []
        lapsed: list[Access] = []
        for one in plan.chunk:
            if one.offer is not None and one.offer in stale:
                self.settle_offered(one.at, one.email, groups.offered_in(stale.failed[one.offer]))
                continue
            held = [a for w in plan.takes[one.at] if w in stale and (a := accesses.state_in(stale.failed[w]))]
            blocking = [access for access in held if not access.has_lapsed(self._context.now())]
            if blocking or (held and self._lapses):
                self.settle_holder(one.at, one.email, blocking or held)
                continue
            lapsed.extend(held)
            needs = Counter(terms.license for terms in one.invite.licenses)
            if any(left.get(id_, n) < n for id_, n in needs.items()):
                self.settle(one.at, Invited(email=one.email, outcome=Outcome.NO_SEAT))
                continue
            for id_ in needs:
                if id_ in left:
                    left[id_] -= 1
            survivors.append(one)
        if lapsed:
            self._lapses += 1
            expire_lapsed(self._context, lapsed)
        self.find_invites()
        return survivors


class _Plan:
    """The writes of one transaction, kept so that a failed condition can be told to whom it belongs."""

    def __init__(self, context: Context, chunk: Sequence[Candidate], now: datetime) -> None:
        self.chunk = chunk
        needs = Counter((t.organization, t.license) for one in chunk for t in one.invite.licenses)
        self._pools = {id_: licenses.take(org, id_, n) for (org, id_), n in needs.items()}
        self.takes = {one.at: [accesses.take(access) for access in one.accesses()] for one in chunk}
        self._invites = [invites.create(one.invite) for one in chunk]
        self._offers = [one.offer for one in chunk if one.offer is not None]
        self._event = record_event(
            context,
            InvitesCreated(
                invites=tuple(InviteRef.of(one.invite) for one in chunk),
                seat_changes=SeatChange.taken(terms for one in chunk for terms in one.invite.licenses),
            ),
            organization=chunk[0].invite.organization,
            actor=chunk[0].invite.created_by,
            at=now,
        )

    def writes(self) -> list[Write]:
        """All of them."""
        taken = [write for own in self.takes.values() for write in own]
        return [*self._pools.values(), *taken, *self._invites, *self._offers, self._event]

    def left_in_pools(self, stale: ConditionFailedError) -> dict[str, int]:
        """Return the seats left in the pools that turned out too small."""
        return {
            id_: licenses.available_in(stale.failed[write])
            for id_, write in self._pools.items()
            if write in stale
        }


def _fitting(waiting: Sequence[Candidate], *, besides: int) -> list[Candidate]:
    """Return as many of the first one's lot as one transaction holds `besides` the other items."""
    pools: set[str] = set()
    used = besides
    fitting: list[Candidate] = []
    for one in waiting:
        if one.batch_key != waiting[0].batch_key:
            continue
        own = {terms.license for terms in one.invite.licenses}
        used += 1 + len(own) + len(own - pools) + (one.offer is not None)
        pools |= own
        if used > MAX_ITEMS:
            break
        fitting.append(one)
    return fitting
