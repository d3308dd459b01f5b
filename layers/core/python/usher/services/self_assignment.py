"""Self-assignment: a manager takes a seat of a license (DESIGN 2, Start of access)."""

from __future__ import annotations

from usher.domain.accesses import Access, AlreadyAssignedError
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import refuses
from usher.domain.events.licenses import SeatSelfAssigned
from usher.domain.events.parts import AccessRef, SeatChange
from usher.domain.learners import Learner
from usher.domain.licenses import (
    LicenseOverError,
    LicenseTerms,
    NotEnoughSeatsError,
    SeatNeed,
    UnknownLicenseError,
    shortfall_of,
)
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import accesses, license_pools, licenses
from usher.store.people import learners
from usher.store.transaction import ConditionFailedError


class SelfAssignment:
    """The assignment of a license's seat to the manager who asks for one."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownLicenseError, AlreadyAssignedError, NotEnoughSeatsError, LicenseOverError)
    @retry_on_conflict
    def assign(self, *, person: Person, organization: str, license_id: str, receipt: Receipt) -> Access:
        """Assign a seat to the person; access starts at once, and can be neither paused nor rescheduled.

        Where the license itself starts later, access starts with the license: nothing can start sooner.
        """
        now = self._context.now()
        terms, is_new = self._read(person, organization, license_id)
        terms.require_valid(now)
        access = Access.given(person.email, terms, by=EnrollmentMethod.SELF_ASSIGNMENT, now=now)
        learner = Learner(
            organization=organization,
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            joined_at=now,
        )
        event = record_event(
            self._context,
            SeatSelfAssigned(access=AccessRef.of(access), seat_changes=SeatChange.taken([terms])),
            organization=organization,
            actor=person.email,
            at=now,
        )
        taken = accesses.take(access)
        seat, joined = license_pools.take(terms, 1), learners.join(learner, is_new=is_new)
        writes = [seat, taken, joined, event]
        try:
            receipt.commit(self._context, writes, access)
        except ConditionFailedError as stale:
            held = accesses.state_in(stale.failed[taken]) if taken in stale else None
            if held is None and seat not in stale:
                raise  # the person became a learner, or is one no longer
            if held is None:
                short = SeatNeed(terms=terms, needed=1, available=0)
                raise shortfall_of([short], consequence="you were given none") from stale
            if held.has_lapsed(now):
                expire_lapsed(self._context, [held])
                raise
            raise AlreadyAssignedError("You have a seat of this license, or an open invite to it.") from stale
        return access

    def _read(self, person: Person, organization: str, license_id: str) -> tuple[LicenseTerms, bool]:
        """Return the license's terms, and whether the person is no learner yet: one call.

        Raises:
            UnknownLicenseError.
        """
        at, at_learner = licenses.ref(organization, license_id), learners.ref(organization, person.email)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.ASSIGN_SELF,
            also=[at, at_learner],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownLicenseError("The organization has no such license.")
        return licenses.terms_of(row), membership.rows.get(at_learner) is None
