"""Previews, accepts and declines an invite; a preview writes nothing (DESIGN 2, Invite life)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from usher.domain.accesses import Access, AccessState
from usher.domain.erasures import is_pseudonym
from usher.domain.errors import refuses
from usher.domain.events.invites import InviteAccepted, InviteDeclined
from usher.domain.events.parts import AccessRef, InviteRef, ManagerRef
from usher.domain.events.team import ManagerJoined
from usher.domain.groups import Member
from usher.domain.invites import (
    AlreadyAcceptedError,
    DeclinedError,
    ExpiredError,
    Invite,
    InviteKind,
    InviteState,
    OtherPersonError,
    ReplacedError,
    UnknownInviteError,
    WithdrawnError,
)
from usher.domain.learners import Learner
from usher.domain.organizations import Manager, ManagerState, Organization, Role
from usher.domain.people import Person
from usher.domain.sessions import SessionRevokedError
from usher.domain.starts import start_on_acceptance
from usher.domain.suspensions import OrganizationSuspendedError
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.invites.release_seats import release_seats, released_seats
from usher.services.sessions import require_session, session_refs
from usher.services.transactions import ATTEMPTS, record_event, retry_on_conflict
from usher.store import accesses, groups, invite_pointers, invites, managers, organizations
from usher.store.people import learners
from usher.store.transaction import BusyError, ConditionFailedError, Write, commit


class Successor(StrEnum):
    """What a person has in the stead of an invite that was closed: a newer invite, or what it offered."""

    INVITE = "invite"
    ACCESS = "access"
    ROLE = "role"


@dataclass(frozen=True, kw_only=True)
class InvitePreview:
    """An invite as the invited person sees it, with where it comes from.

    Attributes:
        inviter: the manager who sent it, None where that is none (any more): an operator, say.
        manager: for a team invite, the invited person's present place in the team.
        accesses: what the invited person holds of the invite's licenses, by whichever way it came.
    """

    invite: Invite
    organization: Organization
    inviter: Manager | None = None
    manager: Manager | None = None
    accesses: tuple[Access, ...] = ()

    def require_answerable(self, *, number: int, now: datetime) -> None:
        """Raise an error unless the invite can be answered by the link of this sending.

        A suspended organization takes nobody in as a learner; a manager may join it.

        Raises:
            ReplacedError, ExpiredError, WithdrawnError, DeclinedError, AlreadyAcceptedError: see Invite.
            OrganizationSuspendedError.
        """
        self.invite.require_open(number=number, now=now)
        if self.invite.kind is InviteKind.LEARNER:
            self.organization.require_admitting()

    @property
    def role(self) -> Role | None:
        """The role in the team that the invited person has now; None if they are no active manager."""
        is_active = self.manager is not None and self.manager.state is ManagerState.ACTIVE
        return self.manager.role if self.manager is not None and is_active else None

    def successor(self, now: datetime) -> Successor | None:
        """Return what the person has at `now` in this invite's stead; None if there is nothing else."""
        if self.manager is not None and self.manager.invite != self.invite.id:
            return _successor_in_team(self.manager, now)
        held = [access for access in self.accesses if access.invite != self.invite.id]
        states = {access.state_at(now) for access in held}
        if AccessState.RESERVED in states:
            return Successor.INVITE
        return Successor.ACCESS if states & {AccessState.SCHEDULED, AccessState.ACTIVE} else None


def _successor_in_team(manager: Manager, now: datetime) -> Successor | None:
    if manager.state is ManagerState.ACTIVE:
        return Successor.ROLE
    return None if manager.has_expired(now) else Successor.INVITE


class AnswerInvite:
    """Answers an invite, by its emailed link or as the person who is signed in with the invited address.

    `number` is the send number in the link. Without a link the same rules of the invite's life hold: the
    account proves the address, as the link does.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(UnknownInviteError, SessionRevokedError)
    def preview(self, *, invite: str, viewer: Person | None = None) -> InvitePreview:
        """Read an invite, its organization, and what the person has now: two calls, nothing written.

        Raises:
            UnknownInviteError: there is none, or the invited person was erased.
            SessionRevokedError: the viewer's session is over.
        """
        found = self._read(invite)
        if is_pseudonym(found.email):
            raise UnknownInviteError("The invited person was erased.")
        organization_ref = organizations.ref(found.organization)
        inviter_ref = managers.manager_ref(found.organization, found.created_by)
        place_ref = managers.manager_ref(found.organization, found.email)
        held_refs = [accesses.ref(found.email, terms.license) for terms in found.licenses]
        answer = self._context.table.get_many(
            [organization_ref, inviter_ref, place_ref, *held_refs, *session_refs(viewer)]
        )
        require_session(viewer, answer)
        row, inviter = answer.get(organization_ref), answer.get(inviter_ref)
        if row is None:
            raise UnknownInviteError("The organization of this invite is gone.")
        organization = organizations.organization_of(row)
        if organization.is_closed:
            raise UnknownInviteError("The organization of this invite was closed.")
        place = answer.get(place_ref) if found.kind is InviteKind.TEAM else None
        return InvitePreview(
            invite=found.with_products(organization.products),
            organization=organization,
            inviter=self._of_provider(organization, found)
            if inviter is None
            else managers.manager_of(inviter),
            manager=None if place is None else managers.manager_of(place),
            accesses=tuple(
                accesses.access_of(held).with_products(organization.products)
                for at in held_refs
                if (held := answer.get(at)) is not None
            ),
        )

    @refuses(UnknownInviteError, OtherPersonError, ReplacedError, ExpiredError, WithdrawnError, DeclinedError)
    def accept(self, *, person: Person, invite: str, number: int) -> Invite:
        """Accept on behalf of the invited person: two calls (DESIGN 5).

        A second acceptance by the same person is no error and changes nothing: it returns the invite.

        Raises:
            OtherPersonError: somebody else is signed in.
            UnknownInviteError: there is no such invite.
            ReplacedError, ExpiredError, WithdrawnError, DeclinedError: the invite cannot be accepted.
        """
        return self._accept(person, lambda: self._read(invite), number=number)

    @refuses(
        UnknownInviteError,
        ExpiredError,
        WithdrawnError,
        DeclinedError,
        OrganizationSuspendedError,
        SessionRevokedError,
    )
    def accept_own(self, *, person: Person, invite: str) -> Invite:
        """Accept as the signed-in person whom the invite is for, without its link: three calls.

        A second acceptance is no error and changes nothing.

        Raises:
            UnknownInviteError: there is no such invite to the person.
            ExpiredError, WithdrawnError, DeclinedError: the invite cannot be accepted.
            OrganizationSuspendedError: nobody can become a learner of the organization now.
            SessionRevokedError: the person's session is over.
        """

        def read() -> Invite:
            found, organization = self._read_own(invite, person)
            if found.kind is InviteKind.LEARNER and found.state is InviteState.PENDING:
                organization.require_admitting()
            return found

        return self._accept(person, read, number=None)

    @refuses(UnknownInviteError, ReplacedError, ExpiredError, WithdrawnError, AlreadyAcceptedError)
    @retry_on_conflict
    def decline(self, *, invite: str, number: int) -> Invite:
        """Decline the invite; no sign-in is needed. The managers are notified and the seat is given back.

        A second decline is no error and changes nothing.

        Raises:
            UnknownInviteError: there is no such invite.
            ReplacedError, ExpiredError, WithdrawnError, AlreadyAcceptedError: the invite cannot be declined.
        """
        return self._decline(self._read(invite), number=number)

    @refuses(UnknownInviteError, ExpiredError, WithdrawnError, AlreadyAcceptedError, SessionRevokedError)
    @retry_on_conflict
    def decline_own(self, *, person: Person, invite: str) -> Invite:
        """Decline as the signed-in person whom the invite is for, without its link: three calls.

        A second decline is no error and changes nothing.

        Raises:
            UnknownInviteError: there is no such invite to the person.
            ExpiredError, WithdrawnError, AlreadyAcceptedError: the invite cannot be declined.
            SessionRevokedError: the person's session is over.
        """
        found, _ = self._read_own(invite, person)
        return self._decline(found, number=None)

    def _accept(self, person: Person, read: Callable[[], Invite], *, number: int | None) -> Invite:
        # Groups that were deleted since, or that the person has joined by another way, are not joined; the
        # seats were reserved all the same.
        skipped: set[str] = set()
        is_new = True  # as the learner's item is not read: for one who is a learner already, one call more
        unchanged: Invite | None = None
        for _ in range(ATTEMPTS):
            now = self._context.now()
            found = unchanged or read()
            found.require_for(person.email)
            if found.state is InviteState.ACCEPTED:
                return found
            after = found.accepted(number=number, email=person.email, now=now)
            learner = learners.join(_learner(after, person), is_new=is_new)
            writes = self._team_membership(after, person) if after.role else [*self._seating(after), learner]
            grouped = {id_: own for id_, own in _grouping(after).items() if id_ not in skipped}
            joining = [write for own in grouped.values() for write in own]
            try:
                moved = invite_pointers.moved_by_problem(found, after)
                commit(self._context.table, [invites.change(found, after), *moved, *writes, *joining])
            except ConditionFailedError as stale:
                skipped |= {id_ for id_, own in grouped.items() if any(write in stale for write in own)}
                if learner in stale:
                    is_new = not is_new
                unchanged = found if stale.failed.keys() == {learner} else None
            else:
                return after
        raise BusyError("Others kept changing the same invite.")

    def _decline(self, found: Invite, *, number: int | None) -> Invite:
        now = self._context.now()
        if found.state is InviteState.DECLINED and number in (None, found.number):
            return found
        after = found.declined(number=number, now=now)
        event = record_event(
            self._context,
            InviteDeclined(invite=InviteRef.of(after), seat_changes=released_seats(found)),
            organization=found.organization,
            actor=found.email,
            at=now,
        )
        moved = invite_pointers.moved_by_problem(found, after)
        writes = [invites.change(found, after), *moved, *release_seats(found), event]
        if found.kind is InviteKind.TEAM:
            writes.append(managers.leave(_manager_of(found, ManagerState.PENDING)))
        commit(self._context.table, writes)
        return after

    def _of_provider(self, client: Organization, found: Invite) -> Manager | None:
        """Return the provider's manager who sent a client's invite; one call more, for clients alone."""
        if client.provider is None:
            return None
        return managers.manager(self._context.table, client.provider, found.created_by)

    def _read(self, invite: str) -> Invite:
        found = invites.get(self._context.table, invite)
        if found is None:
            raise UnknownInviteError("There is no such invite.")
        return found

    def _read_own(self, invite: str, person: Person) -> tuple[Invite, Organization]:
        """Read an invite to the signed-in person, and its organization; the session is checked: two calls."""
        at = invites.ref(invite)
        answer = self._context.table.get_many([at, *session_refs(person)])
        require_session(person, answer)
        row = answer.get(at)
        if row is None or row.email != person.email:
            raise UnknownInviteError("The person has no such invite.")
        found = invites.invite_of(row)
        organization = organizations.get(self._context.table, found.organization)
        if organization is None or organization.is_closed:
            raise UnknownInviteError("The organization of this invite is gone, or was closed.")
        return found, organization

    def _seating(self, after: Invite) -> list[Write]:
        now = self._context.now()
        scheduled: list[AccessRef] = []
        writes: list[Write] = []
        for terms in after.licenses:
            start_at = start_on_acceptance(terms, chosen=after.start_for(terms), now=now)
            access = Access(
                email=after.email,
                terms=terms,
                state=AccessState.SCHEDULED if start_at > now else AccessState.ACTIVE,
                invite=after.id,
                start_at=start_at,
            )
            writes.append(accesses.answer(access))
            if access.state is AccessState.SCHEDULED:
                scheduled.append(AccessRef.of(access))
        event = record_event(
            self._context,
            InviteAccepted(invite=InviteRef.of(after), scheduled=tuple(scheduled)),
            organization=after.organization,
            actor=after.email,
            at=now,
        )
        return [*writes, event]

    def _team_membership(self, after: Invite, person: Person) -> list[Write]:
        now = self._context.now()
        manager = Manager(
            organization=after.organization,
            email=after.email,
            role=after.role or Role.LIMITED,
            state=ManagerState.ACTIVE,
            first_name=person.first_name,
            last_name=person.last_name,
            invite=after.id,
            since=now,
            language=person.language,
        )
        event = record_event(
            self._context,
            ManagerJoined(invite=InviteRef.of(after), manager=ManagerRef.of(manager)),
            organization=after.organization,
            actor=after.email,
            at=now,
        )
        writes = [managers.join(manager), event]
        if manager.role is Role.FULL:
            writes.append(organizations.count_full_managers(after.organization, 1))
        return writes


def _learner(after: Invite, person: Person) -> Learner:
    """Return the person as a learner, from when they answered the invite."""
    return Learner(
        organization=after.organization,
        email=after.email,
        first_name=person.first_name,
        last_name=person.last_name,
        joined_at=after.answered_at or after.created_at,
    )


def _grouping(after: Invite) -> dict[str, list[Write]]:
    """Return the writes that join each of the invite's groups, as long as there is that group, by its id."""
    if after.answered_at is None:
        return {}
    of, joined_at = after.organization, after.answered_at
    return {
        group.id: [
            groups.count(of, group.id, 1),
            groups.join(Member(organization=of, group=group.id, email=after.email, joined_at=joined_at)),
        ]
        for group in after.groups
    }


def _manager_of(invite: Invite, state: ManagerState) -> Manager:
    return Manager(
        organization=invite.organization,
        email=invite.email,
        role=invite.role or Role.LIMITED,
        state=state,
        invite=invite.id,
    )
