"""A provider's clients and sublicenses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.reading_back import lacking
from tests.support.tenant import Tenant, create_tenant
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
from usher.services.client_queries import ClientQueries
from usher.services.clients import Clients
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.invite_learners import InviteLearners
from usher.services.notification_preferences import NotificationPreferences
from usher.services.operator_commands import FirstManager, OperatorCommands
from usher.services.organization_settings import OrganizationSettings
from usher.services.people.learner_details import LearnerDetails
from usher.services.receipts import Receipt
from usher.services.seat_requests import SeatRequests
from usher.services.team_members import TeamMembers
from usher.store import accesses, licenses, managers

CLIENTS_OWN = Person(email="chief@harbor.example", first_name="Cleo", last_name="Chief")


def create(
    tenant: Tenant, *, slug: str = "harbor", managed: bool = False, accepted: bool = True
) -> Organization:
    first = FirstManager(email=CLIENTS_OWN.email, first_name="Cleo", last_name="Chief")
    client = Clients(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Harbor Works",
        slug=slug,
        branding=Branding(color="#005500", welcome="Welcome aboard."),
        first_manager=first if managed else None,
        receipt=Receipt(),
    )
    if managed and accepted:
        (manager,) = managers.team(tenant.context.table, client.id)
        AnswerInvite(tenant.context).accept(person=CLIENTS_OWN, invite=manager.invite, number=1)
    return client


def create_sublicense(tenant: Tenant, client: Organization, license_: License, seats: int) -> License:
    return Clients(tenant.context).create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=license_.id,
        seats=seats,
        receipt=Receipt(),
    )


def move(tenant: Tenant, client: Organization, sublicense: License, seats: int) -> License:
    return Clients(tenant.context).move_seats(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        sublicense=sublicense.id,
        seats=seats,
        receipt=Receipt(),
    )


def seats(tenant: Tenant, license_: License) -> tuple[int, int, int]:
    """Return what the license has in all, what it lent and what it has left."""
    found = licenses.get(tenant.context.table, license_.terms.organization, license_.id)
    assert found is not None
    return found.total, found.sublicensed, found.available


def invite(tenant: Tenant, person: Person, client: Organization, license_: License, email: str) -> str:
    (one,) = InviteLearners(tenant.context).invite(
        person=person,
        organization=client.id,
        license_ids=[license_.id],
        emails=email,
        receipt=Receipt(),
    )
    assert one.invite is not None
    return one.invite.id


def test_a_provider_creates_a_client_with_a_brand_of_its_own(tenant: Tenant) -> None:
    client = create(tenant)

    found = OrganizationSettings(tenant.context).organization(person=tenant.full, organization=client.id)
    listed = ClientQueries(tenant.context).listed(
        person=tenant.limited, organization=tenant.id, limit=10, cursor=None
    )
    assert found.provider == tenant.id
    assert found.time_zone == tenant.organization.time_zone, "the provider's, where none is named"
    assert found.branding.welcome == "Welcome aboard."
    assert [one.organization for one in listed.items] == [found]


def test_a_clients_first_manager_is_invited_in_the_clients_name(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    client = create(tenant, managed=True, accepted=False)
    async_workers.settle()

    (manager,) = managers.team(tenant.context.table, client.id)
    assert async_workers.senders(CLIENTS_OWN.email) == ["Harbor Works"]
    assert (manager.role, manager.email) == (Role.FULL, CLIENTS_OWN.email)


def test_a_client_has_no_clients(tenant: Tenant) -> None:
    client = create(tenant)

    with pytest.raises(NoProviderError):
        create(replace(tenant, organization=client), slug="pier")


def test_two_clients_cannot_have_one_slug(tenant: Tenant) -> None:
    create(tenant)

    with pytest.raises(SlugTakenError):
        create(tenant)


def test_a_sublicense_is_carved_out_of_a_license_with_its_terms(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = create(tenant)

    sublicense = create_sublicense(tenant, client, license_, 4)

    assert seats(tenant, license_) == (10, 4, 6)
    assert seats(tenant, sublicense) == (4, 0, 4)
    assert sublicense.parent == license_.id
    assert sublicense.terms == license_.terms.of(license_id=sublicense.id, organization=client.id)


def test_sums_never_exceed_the_parent(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    harbor, pier = create(tenant), create(tenant, slug="pier")
    create_sublicense(tenant, harbor, license_, 7)

    with pytest.raises(NotEnoughSeatsError) as refused:
        create_sublicense(tenant, pier, license_, 4)

    assert refused.value.facts["shortfall"] == [lacking(license_, needed=4, available=3)]
    assert seats(tenant, license_) == (10, 7, 3)
    assert (
        Clients(tenant.context).sublicenses(person=tenant.full, organization=tenant.id, client=pier.id) == []
    )


def test_of_two_who_carve_the_last_seats_at_once_one_gets_them(tenant: Tenant) -> None:
    license_ = tenant.license(5)
    harbor, pier = create(tenant), create(tenant, slug="pier")

    with (
        tenant.before_next_write(lambda: create_sublicense(tenant, pier, license_, 3)),
        pytest.raises(NotEnoughSeatsError),
    ):
        create_sublicense(tenant, harbor, license_, 3)

    assert seats(tenant, license_) == (5, 3, 2)


def test_a_client_has_one_sublicense_of_a_license(tenant: Tenant) -> None:
    license_ = tenant.license(5)
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, license_, 1)

    with pytest.raises(AlreadySublicensedError) as refused:
        create_sublicense(tenant, client, license_, 1)

    assert refused.value.facts["sublicense"] == sublicense.id


def test_of_two_who_carve_the_same_at_once_one_does(tenant: Tenant) -> None:
    license_ = tenant.license(5)
    client = create(tenant)

    with (
        tenant.before_next_write(lambda: create_sublicense(tenant, client, license_, 1)),
        pytest.raises(AlreadySublicensedError),
    ):
        create_sublicense(tenant, client, license_, 1)

    assert seats(tenant, license_) == (5, 1, 4)


def test_seats_move_to_a_sublicense_and_back(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, license_, 2)

    more = move(tenant, client, sublicense, 3)
    fewer = move(tenant, client, sublicense, -4)

    assert (more.total, fewer.total) == (5, 1)
    assert seats(tenant, license_) == (10, 1, 9)
    assert seats(tenant, sublicense) == (1, 0, 1)


def test_two_who_move_seats_at_once_both_do_and_each_is_told_the_truth(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, license_, 2)

    with tenant.before_next_write(lambda: move(tenant, client, sublicense, 3)):
        after = move(tenant, client, sublicense, 1)

    assert after.total == 6
    assert seats(tenant, license_) == (10, 6, 4)


def test_seats_in_use_are_not_given_back(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, license_, 2)
    invite(tenant, tenant.full, client, sublicense, "ann@x.io")

    with pytest.raises(SeatsInUseError) as refused:
        move(tenant, client, sublicense, -2)

    assert refused.value.facts["available"] == 1
    assert seats(tenant, license_) == (10, 2, 8)


def test_more_seats_than_the_parent_has_are_not_moved(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, license_, 2)

    with pytest.raises(NotEnoughSeatsError) as refused:
        move(tenant, client, sublicense, 9)

    assert refused.value.facts["shortfall"] == [lacking(license_, needed=9, available=8)]


def test_no_seats_at_all_are_not_a_move(tenant: Tenant) -> None:
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, tenant.license(10), 2)

    with pytest.raises(BadLicenseError):
        move(tenant, client, sublicense, 0)


def test_a_license_that_has_ended_is_not_carved(tenant: Tenant) -> None:
    license_ = tenant.license(10, valid_until="2027-01-02", valid_from="2027-01-01")
    client = create(tenant)

    with pytest.raises(LicenseOverError):
        create_sublicense(tenant, client, license_, 1)


def test_what_is_not_there_is_not_carved_or_moved(tenant: Tenant) -> None:
    client, license_ = create(tenant), tenant.license(3)
    stranger = create_tenant(tenant.context, slug="other")

    with pytest.raises(UnknownLicenseError):
        create_sublicense(
            tenant, client, replace(license_, terms=license_.terms.of(license_id="nope", organization="x")), 1
        )
    with pytest.raises(UnknownClientError):
        create_sublicense(tenant, stranger.organization, license_, 1)
    with pytest.raises(UnknownSublicenseError):
        move(tenant, client, license_, 1)


def test_a_shrunk_license_keeps_what_its_clients_hold(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    create_sublicense(tenant, create(tenant), license_, 6)

    with pytest.raises(SeatsInUseError):
        OperatorCommands(tenant.context).resize_license(
            person=tenant.operator, organization=tenant.id, license_id=license_.id, order_id="s-1", seats=-5
        )


def test_a_sublicense_grows_by_its_provider_alone(tenant: Tenant) -> None:
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, tenant.license(10), 2)

    with pytest.raises(SublicensedError):
        OperatorCommands(tenant.context).resize_license(
            person=tenant.operator, organization=client.id, license_id=sublicense.id, order_id="s-1", seats=5
        )
    with pytest.raises(SublicensedError):
        SeatRequests(tenant.context).file(
            person=tenant.full,
            organization=client.id,
            license_id=sublicense.id,
            seats=5,
            message="",
            receipt=Receipt(),
        )


def test_managers_of_the_provider_manage_its_clients(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, tenant.license(10), 2)
    async_workers.skip()

    id_ = invite(tenant, tenant.full, client, sublicense, "ann@x.io")
    async_workers.settle()
    offer = AnswerInvite(tenant.context).preview(invite=id_)
    AnswerInvite(tenant.context).accept(
        person=Person(email="ann@x.io", first_name="Ann"), invite=id_, number=1
    )

    access = accesses.get(tenant.context.table, "ann@x.io", sublicense.id)
    learner = LearnerDetails(tenant.context).learner(
        person=tenant.limited, organization=client.id, email="ann@x.io"
    )
    assert async_workers.senders("ann@x.io") == ["Harbor Works"], "emails carry the client's brand"
    assert offer.inviter is not None
    assert offer.inviter.email == tenant.full.email, "and name whoever invited"
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert learner.learner.organization == client.id


def test_a_limited_manager_of_the_provider_reads_and_changes_nothing(tenant: Tenant) -> None:
    client = create(tenant)

    OrganizationSettings(tenant.context).organization(person=tenant.limited, organization=client.id)

    with pytest.raises(ForbiddenError):
        OrganizationSettings(tenant.context).change(
            person=tenant.limited, organization=client.id, name="Mine"
        )
    with pytest.raises(ForbiddenError):
        create_sublicense(replace(tenant, full=tenant.limited), client, tenant.license(3), 1)


def test_managers_of_a_client_see_only_it(tenant: Tenant) -> None:
    client, pier = create(tenant, managed=True), create(tenant, slug="pier")

    own = OrganizationSettings(tenant.context).organization(person=CLIENTS_OWN, organization=client.id)

    assert own.id == client.id
    for other in (tenant.id, pier.id):
        with pytest.raises(UnknownOrganizationError):
            OrganizationSettings(tenant.context).organization(person=CLIENTS_OWN, organization=other)


def test_a_manager_who_leaves_the_provider_leaves_its_clients_at_once(tenant: Tenant) -> None:
    client = create(tenant)

    TeamMembers(tenant.context).remove(person=tenant.full, organization=tenant.id, email=tenant.limited.email)

    with pytest.raises(UnknownOrganizationError):
        OrganizationSettings(tenant.context).organization(person=tenant.limited, organization=client.id)


def test_a_client_that_nobody_manages_has_its_notices_told_to_the_provider(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    client = create(tenant)
    sublicense = create_sublicense(tenant, client, tenant.license(10), 1)
    id_ = invite(tenant, tenant.full, client, sublicense, "ann@x.io")
    async_workers.settle()

    AnswerInvite(tenant.context).decline(invite=id_, number=1)
    async_workers.settle()

    recipients = {to for to, template, _ in async_workers.mailbox() if template == "declined_notice"}
    assert recipients == {tenant.full.email, tenant.limited.email}


def test_ones_notices_are_chosen_where_one_is_a_manager(tenant: Tenant) -> None:
    client = create(tenant)

    with pytest.raises(ForbiddenError):
        NotificationPreferences(tenant.context).mute(person=tenant.full, organization=client.id, muted=[])
