"""Who acts in a provider's clients and is told of them, and what becomes of sublicenses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.codes import client_of, sublicense_of
from tests.support.join_pages import join, requests, set_page
from tests.support.reading_back import seats
from tests.support.tenant import Tenant
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.errors import ForbiddenError
from usher.domain.integrations.api_keys import credential_of
from usher.domain.organizations import Organization, Permission, Role
from usher.domain.people import Person, program
from usher.domain.requests import SupportKind
from usher.services.clients import Clients
from usher.services.enrollment.join_page_flow import JoinOutcome
from usher.services.integrations.api_keys import ApiKeys
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.operator_commands import FirstManager
from usher.services.organization_settings import OrganizationSettings
from usher.services.product_retirement import ProductRetirement
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment
from usher.services.support_requests import SupportRequestDraft, SupportRequests
from usher.services.team_members import TeamMembers
from usher.store import managers

CLEO = Person(email="cleo@harbor.example", first_name="Cleo", last_name="Chief")


@pytest.fixture
def client(tenant: Tenant) -> Organization:
    return client_of(tenant)


def add_manager(
    tenant: Tenant, client: Organization, person: Person, role: Role, *, accepts: bool = True
) -> None:
    """Make a person a manager of the client."""
    manager = TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=client.id,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        role=role,
        receipt=Receipt(),
    )
    if accepts:
        AnswerInvite(tenant.context).accept(person=person, invite=manager.invite, number=1)


def rename(tenant: Tenant, client: Organization, person: Person) -> None:
    OrganizationSettings(tenant.context).change(person=person, organization=client.id, name="Harbor Two")


def test_whoever_is_only_invited_to_a_client_acts_there_as_the_providers_manager(
    tenant: Tenant, client: Organization
) -> None:
    add_manager(tenant, client, tenant.full, Role.LIMITED, accepts=False)
    add_manager(tenant, client, tenant.limited, Role.FULL, accepts=False)

    rename(tenant, client, tenant.full)

    with pytest.raises(ForbiddenError):
        rename(tenant, client, tenant.limited)


def test_a_place_of_ones_own_in_the_client_comes_first(tenant: Tenant, client: Organization) -> None:
    add_manager(tenant, client, tenant.full, Role.LIMITED)

    with pytest.raises(ForbiddenError):
        rename(tenant, client, tenant.full)


def test_the_providers_manager_who_asked_is_told_beside_the_clients_own(
    tenant: Tenant, client: Organization, async_workers: AsyncWorkers
) -> None:
    add_manager(tenant, client, CLEO, Role.FULL)
    async_workers.skip()
    support_requests = SupportRequests(tenant.context)
    filed = support_requests.file(
        person=tenant.full,
        organization=client.id,
        draft=SupportRequestDraft(kind=SupportKind.OTHER, message="Where is the course?"),
        receipt=Receipt(),
    )

    support_requests.answer(
        person=tenant.operator, request=filed.id, text="Here.", grant=False, receipt=Receipt()
    )
    async_workers.settle()

    recipients = sorted(to for to, template, _ in async_workers.mailbox() if template == "support_answered")
    assert recipients == [CLEO.email, tenant.full.email]


def test_a_key_creates_clients_and_does_not_say_who_manages_them(tenant: Tenant) -> None:
    text = ApiKeys(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Portal",
        scopes=[Permission.MANAGE_CLIENTS],
        expires_at=None,
        receipt=Receipt(),
    )
    key = program(credential_of(text))
    successor = FirstManager(email=CLEO.email, first_name="Cleo", last_name="Chief")
    clients = Clients(tenant.context)

    with pytest.raises(ForbiddenError):
        clients.create(
            person=key,
            organization=tenant.id,
            name="Pier",
            slug="pier",
            first_manager=successor,
            receipt=Receipt(),
        )

    created = clients.create(person=key, organization=tenant.id, name="Pier", slug="pier", receipt=Receipt())
    assert managers.team(tenant.context.table, created.id) == []


def test_a_seat_of_ones_own_in_a_client_is_the_clients(tenant: Tenant, client: Organization) -> None:
    license_ = tenant.license(5)
    sublicense = sublicense_of(tenant, client, license_, 2)

    SelfAssignment(tenant.context).assign(
        person=tenant.full, organization=client.id, license_id=sublicense.id, receipt=Receipt()
    )

    assert seats(tenant, sublicense) == (2, 1, 1)
    assert seats(tenant, license_) == (5, 0, 3)


def test_a_released_seat_stays_with_the_client_and_seats_moved_there_let_people_in(
    tenant: Tenant, client: Organization, async_workers: AsyncWorkers
) -> None:
    sublicense = sublicense_of(tenant, client, tenant.license(5), 1)
    own = replace(tenant, organization=client)
    own.accept(own.invite(sublicense))
    set_page(own, sublicense, when_full=WhenFull.WAITING_LIST)
    assert join(own, "bo@x.io") is JoinOutcome.WAITING
    assert join(own, "cy@x.io") is JoinOutcome.WAITING
    support_requests = SupportRequests(tenant.context)
    filed = support_requests.file(
        person=tenant.full,
        organization=client.id,
        draft=SupportRequestDraft(
            kind=SupportKind.RELEASE_SEAT, message="Left us.", email="ann@x.io", license=sublicense.id
        ),
        receipt=Receipt(),
    )

    support_requests.answer(
        person=tenant.operator, request=filed.id, text="Done.", grant=True, receipt=Receipt()
    )
    async_workers.settle()
    admitted = requests(own, JoinState.ADMITTED)
    Clients(tenant.context).move_seats(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        sublicense=sublicense.id,
        seats=1,
        receipt=Receipt(),
    )
    async_workers.settle()

    assert admitted == ["bo@x.io"]
    assert requests(own, JoinState.ADMITTED) == ["bo@x.io", "cy@x.io"]
    assert seats(tenant, sublicense) == (2, 2, 0)


def test_a_sublicense_that_ends_or_is_retired_is_told_of_in_its_client(
    tenant: Tenant, client: Organization, async_workers: AsyncWorkers, clock: Clock
) -> None:
    add_manager(tenant, client, CLEO, Role.FULL)
    license_ = tenant.license(5)
    sublicense_of(tenant, client, license_, 1)
    async_workers.settle()

    ProductRetirement(tenant.context).retire(
        person=tenant.operator,
        product=license_.terms.product.id,
        retires_on="2027-06-01",
        receipt=Receipt(),
    )
    async_workers.settle()
    clock.now = license_.terms.valid_until
    clock.forward(days=-20)
    async_workers.settle()

    assert async_workers.sent_to(CLEO.email)[-2:] == ["retiring_notice", "ending_notice"]
