"""The assignment of a license to a group and its present members, with exact seats."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.accesses import Access, AccessState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import refuses
from usher.domain.events.groups import GroupLicenseAdded, GroupLicenseApplied
from usher.domain.events.parts import AccessRef, GroupRef, LicenseRef, SeatChange
from usher.domain.groups import MAX_GIVEN, Group, TooManyLicensesError, UnknownGroupError
from usher.domain.learner_assignments import SeatRequirement
from usher.domain.licenses import (
    License,
    LicenseOverError,
    NotEnoughSeatsError,
    UnknownLicenseError,
    refuse_shortfall,
)
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.receipts import Receipt
from usher.services.transactions import commit_surviving, record_event, retry_on_conflict
from usher.store import accesses, groups, license_pools, licenses
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, ConflictError, Write, commit

_SHARED = 3
"""Items of a transaction besides the accesses and the receipt: the group, the license and the event."""


@dataclass(frozen=True, kw_only=True)
class AssignmentResult:
    """The result of adding a license to a group.

    Attributes:
        given: members who were given a seat.
        have: members who had one, or an open invite to one.
        left: members who have none; repeating the request continues with them.
    """

    group: str
    license: str
    given: int = 0
    have: int = 0
    left: int = 0


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """A group, a license, and the members who lack a seat of it."""

    group: Group
    pool: License
    lacking: list[str]
    members: int

    @property
    def needs(self) -> SeatRequirement:
        """The seats that the plan needs."""
        return SeatRequirement(
            terms=self.pool.terms,
            members=self.members,
            have=self.members - len(self.lacking),
            needed=len(self.lacking),
            available=self.pool.available,
        )

    @property
    def is_added(self) -> bool:
        """Whether the group has the license already."""
        return self.pool.id in self.group.licenses

    def result(self, *, given: int = 0, have: int = 0) -> AssignmentResult:
        """Return the result where `given` members were given a seat, and `have` turned out to have one."""
        return AssignmentResult(
            group=self.group.id,
            license=self.pool.id,
            given=given,
            have=self.members - len(self.lacking) + have,
            left=len(self.lacking) - given - have,
        )


class LicenseAssignment:
    """Gives a group's license to its present members."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownGroupError, UnknownLicenseError, LicenseOverError)
    def preview(self, *, person: Person, organization: str, group: str, license_id: str) -> SeatRequirement:
        """Count the seats that applying the license to the members takes; nothing is written."""
        return self._plan(person, organization, group, license_id, Permission.READ).needs

    @refuses(
        *AUTHORIZE,
        UnknownGroupError,
        UnknownLicenseError,
        LicenseOverError,
        TooManyLicensesError,
        NotEnoughSeatsError,
    )
    @retry_on_conflict
    def add(
        self,
        *,
        person: Person,
        organization: str,
        group: str,
        license_id: str,
        apply: bool,
        receipt: Receipt,
    ) -> AssignmentResult:
        """Add a license to a group and, with `apply`, give it to the members who do not have it.

        The first transaction adds the license and gives seats to as many members as it holds. Where seats run
        out between transactions, the result says how many members are left; repeating continues with them.

        Raises:
            NotEnoughSeatsError: fewer seats are free than the members need; nothing was changed.
        """
        plan = self._plan(person, organization, group, license_id, Permission.MANAGE_GROUPS)
        if apply:
            refuse_shortfall(
                [plan.needs],
                consequence="nobody was given one",
                next_action="Buy more seats, or add the license without applying it to present members.",
            )
        return self._carry_out(plan, plan.lacking[:MAX_GIVEN] if apply else [], person, receipt)

    def _carry_out(
        self, plan: _Plan, todo: Sequence[str], person: Person, receipt: Receipt
    ) -> AssignmentResult:
        """Carry out the plan chunk by chunk, or raise ConflictError if the first chunk was out of date."""
        if not todo and plan.is_added:
            return self._answer(plan.result(), receipt)
        room = MAX_ITEMS - _SHARED - receipt.items
        chunks = [todo[first : first + room] for first in range(0, len(todo), room)] or [[]]
        given = have = 0
        for at, chunk in enumerate(chunks):
            transaction = _Transaction(self._context, plan, person, first=at == 0, given=given, have=have)
            last = receipt if at == len(chunks) - 1 else None
            try:
                got = transaction.commit(chunk, last)
            except ConditionFailedError as stale:
                receipt.refuse_race(stale)
                receipt.forget(0)
                if at == 0:
                    raise
                break
            if at == 0 and chunk and not got:
                receipt.forget(0)
                raise ConflictError("Each of them was given the license by others.")
            given, have = given + got, have + len(chunk) - got
        return self._answer(plan.result(given=given, have=have), receipt)

    def _answer(self, result: AssignmentResult, receipt: Receipt) -> AssignmentResult:
        receipt.answer(self._context, result)
        return result

    def _plan(
        self, person: Person, organization: str, group: str, license_id: str, permission: Permission
    ) -> _Plan:
        now = self._context.now()
        at_group, at_license = groups.ref(organization, group), licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=permission,
            also=[at_group, at_license],
        )
        found = groups.open_group(membership.rows.get(at_group))
        if found is None:
            raise UnknownGroupError("The organization has no such group.")
        (pool,) = licenses.found_at(self._context.table, membership.rows, [at_license])
        pool.terms.require_valid(now)
        emails = [one.email for one in groups.all_members(self._context.table, organization, group)]
        held = self._held(emails, license_id)
        lapsed = [access for access in held if access.has_lapsed(now)]
        if lapsed and permission is not Permission.READ:
            expire_lapsed(self._context, lapsed)
            pool = licenses.get(self._context.table, organization, license_id) or pool
        having = {access.email for access in held if not access.has_lapsed(now)}
        return _Plan(
            group=found, pool=pool, lacking=[e for e in emails if e not in having], members=len(emails)
        )

    def _held(self, emails: Sequence[str], license_id: str) -> list[Access]:
        """Return the members' live accesses of the license: one call for each hundred."""
        refs = [accesses.ref(email, license_id) for email in emails]
        found = self._context.table.get_many(refs)
        rows = (found.get(ref) for ref in refs)
        held = (accesses.access_of(row) for row in rows if row is not None)
        return [access for access in held if access.is_live()]


class _Transaction:
    """One transaction of the plan."""

    def __init__(
        self, context: Context, plan: _Plan, person: Person, *, first: bool, given: int, have: int
    ) -> None:
        self._context = context
        self._plan = plan
        self._person = person
        self._first = first
        self._given = given
        self._have = have
        self._now = context.now()

    def commit(self, chunk: Sequence[str], receipt: Receipt | None) -> int:
        """Give the license to those of the chunk who still lack a seat; return how many.

        Raises:
            ConditionFailedError: the group changed, or too few seats are left.
        """

        def shared(left: Sequence[Access]) -> list[Write]:
            given = self._given + len(left)
            result = self._plan.result(given=given, have=self._have + len(chunk) - len(left))
            return [
                *self._shared_writes(left),
                *(receipt.whole(self._context, result) if receipt is not None else []),
            ]

        seats = [
            Access.given(email, self._plan.pool.terms, by=EnrollmentMethod.GROUP, now=self._now)
            for email in chunk
        ]
        if seats:
            got = commit_surviving(
                self._context, seats, each=lambda access: [accesses.take(access)], shared=shared
            )
        else:
            commit(self._context.table, shared([]))
            got = []
        if receipt is not None and len(got) + (not seats):
            receipt.written(complete=True)
        return len(got)

    def _shared_writes(self, left: Sequence[Access]) -> list[Write]:
        group, terms = self._plan.group, self._plan.pool.terms
        adding = self._first and not self._plan.is_added
        given = [AccessRef.of(access) for access in left]
        kind = GroupLicenseAdded if adding else GroupLicenseApplied
        event = record_event(
            self._context,
            kind(
                group=GroupRef.of(group),
                license=LicenseRef.of(terms),
                started=tuple(one for one in given if one.state is AccessState.ACTIVE),
                scheduled=tuple(one for one in given if one.state is AccessState.SCHEDULED),
                seat_changes=SeatChange.taken(access.terms for access in left),
            ),
            organization=group.organization,
            actor=self._person.email,
            at=self._now,
        )
        return [
            groups.change(group, group.having(terms.license))
            if adding
            else groups.is_open(group.organization, group.id),
            *([license_pools.take(terms, len(left))] if left else []),
            event,
        ]
