"""Shortcuts that change a team, as its full manager."""

from __future__ import annotations

from tests.support.tenant import Tenant
from usher.domain.invites import InviteState
from usher.domain.organizations import Manager, Role
from usher.domain.people import Person
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers

BOB = Person(email="bob@x.io", first_name="Bob", last_name="Roe")


class Team:
    """The team of a tenant, changed by its full manager or `by`."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.team_members = TeamMembers(tenant.context)
        self.answer_invite = AnswerInvite(tenant.context)

    def invite(self, email: str = BOB.email, role: Role = Role.LIMITED) -> Manager:
        return self.team_members.invite(
            person=self.tenant.full,
            organization=self.tenant.id,
            email=email,
            first_name="Bob",
            last_name="Roe",
            role=role,
            receipt=Receipt(),
        )

    def accept(self, manager: Manager, number: int = 1) -> None:
        person = Person(email=manager.email, first_name="Bob", last_name="Roe")
        self.answer_invite.accept(person=person, invite=manager.invite, number=number)

    def decline(self, manager: Manager, number: int = 1) -> None:
        self.answer_invite.decline(invite=manager.invite, number=number)

    def joined(self, email: str = BOB.email, role: Role = Role.FULL) -> Person:
        self.accept(self.invite(email, role))
        return Person(email=email, first_name="Bob", last_name="Roe")

    def resend(self, email: str = BOB.email, by: Person | None = None) -> Manager:
        return self.team_members.resend(
            person=by or self.tenant.full, organization=self.tenant.id, email=email, receipt=Receipt()
        )

    def revoke(self, email: str = BOB.email, by: Person | None = None) -> Manager:
        return self.team_members.revoke(
            person=by or self.tenant.full, organization=self.tenant.id, email=email, receipt=Receipt()
        )

    def change(self, email: str, role: Role, by: Person | None = None) -> Manager:
        return self.team_members.change_role(
            person=by or self.tenant.full, organization=self.tenant.id, email=email, role=role
        )

    def remove(self, email: str, by: Person | None = None) -> None:
        self.team_members.remove(person=by or self.tenant.full, organization=self.tenant.id, email=email)

    def list(self) -> dict[str, Manager]:
        listed = self.team_members.team(person=self.tenant.full, organization=self.tenant.id)
        return {one.email: one for one in listed}

    def state_of(self, manager: Manager) -> InviteState:
        return self.answer_invite.preview(invite=manager.invite).invite.state
