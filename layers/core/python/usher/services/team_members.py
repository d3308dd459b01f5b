"""The team of an organization: its managers, invited ones included (DESIGN 2, Team invites)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.directory import DirectoryEntry, folded
from usher.domain.email_budgets import TooManyEmailsError, budget_owner
from usher.domain.errors import refuses
from usher.domain.events.event import EventData
from usher.domain.events.invites import InviteResent
from usher.domain.events.parts import InviteRef, ManagerRef
from usher.domain.events.team import (
    ManagerInvited,
    ManagerRemoved,
    ManagerRevoked,
    ManagerRoleChanged,
)
from usher.domain.invites import Invite, InviteKind, InviteState, ResendTooSoonError, expiry_for, reminder_for
from usher.domain.organizations import (
    AlreadyManagerError,
    LastFullManagerError,
    Manager,
    ManagerNotPendingError,
    ManagerState,
    Organization,
    Permission,
    Role,
    UnknownManagerError,
)
from usher.domain.people import BadNameError, Person, clean_name
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.email_budgets import count_email, email_refusal
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import invites, managers, organizations
from usher.store.transaction import ConditionFailedError, Write


class TeamMembers:
    """Invites, lists, changes and removes an organization's managers, for full managers and operators.

    Operators are needed where the first manager never answered: nobody else can resend the invite.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, BadAddressError)
    def team(
        self, *, person: Person, organization: str, email: str | None = None, search: str | None = None
    ) -> list[Manager]:
        """List the managers, pending ones included, by address; only the one with this address, if given.

        With a search, only those whose address, first or last name begins with it.
        """
        at = None if email is None else managers.manager_ref(organization, read_address(email))
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[] if at is None else [at],
            operators=True,
        )
        if at is None:
            found = managers.team(self._context.table, organization)
        else:
            row = membership.rows.get(at)
            found = [] if row is None else [managers.manager_of(row)]
        beginning = folded(search or "")
        return [one for one in found if _entry(one).found_by(beginning) is not None]

    @refuses(*AUTHORIZE, AlreadyManagerError, BadAddressError, BadNameError, TooManyEmailsError)
    def invite(
        self,
        *,
        person: Person,
        organization: str,
        email: str,
        first_name: str,
        last_name: str,
        role: Role,
        receipt: Receipt,
    ) -> Manager:
        """Invite a manager by email; an earlier invite that has expired is replaced, as a learner's is.

        Raises:
            AlreadyManagerError: the address is in the team, active or with an invite that can be accepted.
        """
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_TEAM,
            operators=True,
        )
        now = self._context.now()
        invite = draft_team_invite(
            membership.organization,
            id_=self._context.new_id(),
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=role,
            by=person.email,
            now=now,
        )
        manager, writes = pending_manager(self._context, invite, now=now)
        counted = count_email(budget_owner(membership.organization), invite.email, now=now)
        try:
            receipt.commit(self._context, [*writes, counted], manager)
        except ConditionFailedError as stale:
            if set(stale.failed) == {counted}:
                raise email_refusal(now=now) from stale
            raise AlreadyManagerError(f"{invite.email} is in the team already.") from stale
        return manager

    @refuses(*AUTHORIZE, UnknownManagerError, ManagerNotPendingError, ResendTooSoonError, TooManyEmailsError)
    @retry_on_conflict
    def resend(self, *, person: Person, organization: str, email: str, receipt: Receipt) -> Manager:
        """Send a pending manager a new link; the old one is invalid, and the expiry is renewed."""
        membership, manager = self._find(person, organization, email)
        invite = self._pending_invite(manager)
        now = self._context.now()
        expires_at = expiry_for(now=now, days=membership.organization.invite_days, licenses=())
        after = invite.resent(now=now, expires_at=expires_at)
        renewed = replace(manager, expires_at=expires_at)
        counted = count_email(budget_owner(membership.organization), manager.email, now=now)
        writes = [
            counted,
            invites.change(invite, after),
            managers.renew(manager, expires_at=expires_at),
            self._event(person, manager, InviteResent(invite=InviteRef.of(after))),
        ]
        try:
            self._commit(writes, renewed, receipt)
        except ConditionFailedError as stale:
            if set(stale.failed) == {counted}:
                raise email_refusal(now=now) from stale
            raise
        return renewed

    @refuses(*AUTHORIZE, UnknownManagerError, ManagerNotPendingError)
    @retry_on_conflict
    def revoke(self, *, person: Person, organization: str, email: str, receipt: Receipt) -> Manager:
        """Remove a pending manager and invalidate the link; a later invite can be accepted.

        Returns the manager that was removed.
        """
        _, manager = self._find(person, organization, email)
        self._commit(self._revocation(person, manager), manager, receipt)
        return manager

    @refuses(*AUTHORIZE, UnknownManagerError, LastFullManagerError)
    @retry_on_conflict
    def change_role(self, *, person: Person, organization: str, email: str, role: Role) -> Manager:
        """Give a manager, active or pending, another role."""
        _, manager = self._find(person, organization, email)
        if manager.role is role:
            return manager
        writes = [
            managers.change_role(manager, role),
            self._event(
                person, manager, ManagerRoleChanged(manager=ManagerRef(email=manager.email, role=role))
            ),
        ]
        if manager.state is ManagerState.PENDING:
            invite = self._pending_invite(manager)
            writes.append(invites.change(invite, replace(invite, role=role)))
        else:
            difference = 1 if role is Role.FULL else -1
            writes.append(organizations.count_full_managers(organization, difference))
        self._commit(writes, manager, Receipt())
        return replace(manager, role=role)

    @refuses(*AUTHORIZE, UnknownManagerError, LastFullManagerError)
    @retry_on_conflict
    def remove(self, *, person: Person, organization: str, email: str) -> None:
        """Remove a manager, at once; a pending one's invite is revoked. Managers may remove themselves."""
        _, manager = self._find(person, organization, email)
        pending = manager.state is ManagerState.PENDING
        writes = self._revocation(person, manager) if pending else self._removal(person, manager)
        self._commit(writes, manager, Receipt())

    def _revocation(self, person: Person, manager: Manager) -> list[Write]:
        invite = self._pending_invite(manager)
        return [
            invites.change(invite, invite.withdrawn(now=self._context.now())),
            managers.leave(manager),
            self._event(person, manager, ManagerRevoked(manager=ManagerRef.of(manager))),
        ]

    def _removal(self, person: Person, manager: Manager) -> list[Write]:
        writes = [
            managers.leave(manager),
            self._event(person, manager, ManagerRemoved(manager=ManagerRef.of(manager))),
        ]
        if manager.role is Role.FULL:
            writes.append(organizations.count_full_managers(manager.organization, -1))
        return writes

    def _find(self, person: Person, organization: str, email: str) -> tuple[Membership, Manager]:
        at = managers.manager_ref(organization, email)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_TEAM,
            also=[at],
            operators=True,
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownManagerError("The address has no place in the team.")
        return membership, managers.manager_of(row)

    def _pending_invite(self, manager: Manager) -> Invite:
        if manager.state is not ManagerState.PENDING:
            raise ManagerNotPendingError("The manager has joined already.")
        invite = invites.get(self._context.table, manager.invite)
        if invite is None:
            raise UnknownManagerError("The invite is gone.")
        return invite

    def _event(self, person: Person, manager: Manager, data: EventData) -> Write:
        return record_event(self._context, data, organization=manager.organization, actor=person.email)

    def _commit(self, writes: Sequence[Write], manager: Manager, receipt: Receipt) -> None:
        """Commit, or raise LastFullManagerError if only the condition on full managers failed."""
        try:
            receipt.commit(self._context, writes, manager)
        except ConditionFailedError as stale:
            if all(organizations.counts_full_managers(write) for write in stale.failed):
                raise LastFullManagerError("An organization keeps one full manager.") from stale
            raise


def draft_team_invite(
    organization: Organization,
    *,
    id_: str,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    by: str,
    now: datetime,
) -> Invite:
    """Return a new team invite, or raise BadAddressError or BadNameError."""
    expires_at = expiry_for(now=now, days=organization.invite_days, licenses=())
    return Invite(
        id=id_,
        organization=organization.id,
        kind=InviteKind.TEAM,
        email=read_address(email),
        state=InviteState.PENDING,
        created_at=now,
        created_by=by,
        expires_at=expires_at,
        role=role,
        first_name=clean_name(first_name, field="first_name"),
        last_name=clean_name(last_name, field="last_name", required=False),
        sent_at=now,
        holds_seats=True,
        remind_at=reminder_for(now=now, expires_at=expires_at),
    )


def pending_manager(context: Context, invite: Invite, *, now: datetime) -> tuple[Manager, list[Write]]:
    """Return the pending manager of a new team invite, and the writes that create both."""
    manager = Manager(
        organization=invite.organization,
        email=invite.email,
        role=invite.role or Role.LIMITED,
        state=ManagerState.PENDING,
        first_name=invite.first_name,
        last_name=invite.last_name,
        invite=invite.id,
        since=now,
        expires_at=invite.expires_at,
    )
    event = record_event(
        context,
        ManagerInvited(invite=InviteRef.of(invite)),
        organization=invite.organization,
        actor=invite.created_by,
        at=now,
    )
    return manager, [
        invites.create(invite),
        managers.invite_manager(manager, now=now),
        event,
    ]


def _entry(manager: Manager) -> DirectoryEntry:
    return DirectoryEntry(email=manager.email, first_name=manager.first_name, last_name=manager.last_name)
