"""Learners put into a group, or given a license, by hand: nobody has to accept anything, seats are exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from usher.domain.addresses import BadAddressesError, NoAddressesError, TooManyAddressesError
from usher.domain.errors import refuses
from usher.domain.groups import GroupRequiredError, UnknownGroupError
from usher.domain.learner_assignments import (
    Assigned,
    AssignmentPlan,
    LicensePreview,
    MembersPreview,
    NamedPerson,
    NotLearnersError,
    read_named,
)
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.services.assignment_batches import AssignmentBatch, AssignmentTarget, read_plan
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.receipts import Receipt
from usher.store import groups, licenses

_NAMED = (NoAddressesError, TooManyAddressesError, BadAddressesError, NotLearnersError)


class LearnerAssignment:
    """Puts learners into groups and gives them licenses, each batch in as few transactions as possible."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownGroupError, UnknownLicenseError, LicenseOverError, *_NAMED)
    def preview_group(
        self,
        *,
        person: Person,
        organization: str,
        group: str,
        emails: str | Sequence[str] = (),
        people: Mapping[str, str],
    ) -> MembersPreview:
        """Say what putting the learners into the group needs; nothing is written."""
        named = read_named(emails, people)
        target = self._group(person, organization, group, Permission.READ)
        return self._planned(target, named).preview

    @refuses(*AUTHORIZE, UnknownLicenseError, LicenseOverError, GroupRequiredError, *_NAMED)
    def preview_license(
        self,
        *,
        person: Person,
        organization: str,
        license_id: str,
        emails: str | Sequence[str] = (),
        people: Mapping[str, str],
    ) -> LicensePreview:
        """Say what giving the license to the learners needs, and what becomes of each; nothing is written."""
        named = read_named(emails, people)
        target = self._license(person, organization, license_id, Permission.READ)
        plan = self._planned(target, named)
        (needs,) = plan.needs
        return LicensePreview(seats=needs, results=plan.results())

    @refuses(
        *AUTHORIZE, UnknownGroupError, UnknownLicenseError, LicenseOverError, NotEnoughSeatsError, *_NAMED
    )
    def add_to_group(
        self,
        *,
        person: Person,
        organization: str,
        group: str,
        emails: str | Sequence[str] = (),
        people: Mapping[str, str],
        receipt: Receipt,
    ) -> list[Assigned]:
        """Put learners into the group, with a seat in each of its licenses that they lack.

        `people` has the addresses behind ids. Where a person has an open invite to a seat, the invite keeps
        it. Returns what became of each, those of `people` first.

        Raises:
            NotLearnersError, NotEnoughSeatsError: nothing was changed.
        """
        named = read_named(emails, people)
        target = self._group(person, organization, group, Permission.MANAGE_GROUPS)
        return AssignmentBatch(self._context, target, person, receipt).carry_out(named)

    @refuses(
        *AUTHORIZE, UnknownLicenseError, LicenseOverError, GroupRequiredError, NotEnoughSeatsError, *_NAMED
    )
    def assign_license(
        self,
        *,
        person: Person,
        organization: str,
        license_id: str,
        emails: str | Sequence[str] = (),
        people: Mapping[str, str],
        receipt: Receipt,
    ) -> list[Assigned]:
        """Give learners a seat of the license; access starts at once, or with the license.

        `people` has the addresses behind ids. Returns what became of each, those of `people` first.

        Raises:
            GroupRequiredError: the organization's learners come by a group; put them into one.
            NotLearnersError, NotEnoughSeatsError: nothing was changed.
        """
        named = read_named(emails, people)
        target = self._license(person, organization, license_id, Permission.INVITE)
        return AssignmentBatch(self._context, target, person, receipt).carry_out(named)

    def _planned(self, target: AssignmentTarget, named: Sequence[NamedPerson]) -> AssignmentPlan:
        """Return the plan as it stands now, or raise NotLearnersError."""
        plan = read_plan(self._context, target, dict(enumerate(named)))
        plan.require_learners()
        return plan

    def _group(
        self, person: Person, organization: str, group: str, permission: Permission
    ) -> AssignmentTarget:
        at = groups.ref(organization, group)
        membership = authorize(
            self._context, person=person, organization=organization, permission=permission, also=[at]
        )
        found = groups.open_group(membership.rows.get(at))
        if found is None:
            raise UnknownGroupError("The organization has no such group.")
        return AssignmentTarget(organization=organization, group=found, licenses=found.licenses)

    def _license(
        self, person: Person, organization: str, license_id: str, permission: Permission
    ) -> AssignmentTarget:
        at = licenses.ref(organization, license_id)
        membership = authorize(
            self._context, person=person, organization=organization, permission=permission, also=[at]
        )
        licenses.terms_at(membership.rows, at)
        _require_no_group(membership.organization)
        return AssignmentTarget(organization=organization, group=None, licenses=(license_id,))


def _require_no_group(organization: Organization) -> None:
    """Raise GroupRequiredError if the organization's learners come by a group, with what to do instead."""
    try:
        organization.require_group_in(None)
    except GroupRequiredError as refusal:
        raise GroupRequiredError(
            refusal.detail,
            fields=(),
            next_action="Put the learners into one of the organization's groups that gives the license.",
        ) from refusal
