"""An organization with its people and licenses, created through the real services."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from usher.domain.invite_batches import Invited
from usher.domain.invites import Invite
from usher.domain.licenses import License, Product, ProductKind
from usher.domain.organizations import Organization, Role
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.manage_invites import ManageInvites
from usher.services.operator_commands import FirstManager, LicenseOrder, OperatorCommands
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import managers

OPERATOR = Person(email="operator@usher.example", first_name="Olga", last_name="Orr", operator=True)


@dataclass(frozen=True)
class Tenant:
    """An organization with a full and a limited manager, and shortcuts that create what belongs to it."""

    context: Context
    organization: Organization
    full: Person
    limited: Person
    operator: Person = OPERATOR

    @property
    def id(self) -> str:
        """The organization's id."""
        return self.organization.id

    def product(
        self,
        kind: ProductKind = ProductKind.COURSE,
        *,
        name: str = "Fire safety",
        url: str = "https://learn.example/c",
    ) -> Product:
        """Create a product."""
        return OperatorCommands(self.context).create_product(
            person=self.operator, name=name, kind=kind, url=url, receipt=Receipt()
        )

    def license(
        self,
        seats: int = 10,
        *,
        kind: ProductKind = ProductKind.COURSE,
        flex: bool = False,
        valid_from: str = "2027-01-01",
        valid_until: str = "2028-01-01",
        starts_at: str | None = None,
        product: Product | None = None,
    ) -> License:
        """Grant a license."""
        return OperatorCommands(self.context).grant_license(
            person=self.operator,
            organization=self.id,
            order=LicenseOrder(
                order_id=f"order-{next(_numbers)}",
                product=(product or self.product(kind)).id,
                flex=flex,
                seats=seats,
                valid_from=valid_from,
                valid_until=valid_until,
                starts_at=starts_at,
            ),
        )

    def invite_all(
        self,
        licenses: License | Sequence[License],
        emails: str | Sequence[str],
        *,
        access_start: str | None = None,
        receipt: Receipt | None = None,
        skip_invalid: bool = False,
    ) -> list[Invited]:
        """Invite, as the full manager."""
        given = [licenses] if isinstance(licenses, License) else licenses
        return InviteLearners(self.context).invite(
            person=self.full,
            organization=self.id,
            license_ids=[one.id for one in given],
            emails=emails,
            receipt=receipt or Receipt(),
            access_start=access_start,
            skip_invalid=skip_invalid,
        )

    def invite(
        self,
        licenses: License | Sequence[License],
        email: str = "ann@x.io",
        *,
        access_start: str | None = None,
    ) -> Invite:
        """Invite one address, and return the invite."""
        (one,) = self.invite_all(licenses, email, access_start=access_start)
        assert one.invite is not None
        return one.invite

    def accept(self, invite: Invite) -> Invite:
        """Accept an invite as the person it is for."""
        return AnswerInvite(self.context).accept(
            person=Person(email=invite.email, first_name="Ann", last_name="Lee"),
            invite=invite.id,
            number=invite.number,
        )

    def decline(self, invite: Invite) -> Invite:
        """Decline an invite through its newest link."""
        return AnswerInvite(self.context).decline(invite=invite.id, number=invite.number)

    def withdraw(self, invite: Invite) -> Invite:
        """Withdraw an invite, as the full manager."""
        return ManageInvites(self.context).withdraw(
            person=self.full, organization=self.id, invite=invite.id, receipt=Receipt()
        )

    def resend(self, invite: Invite) -> Invite:
        """Resend an invite, as the full manager."""
        return ManageInvites(self.context).resend(
            person=self.full, organization=self.id, invite=invite.id, receipt=Receipt()
        )

    def reschedule(self, invite: Invite, access_start: str | None) -> Invite:
        """Move the start of access, as the full manager."""
        return ManageInvites(self.context).reschedule(
            person=self.full,
            organization=self.id,
            invite=invite.id,
            access_start=access_start,
            receipt=Receipt(),
        )

    @contextmanager
    def before_next_write(self, rival: Callable[[], object], *, after: int = 0) -> Iterator[None]:
        """Call a rival once, between the next command's reads and its transaction.

        `after` is how many transactions the command commits before: one for a code, which counts the guess.
        """
        client: Any = self.context.table.connection.client
        calls: Iterator[Callable[[], object]] = iter([*[lambda: None] * after, rival])

        def step_in(**_: object) -> None:
            if (call := next(calls, None)) is not None:
                call()

        client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", step_in)
        try:
            yield
        finally:
            client.meta.events.unregister("provide-client-params.dynamodb.TransactWriteItems", step_in)
        assert next(calls, None) is None, "the rival was called"


def create_tenant(
    context: Context, *, slug: str = "acme", time_zone: str = "Europe/Zurich", invite_days: int = 10
) -> Tenant:
    """Create an organization with a full manager and a limited one who have accepted."""
    full = Person(email=f"manager@{slug}.example", first_name="Max", last_name="Full")
    limited = Person(email=f"limited@{slug}.example", first_name="Lia", last_name="Lim")
    organization = OperatorCommands(context).create_organization(
        person=OPERATOR,
        name=slug.title(),
        slug=slug,
        time_zone=time_zone,
        first_manager=FirstManager(email=full.email, first_name="Max", last_name="Full"),
        invite_days=invite_days,
        receipt=Receipt(),
    )
    answer_invite = AnswerInvite(context)
    (first,) = managers.team(context.table, organization.id)
    answer_invite.accept(person=full, invite=first.invite, number=1)
    second = TeamMembers(context).invite(
        person=full,
        organization=organization.id,
        email=limited.email,
        first_name="Lia",
        last_name="Lim",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    answer_invite.accept(person=limited, invite=second.invite, number=1)
    return Tenant(context, organization, full, limited)


_numbers = count(1)
