"""One learner in full: accesses, groups, open invites, and the clients whose learner they are, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from usher.domain.accesses import Access, AccessState
from usher.domain.errors import refuses
from usher.domain.groups import Group
from usher.domain.invites import Invite, InviteState
from usher.domain.learners import Learner, UnknownLearnerError
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.invites.seats_held import read_invites
from usher.store import accesses, groups, organizations
from usher.store.people import learners


@dataclass(frozen=True, kw_only=True)
class LearnerDetail:
    """A learner in full, as the organization sees them.

    Attributes:
        accesses: those from the organization.
        groups: those that the learner is a member of, oldest first.
        invites: the open invites to the learner, newest first.
        clients: the organization's clients whose learner the person is, too.
    """

    learner: Learner
    accesses: Sequence[Access]
    groups: Sequence[Group]
    invites: Sequence[Invite]
    clients: Sequence[Organization]


class LearnerDetails:
    """Reads one learner in full."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownLearnerError)
    def learner(self, *, person: Person, organization: str, email: str) -> LearnerDetail:
        """Read one learner.

        A call each for the caller with the learner, the accesses, the groups, the memberships in fifty
        groups, the open invites if there are any, and the person's organizations; one more if there are
        others.

        Raises:
            UnknownLearnerError: the person is none of the organization's.
        """
        at = learners.ref(organization, email)
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ, also=[at]
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownLearnerError("The organization has no such learner.")
        learner, now = learners.learner_of(row), self._context.now()
        own = [
            access.with_products(membership.organization.products)
            for access in accesses.of_person(self._context.table, learner.email)
            if access.terms.organization == organization and access.state_at(now) is not AccessState.RELEASED
        ]
        joined, marked = self._memberships(organization, learner.email)
        reserving = {one.invite for one in own if one.state is AccessState.RESERVED}
        return LearnerDetail(
            learner=learner,
            accesses=own,
            groups=joined,
            invites=self._open_invites(membership.organization, {*reserving, *marked}),
            clients=self._clients(membership.organization, learner.email),
        )

    def _memberships(self, organization: str, email: str) -> tuple[list[Group], set[str]]:
        """Return the groups of the learner, and the ids of the newest invites to others without a seat."""
        every = [
            group
            for row in groups.all_of(self._context.table, organization)
            if (group := groups.open_group(row)) is not None
        ]
        members = {one.id: groups.member_ref(organization, one.id, email) for one in every}
        markers = {one.id: groups.invite_marker_ref(organization, one.id, email) for one in every}
        found = self._context.table.get_many([*members.values(), *markers.values()])
        joined = [one for one in every if found.get(members[one.id]) is not None]
        marked = {row.invite for at in markers.values() if (row := found.get(at)) is not None}
        return joined, marked

    def _open_invites(self, organization: Organization, ids: set[str]) -> list[Invite]:
        """Return those of the invites that can be answered, newest first: one call, none without ids."""
        now = self._context.now()
        found: Mapping[str, Invite] = read_invites(self._context, ids)
        return sorted(
            (
                one.with_products(organization.products)
                for one in found.values()
                if one.state is InviteState.PENDING and not one.has_expired(now)
            ),
            key=lambda one: one.id,
            reverse=True,
        )

    def _clients(self, organization: Organization, email: str) -> list[Organization]:
        """Return the clients whose learner the person is, by name; eventually consistent."""
        if organization.provider is not None:
            return []
        elsewhere = [
            organizations.ref(learner.organization)
            for learner in learners.learner_memberships(self._context.table, email)
            if learner.organization != organization.id
        ]
        found = self._context.table.get_many(elsewhere)
        others = [
            organizations.organization_of(row) for at in elsewhere if (row := found.get(at)) is not None
        ]
        return sorted(
            (one for one in others if one.provider == organization.id), key=lambda one: (one.name, one.id)
        )
