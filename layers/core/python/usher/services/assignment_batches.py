"""Batches of learners who are given seats by hand, in as few transactions as possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from usher.domain.accesses import Access, AccessState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.accesses import SeatsAssigned
from usher.domain.events.event import EventData
from usher.domain.events.groups import GroupMembersAdded
from usher.domain.events.parts import AccessRef, GroupRef, LicenseRef, SeatChange
from usher.domain.groups import Group, Member, UnknownGroupError
from usher.domain.learner_assignments import (
    Assigned,
    Assignee,
    AssignmentOutcome,
    AssignmentPlan,
    NamedPerson,
    assignee,
)
from usher.domain.licenses import refuse_shortfall, seats_by_license
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.receipts import Receipt
from usher.services.transactions import ATTEMPTS, record_event
from usher.store import accesses, groups, license_pools, licenses
from usher.store.people import learners
from usher.store.table import BatchResult, Ref
from usher.store.transaction import MAX_ITEMS, BusyError, ConditionFailedError, Write, commit

_EVENT = 1
"""Each transaction writes one event."""
_LEARNER = 1
"""For each person it looks at whether they are a learner."""


@dataclass(frozen=True, kw_only=True)
class AssignmentTarget:
    """What is given: a group with its licenses, or licenses alone."""

    organization: str
    group: Group | None
    licenses: Sequence[str]


def read_plan(
    context: Context, target: AssignmentTarget, waiting: Mapping[int, NamedPerson], *, expire: bool = False
) -> AssignmentPlan:
    """Read what the people of a request have, and the pools: one call for each hundred items.

    With `expire`, the invites of lapsed reservations are expired first, for seats that they still hold.

    Raises:
        UnknownLicenseError, LicenseOverError: one of the licenses cannot be given.
    """
    now, of = context.now(), target.organization
    found = context.table.get_many(_refs(target, waiting.values()))
    at_licenses = [licenses.ref(of, id_) for id_ in target.licenses]
    pools = {one.id: one for one in licenses.found_at(context.table, found, at_licenses)}
    for pool in pools.values():
        pool.terms.require_valid(now)
    known = {
        at: one
        for at, one in waiting.items()
        if one.email and found.get(learners.ref(of, one.email)) is not None
    }
    held = {at: _held(target, one, found) for at, one in known.items()}
    lapsed = [access for own in held.values() for access in own.values() if access.has_lapsed(now)]
    if lapsed and expire:
        expire_lapsed(context, lapsed)
        return read_plan(context, target, waiting)
    return AssignmentPlan(
        organization=of,
        group=target.group,
        pools=pools,
        assignees=[
            assignee(
                at,
                one.email,
                licenses=list(pools.values()),
                held={id_: access for id_, access in held[at].items() if not access.has_lapsed(now)},
                joins=target.group is not None and _is_no_member(target.group, one, found),
            )
            for at, one in known.items()
        ],
        strangers={at: one for at, one in waiting.items() if at not in known},
    )


def _refs(target: AssignmentTarget, people: Iterable[NamedPerson]) -> list[Ref[Any]]:
    of = target.organization
    refs: list[Ref[Any]] = [licenses.ref(of, id_) for id_ in target.licenses]
    for one in people:
        if one.email:
            refs.append(learners.ref(of, one.email))
            refs += [accesses.ref(one.email, id_) for id_ in target.licenses]
            if target.group is not None:
                refs.append(groups.member_ref(of, target.group.id, one.email))
    return refs


def _held(target: AssignmentTarget, one: NamedPerson, found: BatchResult) -> dict[str, Access]:
    """Return the person's live accesses by license, lapsed reservations included."""
    return {
        id_: access
        for id_ in target.licenses
        if (row := found.get(accesses.ref(one.email, id_))) is not None
        and (access := accesses.access_of(row)).is_live()
    }


def _is_no_member(group: Group, one: NamedPerson, found: BatchResult) -> bool:
    return found.get(groups.member_ref(group.organization, group.id, one.email)) is None


class AssignmentBatch:
    """One request being carried out, with what became of each person so far."""

    def __init__(self, context: Context, target: AssignmentTarget, person: Person, receipt: Receipt) -> None:
        self._context = context
        self._target = target
        self._person = person
        self._receipt = receipt
        self._results: dict[int, Assigned] = {}
        self._begun = bool(receipt.done)

    def carry_out(self, named: Sequence[NamedPerson]) -> list[Assigned]:
        """Give each what they lack and return what became of each, in the order of the request.

        Whoever loses a race is decided again by what won it. While nothing was given yet, people who are no
        learners and a lack of seats refuse the whole request; after that, those alone whom it concerns.

        Raises:
            NotLearnersError, NotEnoughSeatsError, UnknownGroupError: see LearnerAssignment.
            AnsweredMeanwhileError: the same request was carried out at the same time.
            BusyError: others were in the way at every attempt.
        """
        waiting = {at: one for at, one in enumerate(named) if at not in self._receipt.done}
        stalled = 0
        while waiting:
            left = self._round(waiting)
            stalled = stalled + 1 if len(left) == len(waiting) else 0
            if stalled == ATTEMPTS:
                raise BusyError("Others kept changing what the people have.")
            waiting = left
            if waiting:
                self._read_group()
        self._receipt.finish(self._context)
        return [self._results[at] for at in sorted(self._results)]

    def _round(self, waiting: Mapping[int, NamedPerson]) -> dict[int, NamedPerson]:
        """Decide and give, once; return those who have to be decided again."""
        plan = read_plan(self._context, self._target, waiting, expire=True)
        if not self._begun:
            plan.require_learners()
            refuse_shortfall(
                plan.needs,
                consequence="nobody was given anything",
                next_action="Name fewer, or buy more seats.",
            )
        settled = plan.settled()
        for at, result in settled.items():
            self._settle(at, result)
        todo = [one for one in plan.assignees if one.position not in settled]
        lost: list[Assignee] = []
        while todo:
            chunk = _fitting(todo, besides=_EVENT + self._receipt.items + (plan.group is not None))
            todo = todo[len(chunk) :]
            if not self._commit(plan, chunk, is_last=not todo and not lost):
                lost += chunk
        return {one.position: waiting[one.position] for one in lost}

    def _commit(self, plan: AssignmentPlan, chunk: Sequence[Assignee], *, is_last: bool) -> bool:
        """Commit one transaction; return False if a condition failed, with nothing written."""
        results = {
            one.position: Assigned(
                organization=plan.organization, email=one.email, outcome=AssignmentOutcome.ASSIGNED
            )
            for one in chunk
        }
        for at, result in results.items():
            self._receipt.note(at, result)
        now = self._context.now()
        writes = [*self._shared_writes(plan, chunk, now), *_own_writes(plan, chunk, now)]
        part = self._receipt.part(self._context, complete=is_last)
        try:
            commit(self._context.table, [*writes, *part])
        except ConditionFailedError as stale:
            self._receipt.refuse_race(stale)
            for at in results:
                self._receipt.forget(at)
            return False
        self._receipt.written(complete=is_last)
        self._results |= results
        self._begun = True
        return True

    def _shared_writes(self, plan: AssignmentPlan, chunk: Sequence[Assignee], now: datetime) -> list[Write]:
        seats = seats_by_license(terms for one in chunk for terms in one.missing)
        group, joining = plan.group, sum(one.joins for one in chunk)
        event = record_event(
            self._context,
            _event_of(plan, chunk, now),
            organization=plan.organization,
            actor=self._person.email,
            at=now,
        )
        return [
            *(license_pools.take(terms, n) for terms, n in seats),
            *([groups.count(plan.organization, group.id, joining)] if group is not None else []),
            event,
        ]

    def _settle(self, position: int, result: Assigned) -> None:
        self._results[position] = result
        self._receipt.note(position, result)

    def _read_group(self) -> None:
        """Read the group again, as it has to be there still, and may have got or lost a license."""
        before = self._target
        if before.group is None:
            return
        group = groups.get(self._context.table, before.organization, before.group.id)
        if group is None:
            raise UnknownGroupError("The group was deleted meanwhile.")
        self._target = AssignmentTarget(
            organization=before.organization, group=group, licenses=group.licenses
        )


def _own_writes(plan: AssignmentPlan, chunk: Sequence[Assignee], now: datetime) -> list[Write]:
    """Return each person's own writes, on the condition that they are a learner."""
    writes: list[Write] = []
    for one in chunk:
        writes.append(learners.is_learner(plan.organization, one.email))
        writes += [accesses.take(access) for access in _given(plan, [one], now)]
        if one.joins and plan.group is not None:
            member = Member(
                organization=plan.organization, group=plan.group.id, email=one.email, joined_at=now
            )
            writes.append(groups.join(member))
    return writes


def _given(plan: AssignmentPlan, chunk: Sequence[Assignee], now: datetime) -> list[Access]:
    """Return the accesses that the people are given."""
    by = EnrollmentMethod.ASSIGNMENT if plan.group is None else EnrollmentMethod.GROUP
    return [Access.given(one.email, terms, by=by, now=now) for one in chunk for terms in one.missing]


def _event_of(plan: AssignmentPlan, chunk: Sequence[Assignee], now: datetime) -> EventData:
    given = _given(plan, chunk, now)
    started = tuple(AccessRef.of(one) for one in given if one.state is AccessState.ACTIVE)
    scheduled = tuple(AccessRef.of(one) for one in given if one.state is AccessState.SCHEDULED)
    seat_changes = SeatChange.taken(access.terms for access in given)
    if plan.group is not None:
        return GroupMembersAdded(
            group=GroupRef.of(plan.group),
            emails=tuple(one.email for one in chunk if one.joins),
            started=started,
            scheduled=scheduled,
            seat_changes=seat_changes,
        )
    (pool,) = plan.pools.values()
    return SeatsAssigned(
        license=LicenseRef.of(pool.terms), started=started, scheduled=scheduled, seat_changes=seat_changes
    )


def _fitting(waiting: Sequence[Assignee], *, besides: int) -> list[Assignee]:
    """Return as many from the first on as one transaction holds `besides` the other items."""
    pools: set[str] = set()
    used = besides
    fitting: list[Assignee] = []
    for one in waiting:
        own = {terms.license for terms in one.missing}
        used += _LEARNER + len(own) + len(own - pools) + one.joins
        if used > MAX_ITEMS:
            break
        pools |= own
        fitting.append(one)
    return fitting
