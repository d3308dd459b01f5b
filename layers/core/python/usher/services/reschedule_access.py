"""Moves the start of an access that no invite gave (DESIGN 2, Start of access)."""

from __future__ import annotations

from datetime import datetime

from usher.domain.accesses import (
    Access,
    AccessState,
    GivenByInviteError,
    SelfAssignedError,
    UnknownAccessError,
)
from usher.domain.email_budgets import TooManyEmailsError, budget_owner
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import refuses
from usher.domain.events.accesses import AccessStartChanged
from usher.domain.events.parts import AccessRef
from usher.domain.instants import BadDateError
from usher.domain.learners import UnknownLearnerError
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.domain.starts import (
    StartInPastError,
    StartNotEditableError,
    StartOutsideLicenseError,
    StartRequiredError,
    edited_start,
)
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.email_budgets import count_email, email_refusal
from usher.services.invites.manage_invites import AccessBegunError
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import accesses
from usher.store.people import learners
from usher.store.transaction import ConditionFailedError, commit


class RescheduleAccess:
    """Reschedules accesses that came by a code, the join page, single sign-on, a group or by hand."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        UnknownLearnerError,
        UnknownAccessError,
        GivenByInviteError,
        SelfAssignedError,
        AccessBegunError,
        StartNotEditableError,
        StartRequiredError,
        StartInPastError,
        StartOutsideLicenseError,
        BadDateError,
        TooManyEmailsError,
    )
    @retry_on_conflict
    def reschedule(
        self, *, person: Person, organization: str, email: str, license_id: str, access_start: str | None
    ) -> Access:
        """Move the start while it lies ahead, and email the learner: one transaction on what was read.

        Where the start is the one that it has already, nothing is written and nobody is emailed.

        Raises:
            UnknownLearnerError, UnknownAccessError: there is none.
            GivenByInviteError: an invite gave the access, and its start is moved there.
            SelfAssignedError, AccessBegunError, StartNotEditableError: the start cannot be moved.
            StartRequiredError, BadDateError, StartInPastError, StartOutsideLicenseError: about the new start.
            TooManyEmailsError: the learner's budget of emails is used up.
        """
        at_learner, at_access = learners.ref(organization, email), accesses.ref(email, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.INVITE,
            also=[at_learner, at_access],
        )
        if membership.rows.get(at_learner) is None:
            raise UnknownLearnerError("The organization has no such learner.")
        row, now = membership.rows.get(at_access), self._context.now()
        before = None if row is None else accesses.access_of(row)
        if before is None or before.terms.organization != organization or not before.is_live():
            raise UnknownAccessError("The learner has no access of this license from the organization.")
        current = _require_movable(before, now)
        start = edited_start(
            access_start,
            licenses=[before.terms],
            time_zone=membership.organization.time_zone,
            now=now,
        )
        if start is None:
            raise StartRequiredError("The access needs a date.")
        if start == current:
            return before
        after = before.moved_to(start)
        self._commit(before, after, previous=current, by=person, organization=membership.organization)
        return after

    def _commit(
        self, before: Access, after: Access, *, previous: datetime, by: Person, organization: Organization
    ) -> None:
        now = self._context.now()
        moved = accesses.move(before, after)
        counted = count_email(budget_owner(organization), after.email, now=now)
        event = record_event(
            self._context,
            AccessStartChanged(access=AccessRef.of(after), previous_start_at=previous),
            organization=organization.id,
            actor=by.email,
            at=now,
        )
        try:
            commit(self._context.table, [moved, counted, event])
        except ConditionFailedError as stale:
            if counted in stale and moved not in stale:
                raise email_refusal(now=now) from stale
            raise


def _require_movable(access: Access, now: datetime) -> datetime:
    """Return the start of an access that lies ahead, and that no invite gave; or raise why it stays."""
    if access.invite and access.state_at(now) in {AccessState.RESERVED, AccessState.SCHEDULED}:
        raise GivenByInviteError("An invite gave the access.", invite=access.invite)
    if access.given_by is EnrollmentMethod.SELF_ASSIGNMENT:
        raise SelfAssignedError("The seat was taken by its manager for themselves.")
    if access.state_at(now) is not AccessState.SCHEDULED or access.start_at is None:
        raise AccessBegunError("The access has started already, or is over.")
    return access.start_at
