"""Who sits in a license, however they came; and one learner in full."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, redeem, sublicense_of
from tests.support.groups import add, group_of, join
from tests.support.groups import invite as invite_to
from tests.support.join_pages import join as join_by_page
from tests.support.join_pages import set_page
from tests.support.people_data import ANN, People
from tests.support.reading_back import access_now
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.learners import UnknownLearnerError
from usher.domain.licenses import License, UnknownLicenseError
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.paging import BadCursorError
from usher.services.learner_assignment import LearnerAssignment
from usher.services.license_access_lists import NamedAccess
from usher.services.license_accesses import LicenseAccesses
from usher.services.outbox.sweep import Sweep
from usher.services.people.learner_details import LearnerDetail, LearnerDetails
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment


def listed(
    tenant: Tenant, license_: License, *states: AccessState, limit: int = 50
) -> list[tuple[str, AccessState]]:
    """Return the accesses of all pages, as (address, state)."""
    found: list[tuple[str, AccessState]] = []
    cursor = None
    while True:
        page = LicenseAccesses(tenant.context).listed(
            person=tenant.limited,
            organization=tenant.id,
            license_id=license_.id,
            states=states,
            limit=limit,
            cursor=cursor,
        )
        assert len(page.items) <= limit
        found += [(one.access.email, one.access.state) for one in page.items]
        cursor = page.next
        if cursor is None:
            return found


def first_page(tenant: Tenant, license_: License) -> list[NamedAccess]:
    return (
        LicenseAccesses(tenant.context)
        .listed(person=tenant.full, organization=tenant.id, license_id=license_.id, limit=200, cursor=None)
        .items
    )


def detail(tenant: Tenant, email: str = "ann@x.io") -> LearnerDetail:
    return LearnerDetails(tenant.context).learner(person=tenant.full, organization=tenant.id, email=email)


@pytest.fixture
def license_(tenant: Tenant) -> License:
    """A license in every state that an access can have."""
    license_ = tenant.license(20)
    tenant.accept(tenant.invite(license_, "active@x.io"))
    tenant.accept(tenant.invite(license_, "active2@x.io"))
    tenant.accept(tenant.invite(license_, "scheduled@x.io", access_start="2027-02-01"))
    tenant.invite(license_, "reserved@x.io")
    tenant.withdraw(tenant.invite(license_, "released@x.io"))
    return license_


def test_without_states_those_are_listed_that_hold_a_seat(tenant: Tenant, license_: License) -> None:
    assert listed(tenant, license_) == [
        ("active2@x.io", AccessState.ACTIVE),
        ("active@x.io", AccessState.ACTIVE),
        ("reserved@x.io", AccessState.RESERVED),
        ("scheduled@x.io", AccessState.SCHEDULED),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize(
    "states",
    [
        (AccessState.ACTIVE,),
        (AccessState.RELEASED, AccessState.ACTIVE),
        (AccessState.SCHEDULED, AccessState.ENDED),
        tuple(AccessState),
    ],
)
def test_pages_have_each_access_in_the_states_once(
    tenant: Tenant, license_: License, states: tuple[AccessState, ...], limit: int
) -> None:
    everything = {
        "active@x.io": AccessState.ACTIVE,
        "active2@x.io": AccessState.ACTIVE,
        "scheduled@x.io": AccessState.SCHEDULED,
        "reserved@x.io": AccessState.RESERVED,
        "released@x.io": AccessState.RELEASED,
    }

    found = listed(tenant, license_, *states, limit=limit)

    assert len(found) == len(dict(found))
    assert dict(found) == {email: state for email, state in everything.items() if state in states}


def test_a_license_that_nobody_sits_in_has_an_empty_list(tenant: Tenant) -> None:
    assert listed(tenant, tenant.license()) == []


def test_a_page_costs_the_caller_the_listing_and_the_names(
    tenant: Tenant, license_: License, count: Count
) -> None:
    with count() as cost:
        first_page(tenant, license_)

    assert (cost.calls, cost.items) == (1 + 2 + 1, 0)  # active; reserved and scheduled, which are neighbors


def test_each_access_says_how_its_person_came(tenant: Tenant) -> None:
    license_ = tenant.license(20)
    invite = tenant.invite(license_, "invited@x.io")
    redeem(tenant, code_of(tenant, license_), "code@x.io")
    set_page(tenant, license_)
    join_by_page(tenant, "page@x.io")
    group = group_of(tenant)
    other = tenant.license(20)
    for email in ("group@x.io", "hand@x.io", "put@x.io"):
        tenant.accept(tenant.invite(other, email))
    join(tenant, group, "group@x.io")
    add(tenant, group, license_)
    by_hand = LearnerAssignment(tenant.context)
    by_hand.assign_license(
        person=tenant.full,
        organization=tenant.id,
        license_id=license_.id,
        emails="hand@x.io",
        people={},
        receipt=Receipt(),
    )
    by_hand.add_to_group(
        person=tenant.full,
        organization=tenant.id,
        group=group.id,
        emails="put@x.io",
        people={},
        receipt=Receipt(),
    )
    SelfAssignment(tenant.context).assign(
        person=tenant.full, organization=tenant.id, license_id=license_.id, receipt=Receipt()
    )

    found = {one.access.email: one for one in first_page(tenant, license_)}

    assert {email: one.access.method for email, one in found.items()} == {
        "invited@x.io": EnrollmentMethod.INVITE,
        "code@x.io": EnrollmentMethod.CODE,
        "page@x.io": EnrollmentMethod.JOIN_PAGE,
        "group@x.io": EnrollmentMethod.GROUP,
        "put@x.io": EnrollmentMethod.GROUP,
        "hand@x.io": EnrollmentMethod.ASSIGNMENT,
        tenant.full.email: EnrollmentMethod.SELF_ASSIGNMENT,
    }
    assert found["invited@x.io"].access.invite == invite.id
    assert found["code@x.io"].access.invite == ""


def test_the_name_is_the_learners_own_and_else_what_the_manager_typed(tenant: Tenant) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    tenant.invite_all(license_, "Bo Typed <bo@x.io>")

    names = {one.access.email: (one.first_name, one.last_name) for one in first_page(tenant, license_)}

    assert names == {"ann@x.io": ("Ann", "Lee"), "bo@x.io": ("Bo", "Typed")}


def test_what_is_over_by_the_clock_is_not_listed_as_a_seat(
    tenant: Tenant, license_: License, clock: Clock
) -> None:
    clock.forward(days=11)

    assert ("reserved@x.io", AccessState.RESERVED) not in listed(tenant, license_)
    Sweep(tenant.context).sweep()
    assert ("reserved@x.io", AccessState.RELEASED) in listed(tenant, license_, AccessState.RELEASED)


def test_an_erased_persons_seat_is_listed_by_the_pseudonym(tenant: Tenant, people: People) -> None:
    license_ = tenant.license()
    redeem(tenant, code_of(tenant, license_), ANN)

    erased = people.erase(ANN)

    (one,) = first_page(tenant, license_)
    assert (one.access.email, one.first_name) == (erased.pseudonym, "")
    assert one.access.method is EnrollmentMethod.CODE


@pytest.mark.parametrize("cursor", ["9.", "x", "0.abc", "-1.", "2."])
def test_a_cursor_of_another_list_is_refused(tenant: Tenant, license_: License, cursor: str) -> None:
    with pytest.raises(BadCursorError):
        LicenseAccesses(tenant.context).listed(
            person=tenant.full, organization=tenant.id, license_id=license_.id, limit=5, cursor=cursor
        )


def test_only_the_organizations_own_licenses_are_listed(tenant: Tenant, license_: License) -> None:
    other = create_tenant(tenant.context, slug="globex")
    listing = LicenseAccesses(tenant.context).listed

    with pytest.raises(UnknownLicenseError):
        listing(person=other.full, organization=other.id, license_id=license_.id, limit=5, cursor=None)
    with pytest.raises(UnknownOrganizationError):
        listing(person=other.full, organization=tenant.id, license_id=license_.id, limit=5, cursor=None)


def test_a_learner_in_full_has_groups_open_invites_and_clients(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    tenant.accept(invite)
    drivers, night = group_of(tenant, name="Drivers"), group_of(tenant, name="Night")
    group_of(tenant, name="Nobody's")
    join(tenant, drivers, "ann@x.io")
    open_invite = tenant.invite(tenant.license())
    to_group = invite_to(tenant, night)
    tenant.withdraw(tenant.invite(tenant.license()))
    client = client_of(tenant)
    client_of(tenant, slug="pier")
    of_client = replace(tenant, organization=client)
    redeem(of_client, code_of(of_client, sublicense_of(tenant, client, license_, 2)))

    found = detail(tenant)

    assert [group.name for group in found.groups] == ["Drivers"]
    assert [one.id for one in found.invites] == sorted([open_invite.id, to_group.id], reverse=True)
    assert [one.name for one in found.clients] == ["Harbor"]
    assert [(one.method, one.invite) for one in found.accesses if one.terms.license == license_.id] == [
        (EnrollmentMethod.INVITE, invite.id)
    ]


def test_a_learner_with_nothing_else_has_empty_lists(tenant: Tenant) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))

    found = detail(tenant)

    assert (found.groups, found.invites, found.clients) == ([], [], [])
    assert found.accesses == [access_now(tenant, license_)]


def test_a_learner_of_another_organization_is_unknown(tenant: Tenant) -> None:
    other = create_tenant(tenant.context, slug="globex")
    other.accept(other.invite(other.license()))

    with pytest.raises(UnknownLearnerError):
        detail(tenant)


def test_a_learner_in_full_costs_a_bounded_number_of_calls(tenant: Tenant, count: Count) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    for number in range(40):
        group_of(tenant, name=f"Group {number}")

    with count() as cost:
        detail(tenant)

    assert (cost.calls, cost.items) == (5, 0)
