"""Who acts in a provider's clients and is told of them, and what becomes of sublicenses (issue 3, F)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.clock import Clock
from tests.support.codes import client_of, sublicense_of
from tests.support.house import House
from tests.support.joining import join, requests, set_page
from tests.support.looking import seats
from tests.support.machinery import Machinery
from usher.domain.doors.join_pages import WhenFull
from usher.domain.doors.join_requests import JoinState
from usher.domain.errors import ForbiddenError
from usher.domain.organizations import Organization, Permission, Role
from usher.domain.people import Person
from usher.domain.programs.api_keys import credential_of
from usher.domain.requests import SupportKind
from usher.services.clients import Clients
from usher.services.doors.joining import JoinOutcome
from usher.services.invites.answering import Answering
from usher.services.licensing import Licensing
from usher.services.managing import Managing
from usher.services.operating import FirstManager
from usher.services.programs.keying import Keying
from usher.services.receipts import Receipt
from usher.services.retiring import Retiring
from usher.services.supporting import Supporting, Wish
from usher.services.teaming import Teaming
from usher.store import organizations

CLEO = Person(email="cleo@harbor.example", first_name="Cleo", last_name="Chief")


@pytest.fixture
def client(house: House) -> Organization:
    return client_of(house)


def let_in(house: House, client: Organization, person: Person, role: Role, *, accepts: bool = True) -> None:
    """Make a person a manager of the client."""
    place = Teaming(house.context).invite(
        person=house.full,
        organization=client.id,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        role=role,
        receipt=Receipt(),
    )
    if accepts:
        Answering(house.context).accept(person=person, invite=place.invite, number=1)


def rename(house: House, client: Organization, person: Person) -> None:
    Managing(house.context).change(person=person, organization=client.id, name="Harbor Two")


def test_whoever_is_only_invited_to_a_client_acts_there_as_the_providers_manager(
    house: House, client: Organization
) -> None:
    let_in(house, client, house.full, Role.LIMITED, accepts=False)
    let_in(house, client, house.limited, Role.FULL, accepts=False)

    rename(house, client, house.full)

    with pytest.raises(ForbiddenError):
        rename(house, client, house.limited)


def test_a_place_of_ones_own_in_the_client_comes_first(house: House, client: Organization) -> None:
    let_in(house, client, house.full, Role.LIMITED)

    with pytest.raises(ForbiddenError):
        rename(house, client, house.full)


def test_the_providers_manager_who_asked_is_told_beside_the_clients_own(
    house: House, client: Organization, machinery: Machinery
) -> None:
    let_in(house, client, CLEO, Role.FULL)
    machinery.skip()
    supporting = Supporting(house.context)
    filed = supporting.file(
        person=house.full,
        organization=client.id,
        wish=Wish(kind=SupportKind.OTHER, message="Where is the course?"),
        receipt=Receipt(),
    )

    supporting.answer(person=house.operator, request=filed.id, text="Here.", grant=False, receipt=Receipt())
    machinery.settle()

    told = sorted(to for to, template, _ in machinery.mailbox() if template == "support_answered")
    assert told == [CLEO.email, house.full.email]


def test_a_key_creates_clients_and_does_not_say_who_manages_them(house: House) -> None:
    text = Keying(house.context).create(
        person=house.full,
        organization=house.id,
        name="Portal",
        scopes=[Permission.MANAGE_CLIENTS],
        expires_at=None,
        receipt=Receipt(),
    )
    program = Person(email="", key=credential_of(text))
    successor = FirstManager(email=CLEO.email, first_name="Cleo", last_name="Chief")
    clients = Clients(house.context)

    with pytest.raises(ForbiddenError):
        clients.create(
            person=program,
            organization=house.id,
            name="Pier",
            slug="pier",
            first_manager=successor,
            receipt=Receipt(),
        )

    created = clients.create(
        person=program, organization=house.id, name="Pier", slug="pier", receipt=Receipt()
    )
    assert organizations.team(house.context.table, created.id) == []


def test_a_seat_of_ones_own_in_a_client_is_the_clients(house: House, client: Organization) -> None:
    license_ = house.license(5)
    sublicense = sublicense_of(house, client, license_, 2)

    Licensing(house.context).assign_self(
        person=house.full, organization=client.id, license_id=sublicense.id, receipt=Receipt()
    )

    assert seats(house, sublicense) == (2, 1, 1)
    assert seats(house, license_) == (5, 0, 3)


def test_a_released_seat_stays_with_the_client_and_seats_moved_there_let_people_in(
    house: House, client: Organization, machinery: Machinery
) -> None:
    sublicense = sublicense_of(house, client, house.license(5), 1)
    own = replace(house, organization=client)
    own.accept(own.invite(sublicense))
    set_page(own, sublicense, when_full=WhenFull.WAITING_LIST)
    assert join(own, "bo@x.io") is JoinOutcome.WAITING
    assert join(own, "cy@x.io") is JoinOutcome.WAITING
    supporting = Supporting(house.context)
    filed = supporting.file(
        person=house.full,
        organization=client.id,
        wish=Wish(kind=SupportKind.RELEASE_SEAT, message="Left us.", email="ann@x.io", license=sublicense.id),
        receipt=Receipt(),
    )

    supporting.answer(person=house.operator, request=filed.id, text="Done.", grant=True, receipt=Receipt())
    machinery.settle()
    admitted = requests(own, JoinState.ADMITTED)
    Clients(house.context).move_seats(
        person=house.full,
        organization=house.id,
        client=client.id,
        sublicense=sublicense.id,
        seats=1,
        receipt=Receipt(),
    )
    machinery.settle()

    assert admitted == ["bo@x.io"]
    assert requests(own, JoinState.ADMITTED) == ["bo@x.io", "cy@x.io"]
    assert seats(house, sublicense) == (2, 2, 0)


def test_a_sublicense_that_ends_or_is_retired_is_told_of_in_its_client(
    house: House, client: Organization, machinery: Machinery, clock: Clock
) -> None:
    let_in(house, client, CLEO, Role.FULL)
    license_ = house.license(5)
    sublicense_of(house, client, license_, 1)
    machinery.settle()

    Retiring(house.context).retire(
        person=house.operator,
        product=license_.terms.product.id,
        retires_on="2027-06-01",
        receipt=Receipt(),
    )
    machinery.settle()
    clock.now = license_.terms.valid_until
    clock.forward(days=-20)
    machinery.settle()

    assert machinery.sent_to(CLEO.email)[-2:] == ["retiring_notice", "ending_notice"]
