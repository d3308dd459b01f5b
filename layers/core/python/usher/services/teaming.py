"""The team: inviting managers and listing them (DESIGN 2, Team invites)."""

from __future__ import annotations

from datetime import datetime

from usher.domain.addresses import normalize
from usher.domain.events import EventType
from usher.domain.invites import Invite, InviteKind, InviteState, expiry_for, reminder_for
from usher.domain.organizations import (
    AlreadyManagerError,
    Manager,
    ManagerState,
    Organization,
    Permission,
    Role,
)
from usher.domain.people import Person, clean_name
from usher.services.changing import invite_fact
from usher.services.context import Context, sit
from usher.services.receipts import Receipt
from usher.store import events, invites, organizations
from usher.store.transaction import ConditionFailedError, Write, commit


class Teaming:
    """An organization's managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def team(self, *, person: Person, organization: str) -> list[Manager]:
        """List the managers, pending ones too, by address."""
        sit(self._context, person=person, organization=organization, permission=Permission.READ)
        return organizations.team(self._context.table, organization)

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
        """Invite a manager by email.

        Raises:
            AlreadyManagerError: the address is in the team, active or pending.
            BadAddressError, BadNameError.
        """
        desk = sit(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_TEAM,
        )
        now = self._context.now()
        invite = draft_team_invite(
            desk.organization,
            id_=self._context.new_id(),
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=role,
            by=person.email,
            now=now,
        )
        manager, writes = pending_manager(self._context, invite, now=now)
        try:
            commit(self._context.table, [*writes, *receipt.whole(self._context, manager)])
        except ConditionFailedError as stale:
            receipt.refuse_race(stale)
            raise AlreadyManagerError(f"{invite.email} is in the team already.") from stale
        receipt.written(complete=True)
        return manager


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
        email=normalize(email),
        state=InviteState.PENDING,
        created_at=now,
        created_by=by,
        expires_at=expires_at,
        role=role,
        first_name=clean_name(first_name),
        last_name=clean_name(last_name),
        sent_at=now,
        remind_at=reminder_for(now=now, expires_at=expires_at),
    )


def pending_manager(context: Context, invite: Invite, *, now: datetime) -> tuple[Manager, list[Write]]:
    """Return the pending manager of a new team invite, and the writes that make both."""
    manager = Manager(
        organization=invite.organization,
        email=invite.email,
        role=invite.role or Role.LIMITED,
        state=ManagerState.PENDING,
        first_name=invite.first_name,
        last_name=invite.last_name,
        invite=invite.id,
        since=now,
    )
    event = context.event(
        EventType.MANAGER_INVITED,
        organization=invite.organization,
        actor=invite.created_by,
        at=now,
        facts={"invites": [invite_fact(invite)], "role": manager.role},
    )
    return manager, [
        invites.create(invite),
        organizations.invite_manager(manager),
        events.record(event),
    ]
