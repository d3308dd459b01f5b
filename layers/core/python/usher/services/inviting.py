"""Inviting learners: a seat reserved for each, exactly, whoever else is inviting at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import Recipient, read_addresses, refuse_bad
from usher.domain.errors import InvalidError
from usher.domain.events import EventType
from usher.domain.instants import rfc3339
from usher.domain.invites import (
    Invite,
    InviteKind,
    InviteState,
    check_message,
    expiry_for,
    reminder_for,
)
from usher.domain.licenses import License, LicenseTerms, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.people import MAX_NAME, Person, clean_name
from usher.domain.starts import chosen_start
from usher.services.context import Context, Desk, sit
from usher.services.expiring import expire
from usher.services.receipts import Receipt
from usher.store import accesses, events, invites, licenses
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

MAX_LICENSES = 20
"""In one invite; a transaction must hold at least one address with all of its seats."""


_EVENT = 1
"""Each transaction writes one event."""


class NoLicenseError(InvalidError):
    """The request names nothing to invite to."""

    code = "no_license"
    title = "Nothing to invite to"
    next_action = "Name a license in `license`, or several in `licenses`."


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
class _Candidate:
    at: int
    invite: Invite

    @property
    def email(self) -> str:
        return self.invite.email

    def accesses(self) -> list[Access]:
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


class Inviting:
    """Invites learners to an organization's licenses."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def invite(  # noqa: PLR0913 - the fields of the request
        self,
        *,
        person: Person,
        organization: str,
        license_ids: Sequence[str],
        emails: str | Sequence[str],
        receipt: Receipt,
        access_start: str | None = None,
        message: str = "",
        first_name: str = "",
        last_name: str = "",
        skip_invalid: bool = False,
    ) -> list[Invited]:
        """Invite addresses to licenses and return what became of each, in the order given.

        One bad address refuses the batch unless `skip_invalid`; a batch larger than the pool is refused
        whole with the exact shortfall. If seats run out between check and write, the answer says who was
        invited (DESIGN 2, Batches).

        Raises:
            UnknownLicenseError, LicenseOverError, NotEnoughSeatsError: about the licenses.
            BadAddressesError, NoAddressesError, TooManyAddressesError: about the addresses.
            StartNotChosenError, BadDateError, StartInPastError, StartOutsideLicenseError: about the start.
        """
        now = self._context.now()
        wanted = list(dict.fromkeys(license_ids))
        if not wanted:
            raise NoLicenseError("Neither `license` nor `licenses` names one.")
        if len(wanted) > MAX_LICENSES:
            raise NoLicenseError(f"One invite gives at most {MAX_LICENSES} licenses.")
        addresses = read_addresses(emails)
        desk = sit(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.INVITE,
            also=[licenses.ref(organization, id_) for id_ in wanted],
        )
        pools = _pools(desk, wanted)
        for pool in pools.values():
            pool.terms.require_valid(now)
        terms = tuple(pool.terms for pool in pools.values())
        start = chosen_start(access_start, licenses=terms, time_zone=desk.organization.time_zone, now=now)
        if not skip_invalid:
            refuse_bad(addresses)
        draft = Invite(
            id="",
            organization=organization,
            kind=InviteKind.LEARNER,
            email="",
            state=InviteState.PENDING,
            created_at=now,
            created_by=person.email,
            expires_at=expiry_for(now=now, days=desk.organization.invite_days, licenses=terms),
            licenses=terms,
            first_name=clean_name(first_name, required=False),
            last_name=clean_name(last_name, required=False),
            message=check_message(message),
            access_start=start,
            sent_at=now,
            holds_seats=True,
        )
        batch = _Batch(self._context, receipt, now)
        for at, bad in enumerate(addresses.bad, start=len(addresses.recipients)):
            batch.settle(at, Invited(email=bad.text, outcome=Outcome.INVALID, reason=bad.reason))
        known, freed = self._live(addresses.recipients, terms, now)
        if freed:
            pools = self._pools_now(organization, wanted)
        candidates = self._candidates(addresses.recipients, draft, known, batch)
        # What an earlier try of this very request has done stands; the rest gets what seats there are.
        if not batch.done:
            _refuse_shortfall(candidates, pools)
        batch.commit(candidates)
        return batch.results()

    def _candidates(
        self,
        recipients: Sequence[Recipient],
        draft: Invite,
        live: Sequence[Access],
        batch: _Batch,
    ) -> list[_Candidate]:
        """Return who still needs a seat, settling those who have theirs."""
        known = {(access.email, access.terms.license): access for access in live}
        candidates: list[_Candidate] = []
        for at, one in enumerate(recipients):
            if at in batch.done:
                continue
            missing = tuple(t for t in draft.licenses if (one.email, t.license) not in known)
            if not missing:
                held = [known[one.email, t.license] for t in draft.licenses]
                batch.settle_holder(at, one.email, held)
                continue
            invite = _addressed(draft, one, self._context.new_id(), missing)
            candidates.append(_Candidate(at=at, invite=invite))
        batch.find_invites()
        return candidates

    def _live(
        self, recipients: Sequence[Recipient], terms: Sequence[LicenseTerms], now: datetime
    ) -> tuple[list[Access], bool]:
        """Return the live accesses, and whether seats were freed on the way: one call for each 100 seats."""
        refs = [accesses.ref(one.email, t.license) for one in recipients for t in terms]
        found = self._context.table.get_many(refs)
        live = [accesses.access_of(row) for ref in refs if (row := found.get(ref)) is not None]
        live = [access for access in live if access.is_live()]
        lapsed = [access for access in live if access.has_lapsed(now)]
        if not lapsed:
            return live, False
        # An expired invite never blocks a new one (DESIGN 2): what the sweep has not reached yet expires now.
        expire_lapsed(self._context, lapsed)
        return [access for access in live if not access.has_lapsed(now)], True

    def _pools_now(self, organization: str, wanted: Sequence[str]) -> Mapping[str, License]:
        refs = [licenses.ref(organization, id_) for id_ in wanted]
        found = self._context.table.get_many(refs)
        return {
            id_: licenses.license_of(row)
            for id_, ref in zip(wanted, refs, strict=True)
            if (row := found.get(ref)) is not None
        }


class _Batch:
    """Commits candidates in as few transactions as there can be, and keeps what became of each."""

    def __init__(self, context: Context, receipt: Receipt, now: datetime) -> None:
        self._context = context
        self._receipt = receipt
        self._now = now
        self._settled: dict[int, Invited] = {}
        self._reserved_by: dict[int, str] = {}
        self._lapses = 0
        self.done = receipt.done

    def settle(self, at: int, result: Invited) -> None:
        """Keep what became of the address at this position."""
        if at not in self.done:
            self._settled[at] = result
            self._receipt.note(at, result)

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

    def commit(self, candidates: Sequence[_Candidate]) -> None:
        """Reserve seats and write invites until every candidate is settled."""
        waiting = list(candidates)
        while waiting:
            chunk = _fitting(waiting, besides=_EVENT + self._receipt.items)
            rest = waiting[len(chunk) :]
            for one in chunk:
                self._receipt.note(
                    one.at, Invited(email=one.email, outcome=Outcome.INVITED, invite=one.invite)
                )
            complete = not rest
            plan = _Plan(self._context, chunk, self._now)
            try:
                commit(
                    self._context.table,
                    [*plan.writes(), *self._receipt.part(self._context, complete=complete)],
                )
            except ConditionFailedError as stale:
                self._receipt.refuse_race(stale)
                for one in chunk:
                    self._receipt.forget(one.at)
                waiting = [*self._survivors(plan, stale), *rest]
                continue
            self._receipt.written(complete=complete)
            for one in chunk:
                self._settled[one.at] = Invited(email=one.email, outcome=Outcome.INVITED, invite=one.invite)
            waiting = rest
        self._receipt.finish(self._context)

    def _survivors(self, plan: _Plan, stale: ConditionFailedError) -> list[_Candidate]:
        """Settle whoever lost a race for a seat or an access; return who can still be invited."""
        left = plan.left_in_pools(stale)
        survivors: list[_Candidate] = []
        lapsed: list[Access] = []
        for one in plan.chunk:
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

    def __init__(self, context: Context, chunk: Sequence[_Candidate], now: datetime) -> None:
        self.chunk = chunk
        needs = Counter((t.organization, t.license) for one in chunk for t in one.invite.licenses)
        self._pools = {id_: licenses.take(org, id_, n) for (org, id_), n in needs.items()}
        self.takes = {one.at: [accesses.take(access) for access in one.accesses()] for one in chunk}
        self._invites = [invites.create(one.invite) for one in chunk]
        self._event = events.record(
            context.event(
                EventType.INVITES_CREATED,
                organization=chunk[0].invite.organization,
                actor=chunk[0].invite.created_by,
                at=now,
                facts={
                    "licenses": list(self._pools),
                    "invites": [
                        {
                            "id": one.invite.id,
                            "kind": one.invite.kind,
                            "email": one.email,
                            "number": one.invite.number,
                            "access_start": rfc3339(one.invite.access_start)
                            if one.invite.access_start
                            else None,
                        }
                        for one in chunk
                    ],
                },
            )
        )

    def writes(self) -> list[Write]:
        """All of them."""
        taken = [write for own in self.takes.values() for write in own]
        return [*self._pools.values(), *taken, *self._invites, self._event]

    def left_in_pools(self, stale: ConditionFailedError) -> dict[str, int]:
        """Return the seats left in the pools that turned out too small."""
        return {
            id_: licenses.available_in(stale.failed[write])
            for id_, write in self._pools.items()
            if write in stale
        }


def expire_lapsed(context: Context, lapsed: Sequence[Access]) -> None:
    """Expire the invites behind reservations that have lapsed, ahead of the sweep."""
    refs = [invites.ref(access.invite) for access in lapsed]
    found = context.table.get_many(refs)
    expire(context, [invites.invite_of(row) for ref in dict.fromkeys(refs) if (row := found.get(ref))])


def _pools(desk: Desk, wanted: Sequence[str]) -> Mapping[str, License]:
    pools: dict[str, License] = {}
    for id_ in wanted:
        row = desk.found.get(licenses.ref(desk.organization.id, id_))
        if row is None:
            raise UnknownLicenseError(f"The organization has no license {id_!r}.", license=id_)
        pools[id_] = licenses.license_of(row)
    return pools


def _refuse_shortfall(candidates: Sequence[_Candidate], pools: Mapping[str, License]) -> None:
    needs = Counter(terms.license for one in candidates for terms in one.invite.licenses)
    short = {id_: n - pools[id_].available for id_, n in needs.items() if n > pools[id_].available}
    if short:
        worst = max(short.values())
        raise NotEnoughSeatsError(
            f"{worst} more {'seat is' if worst == 1 else 'seats are'} needed than available; "
            "nobody was invited.",
            shortfall=[
                {
                    "license": id_,
                    "needed": needs[id_],
                    "available": pools[id_].available,
                    "missing": missing,
                }
                for id_, missing in short.items()
            ],
        )


def _addressed(draft: Invite, one: Recipient, id_: str, terms: tuple[LicenseTerms, ...]) -> Invite:
    first, _, last = one.name.partition(" ")
    return replace(
        draft,
        id=id_,
        email=one.email,
        licenses=terms,
        first_name=draft.first_name or first[:MAX_NAME],
        last_name=draft.last_name or last.strip()[:MAX_NAME],
        remind_at=reminder_for(now=draft.created_at, expires_at=draft.expires_at),
    )


def _fitting(waiting: Sequence[_Candidate], *, besides: int) -> list[_Candidate]:
    """Return as many from the front as one transaction holds `besides` the other items."""
    pools: set[str] = set()
    used = besides
    for taken, one in enumerate(waiting):
        own = {terms.license for terms in one.invite.licenses}
        used += 1 + len(own) + len(own - pools)
        pools |= own
        if used > MAX_ITEMS:
            return list(waiting[:taken])
    return list(waiting)
