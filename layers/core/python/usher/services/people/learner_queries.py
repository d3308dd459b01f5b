"""Learners as managers see them, and a learner's own dashboard."""

from __future__ import annotations

from dataclasses import dataclass

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import BadAddressError, read_address
from usher.domain.errors import refuses
from usher.domain.learners import Learner, UnknownLearnerError
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.services.sessions import require_session, session_refs
from usher.store import accesses, organizations
from usher.store.people import learners


@dataclass(frozen=True, kw_only=True)
class LearnerDetail:
    """A learner with their accesses in the organization."""

    learner: Learner
    accesses: list[Access]


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """A person's accesses in all organizations, with the organizations by their ids."""

    accesses: list[Access]
    organizations: dict[str, Organization]


class LearnerQueries:
    """Reads learners and their accesses."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, BadCursorError, BadAddressError)
    def learners(
        self, *, person: Person, organization: str, email: str | None = None, limit: int, cursor: str | None
    ) -> ResultPage[Learner]:
        """List an organization's learners by address; only the one with this address, if given."""
        at = None if email is None else learners.ref(organization, read_address(email))
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[] if at is None else [at],
        )
        if at is not None:
            row = membership.rows.get(at)
            return ResultPage(items=[] if row is None else [learners.learner_of(row)], next=None)
        page = learners.listed(self._context.table, organization, limit=limit, cursor=cursor)
        return ResultPage(items=[learners.learner_of(row) for row in page.rows], next=page.next)

    @refuses(*AUTHORIZE, UnknownLearnerError)
    def learner(self, *, person: Person, organization: str, email: str) -> LearnerDetail:
        """Read one learner and their accesses from this organization; raises UnknownLearnerError."""
        at = learners.ref(organization, email)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownLearnerError("The organization has no such learner.")
        learner = learners.learner_of(row)
        own = [
            access
            for access in accesses.of_person(self._context.table, learner.email)
            if access.terms.organization == organization and access.state is not AccessState.RELEASED
        ]
        return LearnerDetail(learner=learner, accesses=own)

    def dashboard(self, *, person: Person) -> Dashboard:
        """Read the person's accesses, reserved and scheduled ones included: two calls.

        Raises:
            SessionRevokedError: the person's session is over.
        """
        own = [
            access
            for access in accesses.of_person(self._context.table, person.email)
            if access.state is not AccessState.RELEASED and not access.has_lapsed(self._context.now())
        ]
        ids = list(dict.fromkeys(access.terms.organization for access in own))
        found = self._context.table.get_many(
            [*(organizations.ref(id_) for id_ in ids), *session_refs(person)]
        )
        require_session(person, found)
        by_id = {
            id_: organizations.organization_of(row)
            for id_ in ids
            if (row := found.get(organizations.ref(id_))) is not None
        }
        return Dashboard(accesses=own, organizations=by_id)
