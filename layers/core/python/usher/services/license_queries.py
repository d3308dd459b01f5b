"""What managers see of their licenses, and taking a seat for oneself."""

from __future__ import annotations

from usher.domain.accesses import Access, AccessState, AlreadyAssignedError
from usher.domain.errors import refuses
from usher.domain.events.licenses import SeatSelfAssigned
from usher.domain.events.parts import AccessRef, SeatChange
from usher.domain.learners import Learner
from usher.domain.licenses import License, LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.domain.starts import start_on_acceptance
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import accesses, licenses
from usher.store.people import learners
from usher.store.transaction import ConditionFailedError


class LicenseQueries:
    """An organization's licenses, as its managers use them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE)
    def licenses(self, *, person: Person, organization: str) -> list[License]:
        """List the licenses, oldest first."""
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        return licenses.of_organization(self._context.table, organization)

    @refuses(*AUTHORIZE, UnknownLicenseError)
    def license(self, *, person: Person, organization: str, license_id: str) -> License:
        """Read one license, or raise UnknownLicenseError."""
        at = licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownLicenseError("The organization has no such license.")
        return licenses.license_of(row)

    @refuses(*AUTHORIZE, UnknownLicenseError, AlreadyAssignedError, NotEnoughSeatsError, LicenseOverError)
    @retry_on_conflict
    def assign_self(self, *, person: Person, organization: str, license_id: str, receipt: Receipt) -> Access:
        """Take a seat oneself; use starts at once, and can be neither paused nor moved.

        Where the license itself starts later, use starts with it: nothing can start sooner.
        """
        at = licenses.ref(organization, license_id)
        now = self._context.now()
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.ASSIGN_SELF,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownLicenseError("The organization has no such license.")
        terms = licenses.license_of(row).terms
        terms.require_valid(now)
        start_at = start_on_acceptance(terms, chosen=None, now=now)
        access = Access(
            email=person.email,
            terms=terms,
            state=AccessState.SCHEDULED if start_at > now else AccessState.ACTIVE,
            start_at=start_at,
        )
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
        seat = licenses.take(organization, license_id, 1)
        taken = accesses.take(access)
        writes = [seat, taken, learners.join(learner), event]
        try:
            receipt.commit(self._context, writes, access)
        except ConditionFailedError as stale:
            held = accesses.state_in(stale.failed[taken]) if taken in stale else None
            if held is not None and held.has_lapsed(now):
                expire_lapsed(self._context, [held])
                raise
            if held is not None:
                raise AlreadyAssignedError(
                    "You have a seat of this license, or an open invite to it."
                ) from stale
            raise NotEnoughSeatsError("No seat is left in this license.") from stale
        return access
