"""A provider's clients and sublicenses (issue 3, F)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.house import House, found_house
from tests.support.machinery import Machinery
from usher.domain.accesses import AccessState
from usher.domain.clients import (
    AlreadySublicensedError,
    NoProviderError,
    SublicensedError,
    UnknownClientError,
    UnknownSublicenseError,
)
from usher.domain.errors import ForbiddenError
from usher.domain.licenses import (
    BadLicenseError,
    License,
    LicenseOverError,
    NotEnoughSeatsError,
    SeatsInUseError,
    UnknownLicenseError,
)
from usher.domain.organizations import (
    Branding,
    Organization,
    Role,
    SlugTakenError,
    UnknownOrganizationError,
)
from usher.domain.people import Person
from usher.services.buying import Buying
from usher.services.clients import Clients
from usher.services.invites.answering import Answering
from usher.services.invites.inviting import Inviting
from usher.services.managing import Managing
from usher.services.noticing import Noticing
from usher.services.operating import FirstManager, Operating
from usher.services.people.learning import Learning
from usher.services.receipts import Receipt
from usher.services.teaming import Teaming
from usher.store import accesses, licenses, organizations

CLIENTS_OWN = Person(email="chief@harbor.example", first_name="Cleo", last_name="Chief")


def create(
    house: House, *, slug: str = "harbor", managed: bool = False, accepted: bool = True
) -> Organization:
    first = FirstManager(email=CLIENTS_OWN.email, first_name="Cleo", last_name="Chief")
    client = Clients(house.context).create(
        person=house.full,
        organization=house.id,
        name="Harbor Works",
        slug=slug,
        branding=Branding(color="#005500", welcome="Welcome aboard."),
        first_manager=first if managed else None,
        receipt=Receipt(),
    )
    if managed and accepted:
        (place,) = organizations.team(house.context.table, client.id)
        Answering(house.context).accept(person=CLIENTS_OWN, invite=place.invite, number=1)
    return client


def carve(house: House, client: Organization, license_: License, seats: int) -> License:
    return Clients(house.context).carve(
        person=house.full,
        organization=house.id,
        client=client.id,
        license_id=license_.id,
        seats=seats,
        receipt=Receipt(),
    )


def move(house: House, client: Organization, sublicense: License, seats: int) -> License:
    return Clients(house.context).move_seats(
        person=house.full,
        organization=house.id,
        client=client.id,
        sublicense=sublicense.id,
        seats=seats,
        receipt=Receipt(),
    )


def seats(house: House, license_: License) -> tuple[int, int, int]:
    """Return what the license has in all, what it lent and what it has left."""
    found = licenses.get(house.context.table, license_.terms.organization, license_.id)
    assert found is not None
    return found.total, found.sublicensed, found.available


def invite(house: House, person: Person, client: Organization, license_: License, email: str) -> str:
    (one,) = Inviting(house.context).invite(
        person=person,
        organization=client.id,
        license_ids=[license_.id],
        emails=email,
        receipt=Receipt(),
    )
    assert one.invite is not None
    return one.invite.id


def test_a_provider_creates_a_client_with_a_brand_of_its_own(house: House) -> None:
    client = create(house)

    found = Managing(house.context).organization(person=house.full, organization=client.id)
    listed = Clients(house.context).listed(person=house.limited, organization=house.id, limit=10, cursor=None)
    assert found.provider == house.id
    assert found.time_zone == house.organization.time_zone, "the provider's, where none is named"
    assert found.branding.welcome == "Welcome aboard."
    assert listed.items == [found]


def test_a_clients_first_manager_is_invited_in_the_clients_name(house: House, machinery: Machinery) -> None:
    client = create(house, managed=True, accepted=False)
    machinery.settle()

    (place,) = organizations.team(house.context.table, client.id)
    assert machinery.senders(CLIENTS_OWN.email) == ["Harbor Works"]
    assert (place.role, place.email) == (Role.FULL, CLIENTS_OWN.email)


def test_a_client_has_no_clients(house: House) -> None:
    client = create(house)

    with pytest.raises(NoProviderError):
        create(replace(house, organization=client), slug="pier")


def test_two_clients_cannot_have_one_slug(house: House) -> None:
    create(house)

    with pytest.raises(SlugTakenError):
        create(house)


def test_a_sublicense_is_carved_out_of_a_license_with_its_terms(house: House) -> None:
    license_ = house.license(10)
    client = create(house)

    sublicense = carve(house, client, license_, 4)

    assert seats(house, license_) == (10, 4, 6)
    assert seats(house, sublicense) == (4, 0, 4)
    assert sublicense.parent == license_.id
    assert sublicense.terms == license_.terms.of(license_id=sublicense.id, organization=client.id)


def test_sums_never_exceed_the_parent(house: House) -> None:
    license_ = house.license(10)
    harbor, pier = create(house), create(house, slug="pier")
    carve(house, harbor, license_, 7)

    with pytest.raises(NotEnoughSeatsError) as refused:
        carve(house, pier, license_, 4)

    assert refused.value.facts["shortfall"] == [
        {"license": license_.id, "needed": 4, "available": 3, "missing": 1}
    ]
    assert seats(house, license_) == (10, 7, 3)
    assert Clients(house.context).sublicenses(person=house.full, organization=house.id, client=pier.id) == []


def test_of_two_who_carve_the_last_seats_at_once_one_gets_them(house: House) -> None:
    license_ = house.license(5)
    harbor, pier = create(house), create(house, slug="pier")

    with (
        house.before_next_write(lambda: carve(house, pier, license_, 3)),
        pytest.raises(NotEnoughSeatsError),
    ):
        carve(house, harbor, license_, 3)

    assert seats(house, license_) == (5, 3, 2)


def test_a_client_has_one_sublicense_of_a_license(house: House) -> None:
    license_ = house.license(5)
    client = create(house)
    sublicense = carve(house, client, license_, 1)

    with pytest.raises(AlreadySublicensedError) as refused:
        carve(house, client, license_, 1)

    assert refused.value.facts["sublicense"] == sublicense.id


def test_of_two_who_carve_the_same_at_once_one_does(house: House) -> None:
    license_ = house.license(5)
    client = create(house)

    with (
        house.before_next_write(lambda: carve(house, client, license_, 1)),
        pytest.raises(AlreadySublicensedError),
    ):
        carve(house, client, license_, 1)

    assert seats(house, license_) == (5, 1, 4)


def test_seats_move_to_a_sublicense_and_back(house: House) -> None:
    license_ = house.license(10)
    client = create(house)
    sublicense = carve(house, client, license_, 2)

    more = move(house, client, sublicense, 3)
    fewer = move(house, client, sublicense, -4)

    assert (more.total, fewer.total) == (5, 1)
    assert seats(house, license_) == (10, 1, 9)
    assert seats(house, sublicense) == (1, 0, 1)


def test_two_who_move_seats_at_once_both_do_and_each_is_told_the_truth(house: House) -> None:
    license_ = house.license(10)
    client = create(house)
    sublicense = carve(house, client, license_, 2)

    with house.before_next_write(lambda: move(house, client, sublicense, 3)):
        after = move(house, client, sublicense, 1)

    assert after.total == 6
    assert seats(house, license_) == (10, 6, 4)


def test_seats_in_use_are_not_given_back(house: House) -> None:
    license_ = house.license(10)
    client = create(house)
    sublicense = carve(house, client, license_, 2)
    invite(house, house.full, client, sublicense, "ann@x.io")

    with pytest.raises(SeatsInUseError) as refused:
        move(house, client, sublicense, -2)

    assert refused.value.facts["available"] == 1
    assert seats(house, license_) == (10, 2, 8)


def test_more_seats_than_the_parent_has_are_not_moved(house: House) -> None:
    license_ = house.license(10)
    client = create(house)
    sublicense = carve(house, client, license_, 2)

    with pytest.raises(NotEnoughSeatsError) as refused:
        move(house, client, sublicense, 9)

    assert refused.value.facts["shortfall"] == [
        {"license": license_.id, "needed": 9, "available": 8, "missing": 1}
    ]


def test_no_seats_at_all_are_not_a_move(house: House) -> None:
    client = create(house)
    sublicense = carve(house, client, house.license(10), 2)

    with pytest.raises(BadLicenseError):
        move(house, client, sublicense, 0)


def test_a_license_that_has_ended_is_not_carved(house: House) -> None:
    license_ = house.license(10, valid_until="2027-01-02", valid_from="2027-01-01")
    client = create(house)

    with pytest.raises(LicenseOverError):
        carve(house, client, license_, 1)


def test_what_is_not_there_is_not_carved_or_moved(house: House) -> None:
    client, license_ = create(house), house.license(3)
    stranger = found_house(house.context, slug="other")

    with pytest.raises(UnknownLicenseError):
        carve(
            house, client, replace(license_, terms=license_.terms.of(license_id="nope", organization="x")), 1
        )
    with pytest.raises(UnknownClientError):
        carve(house, stranger.organization, license_, 1)
    with pytest.raises(UnknownSublicenseError):
        move(house, client, license_, 1)


def test_a_shrunk_license_keeps_what_its_clients_hold(house: House) -> None:
    license_ = house.license(10)
    carve(house, create(house), license_, 6)

    with pytest.raises(SeatsInUseError):
        Operating(house.context).resize_license(
            person=house.operator, organization=house.id, license_id=license_.id, order_id="s-1", seats=-5
        )


def test_a_sublicense_grows_by_its_provider_alone(house: House) -> None:
    client = create(house)
    sublicense = carve(house, client, house.license(10), 2)

    with pytest.raises(SublicensedError):
        Operating(house.context).resize_license(
            person=house.operator, organization=client.id, license_id=sublicense.id, order_id="s-1", seats=5
        )
    with pytest.raises(SublicensedError):
        Buying(house.context).ask(
            person=house.full,
            organization=client.id,
            license_id=sublicense.id,
            seats=5,
            message="",
            receipt=Receipt(),
        )


def test_managers_of_the_provider_manage_its_clients(house: House, machinery: Machinery) -> None:
    client = create(house)
    sublicense = carve(house, client, house.license(10), 2)
    machinery.skip()

    id_ = invite(house, house.full, client, sublicense, "ann@x.io")
    machinery.settle()
    offer = Answering(house.context).look(invite=id_)
    Answering(house.context).accept(person=Person(email="ann@x.io", first_name="Ann"), invite=id_, number=1)

    access = accesses.get(house.context.table, "ann@x.io", sublicense.id)
    learner = Learning(house.context).learner(person=house.limited, organization=client.id, email="ann@x.io")
    assert machinery.senders("ann@x.io") == ["Harbor Works"], "emails carry the client's brand"
    assert offer.inviter is not None
    assert offer.inviter.email == house.full.email, "and name whoever invited"
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert learner.learner.organization == client.id


def test_a_limited_manager_of_the_provider_reads_and_changes_nothing(house: House) -> None:
    client = create(house)

    Managing(house.context).organization(person=house.limited, organization=client.id)

    with pytest.raises(ForbiddenError):
        Managing(house.context).change(person=house.limited, organization=client.id, name="Mine")
    with pytest.raises(ForbiddenError):
        carve(replace(house, full=house.limited), client, house.license(3), 1)


def test_managers_of_a_client_see_only_it(house: House) -> None:
    client, pier = create(house, managed=True), create(house, slug="pier")

    own = Managing(house.context).organization(person=CLIENTS_OWN, organization=client.id)

    assert own.id == client.id
    for other in (house.id, pier.id):
        with pytest.raises(UnknownOrganizationError):
            Managing(house.context).organization(person=CLIENTS_OWN, organization=other)


def test_a_manager_who_leaves_the_provider_leaves_its_clients_at_once(house: House) -> None:
    client = create(house)

    Teaming(house.context).remove(person=house.full, organization=house.id, email=house.limited.email)

    with pytest.raises(UnknownOrganizationError):
        Managing(house.context).organization(person=house.limited, organization=client.id)


def test_a_client_that_nobody_manages_has_its_notices_told_to_the_provider(
    house: House, machinery: Machinery
) -> None:
    client = create(house)
    sublicense = carve(house, client, house.license(10), 1)
    id_ = invite(house, house.full, client, sublicense, "ann@x.io")
    machinery.settle()

    Answering(house.context).decline(invite=id_, number=1)
    machinery.settle()

    told = {to for to, template, _ in machinery.mailbox() if template == "declined_notice"}
    assert told == {house.full.email, house.limited.email}


def test_ones_notices_are_chosen_where_one_is_a_manager(house: House) -> None:
    client = create(house)

    with pytest.raises(ForbiddenError):
        Noticing(house.context).mute(person=house.full, organization=client.id, muted=[])
