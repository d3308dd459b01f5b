"""What operators do (DESIGN 1 and 6), and what managers do with their organization and licenses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.clock import MONDAY, Clock
from tests.support.published_events import starts
from tests.support.reading_back import access_now, events_of, lacking, seats
from tests.support.tenant import OPERATOR, Tenant, create_tenant
from usher.domain.accesses import AccessState, AlreadyAssignedError
from usher.domain.addresses import BadAddressError
from usher.domain.course_urls import BadProductUrlError
from usher.domain.errors import ForbiddenError
from usher.domain.instants import BadDateError, UnknownTimeZoneError
from usher.domain.learners import UnknownLearnerError
from usher.domain.licenses import (
    BadLicenseError,
    LicenseOverError,
    NotEnoughSeatsError,
    OrderReusedError,
    ProductKind,
    SeatsInUseError,
    UnknownLicenseError,
    UnknownProductError,
)
from usher.domain.organizations import (
    AlreadyManagerError,
    BadSettingsError,
    BadSlugError,
    ManagerState,
    Role,
    SlugTakenError,
    UnknownOrganizationError,
)
from usher.domain.people import BadNameError, Person
from usher.services.context import Context
from usher.services.integrations.entitlements import Entitlements
from usher.services.license_queries import LicenseQueries
from usher.services.operated_organizations import OperatedOrganizations
from usher.services.operator_commands import BadOrderError, FirstManager, LicenseOrder, OperatorCommands
from usher.services.organization_settings import OrganizationSettings
from usher.services.outbox.sweep import Sweep
from usher.services.people.dashboards import Dashboards
from usher.services.people.learner_details import LearnerDetails
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment
from usher.services.team_members import TeamMembers
from usher.store import organizations

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def order(tenant: Tenant, **changed: object) -> LicenseOrder:
    plain = LicenseOrder(
        order_id="o-1",
        product="",
        flex=False,
        seats=5,
        valid_from="2027-01-01",
        valid_until="2028-01-01",
    )
    return replace(plain, **{"product": "" if "product" in changed else tenant.product().id, **changed})  # type: ignore[arg-type]


def grant(tenant: Tenant, given: LicenseOrder) -> str:
    return (
        OperatorCommands(tenant.context)
        .grant_license(person=OPERATOR, organization=tenant.id, order=given)
        .id
    )


def test_an_organization_is_created_with_its_first_manager_invited(context: Context) -> None:
    tenant = create_tenant(context, slug="fresh")

    assert organizations.by_slug(context.table, "fresh") == tenant.id
    team = TeamMembers(context).team(person=tenant.limited, organization=tenant.id)
    assert {(one.email, one.role, one.state) for one in team} == {
        ("manager@fresh.example", Role.FULL, ManagerState.ACTIVE),
        ("limited@fresh.example", Role.LIMITED, ManagerState.ACTIVE),
    }
    assert len(events_of(tenant, "organization.created")) == 1
    assert len(events_of(tenant, "manager.invited")) == 2


def test_a_slug_belongs_to_one_organization(tenant: Tenant, context: Context) -> None:
    with pytest.raises(SlugTakenError):
        create_tenant(context, slug=tenant.organization.slug)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"slug": "Not a slug"}, BadSlugError),
        ({"name": " "}, BadNameError),
        ({"time_zone": "Mars/Olympus"}, UnknownTimeZoneError),
        ({"invite_days": 91}, BadSettingsError),
        ({"first_manager": FirstManager(email="nobody", first_name="N", last_name="B")}, BadAddressError),
        ({"first_manager": FirstManager(email="n@x.io", first_name="", last_name="B")}, BadNameError),
    ],
)
def test_an_organization_that_makes_no_sense_is_refused(
    context: Context, changed: dict[str, object], refusal: type[Exception]
) -> None:
    given: dict[str, object] = {
        "name": "Acme",
        "slug": "acme",
        "time_zone": "UTC",
        "first_manager": FirstManager(email="n@x.io", first_name="N", last_name="B"),
    }
    with pytest.raises(refusal):
        OperatorCommands(context).create_organization(
            person=OPERATOR,
            receipt=Receipt(),
            **given | changed,  # type: ignore[arg-type]
        )
    assert organizations.by_slug(context.table, "acme") is None


def test_everybody_else_is_refused_what_operators_do(tenant: Tenant) -> None:
    operator_commands, given = OperatorCommands(tenant.context), order(tenant)
    commands: list[Callable[[Person], object]] = [
        lambda p: operator_commands.create_product(
            person=p, name="N", kind=ProductKind.COURSE, url="", receipt=Receipt()
        ),
        lambda p: operator_commands.products(person=p, limit=1, cursor=None),
        lambda p: OperatedOrganizations(tenant.context).listed(person=p, limit=1, cursor=None),
        lambda p: OperatedOrganizations(tenant.context).organization(person=p, organization=tenant.id),
        lambda p: operator_commands.grant_license(person=p, organization=tenant.id, order=given),
        lambda p: operator_commands.granted(person=p, organization=tenant.id),
        lambda p: operator_commands.resize_license(
            person=p, organization=tenant.id, license_id="l", order_id="o", seats=1
        ),
    ]
    for command in commands:
        with pytest.raises(ForbiddenError):
            command(tenant.full)


@pytest.mark.parametrize("url", ["http://x.io", "javascript:alert(1)", "https://" + "x" * 500])
def test_a_product_leads_to_a_safe_address(tenant: Tenant, url: str) -> None:
    with pytest.raises(BadProductUrlError):
        OperatorCommands(tenant.context).create_product(
            person=OPERATOR, name="N", kind=ProductKind.COURSE, url=url, receipt=Receipt()
        )


def test_a_license_is_granted_once_for_one_order(tenant: Tenant) -> None:
    given = order(tenant)

    first, again = grant(tenant, given), grant(tenant, given)

    assert first == again
    assert len(events_of(tenant, "license.granted")) == 1
    with pytest.raises(OrderReusedError):
        grant(tenant, replace(given, seats=6))
    assert len(LicenseQueries(tenant.context).licenses(person=tenant.limited, organization=tenant.id)) == 1


def test_the_same_order_twice_at_once_grants_one_license(tenant: Tenant) -> None:
    given = order(tenant)

    with tenant.before_next_write(lambda: grant(tenant, given)):
        grant(tenant, given)

    assert len(OperatorCommands(tenant.context).granted(person=OPERATOR, organization=tenant.id)) == 1


def test_dates_of_an_order_are_those_of_the_organization(tenant: Tenant) -> None:
    given = order(tenant, product=tenant.product(ProductKind.SUBSCRIPTION).id)
    license_ = OperatorCommands(tenant.context).grant_license(
        person=OPERATOR, organization=tenant.id, order=given
    )

    assert license_.terms.valid_from == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert license_.terms.valid_until == datetime(2027, 12, 31, 23, tzinfo=UTC)
    assert license_.terms.starts_at == license_.terms.valid_from


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"seats": 0}, BadLicenseError),
        ({"seats": -3}, BadLicenseError),
        ({"valid_until": "2026-01-01"}, BadLicenseError),
        ({"valid_from": "2027-02-30"}, BadDateError),
        ({"starts_at": "2027-02-01"}, BadLicenseError),
        ({"product": NOWHERE}, UnknownProductError),
        ({"order_id": ""}, BadOrderError),
        ({"order_id": "x" * 101}, BadOrderError),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    tenant: Tenant, changed: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        grant(tenant, order(tenant, **changed))
    assert not OperatorCommands(tenant.context).granted(person=OPERATOR, organization=tenant.id)


def test_nothing_is_granted_to_nobody(tenant: Tenant) -> None:
    operator_commands = OperatorCommands(tenant.context)

    with pytest.raises(UnknownOrganizationError):
        operator_commands.grant_license(person=OPERATOR, organization=NOWHERE, order=order(tenant))
    with pytest.raises(UnknownOrganizationError):
        operator_commands.granted(person=OPERATOR, organization=NOWHERE)


def test_a_pool_is_topped_up_and_shrunk_once_for_one_order_and_never_below_what_is_in_use(
    tenant: Tenant,
) -> None:
    license_ = tenant.license(5)
    tenant.invite_all(license_, "a@x.io b@x.io c@x.io")
    operator_commands = OperatorCommands(tenant.context)

    def resize(order_id: str, by: int) -> int:
        return operator_commands.resize_license(
            person=OPERATOR, organization=tenant.id, license_id=license_.id, order_id=order_id, seats=by
        ).total

    assert resize("up", 5) == 10
    assert resize("up", 5) == 10
    with pytest.raises(OrderReusedError):
        resize("up", 6)
    with pytest.raises(SeatsInUseError) as refused:
        resize("down", -8)
    assert refused.value.facts["available"] == 7
    assert resize("down-less", -7) == 3
    assert seats(tenant, license_) == (3, 3, 0)
    with pytest.raises(BadLicenseError):
        resize("none", 0)
    with pytest.raises(UnknownLicenseError):
        operator_commands.resize_license(
            person=OPERATOR, organization=tenant.id, license_id=NOWHERE, order_id="o", seats=1
        )


def test_seats_taken_at_the_same_moment_are_not_shrunk_away(tenant: Tenant) -> None:
    license_ = tenant.license(5)

    with (
        tenant.before_next_write(lambda: tenant.invite_all(license_, "a@x.io b@x.io")),
        pytest.raises(SeatsInUseError),
    ):
        OperatorCommands(tenant.context).resize_license(
            person=OPERATOR, organization=tenant.id, license_id=license_.id, order_id="o", seats=-4
        )

    assert seats(tenant, license_) == (5, 2, 3)


def take(tenant: Tenant, license_id: str, person: Person | None = None) -> AccessState:
    return (
        SelfAssignment(tenant.context)
        .assign(
            person=person or tenant.full, organization=tenant.id, license_id=license_id, receipt=Receipt()
        )
        .state
    )


def test_a_seat_for_oneself_starts_at_once_and_once_only(tenant: Tenant) -> None:
    license_ = tenant.license(1)

    assert take(tenant, license_.id) is AccessState.ACTIVE
    with pytest.raises(AlreadyAssignedError):
        take(tenant, license_.id)

    assert seats(tenant, license_) == (1, 1, 0)
    dashboard = Dashboards(tenant.context).dashboard(person=tenant.full)
    assert [one.state for one in dashboard.accesses] == [AccessState.ACTIVE]
    assert dashboard.organizations[tenant.id].slug == "acme"


def test_a_seat_for_oneself_needs_a_seat_a_valid_license_and_the_full_role(
    tenant: Tenant, clock: Clock
) -> None:
    empty, ending = tenant.license(1), tenant.license(valid_until="2027-01-06")
    tenant.invite(empty, "ann@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        take(tenant, empty.id)
    assert refused.value.facts["shortfall"] == [lacking(empty, needed=1, available=0)]
    with pytest.raises(ForbiddenError):
        take(tenant, ending.id, tenant.limited)
    with pytest.raises(UnknownLicenseError):
        take(tenant, NOWHERE)
    clock.forward(days=3)
    with pytest.raises(LicenseOverError):
        take(tenant, ending.id)


def test_a_seat_for_oneself_is_not_blocked_by_ones_own_expired_invite(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(1)
    tenant.invite(license_, tenant.full.email)
    with pytest.raises(AlreadyAssignedError):
        take(tenant, license_.id)
    clock.forward(days=11)

    assert take(tenant, license_.id) is AccessState.ACTIVE
    assert seats(tenant, license_) == (1, 1, 0)


def test_a_subscription_taken_for_oneself_begins_with_its_license(tenant: Tenant) -> None:
    license_ = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")

    assert take(tenant, license_.id) is AccessState.SCHEDULED
    assert starts(events_of(tenant, "seat.self_assigned")[0])


def test_one_license_is_read_by_its_own_managers_alone(tenant: Tenant, context: Context) -> None:
    other, license_ = create_tenant(context, slug="other"), tenant.license()
    license_queries = LicenseQueries(context)

    read = license_queries.license(person=tenant.limited, organization=tenant.id, license_id=license_.id)
    assert read.total == 10
    with pytest.raises(UnknownLicenseError):
        license_queries.license(person=other.full, organization=other.id, license_id=license_.id)
    with pytest.raises(UnknownOrganizationError):
        license_queries.licenses(person=other.full, organization=tenant.id)


def test_an_address_has_one_place_in_a_team(tenant: Tenant) -> None:
    def invite(email: str) -> object:
        return TeamMembers(tenant.context).invite(
            person=tenant.full,
            organization=tenant.id,
            email=email,
            first_name="N",
            last_name="B",
            role=Role.FULL,
            receipt=Receipt(),
        )

    invite("new@x.io")
    for email in ("NEW@x.io", tenant.limited.email):
        with pytest.raises(AlreadyManagerError):
            invite(email)
    with pytest.raises(UnknownOrganizationError):  # invited is not yet a member
        TeamMembers(tenant.context).team(person=Person(email="new@x.io"), organization=tenant.id)


def test_settings_are_changed_and_kept(tenant: Tenant) -> None:
    settings = OrganizationSettings(tenant.context)

    changed = settings.change(
        person=tenant.full,
        organization=tenant.id,
        name=" Acme  Ltd ",
        time_zone="Asia/Tokyo",
        color="#ABCDEF",
        invite_days=30,
    )

    assert (changed.name, changed.time_zone, changed.invite_days) == ("Acme Ltd", "Asia/Tokyo", 30)
    assert changed.branding.color == "#abcdef"
    read = settings.organization(person=tenant.limited, organization=tenant.id)
    assert replace(read, version=None) == replace(changed, version=None)
    assert settings.change(person=tenant.full, organization=tenant.id) == read
    assert len(events_of(tenant, "organization.changed")) == 1


def test_two_changes_of_settings_at_once_both_stand(tenant: Tenant) -> None:
    settings = OrganizationSettings(tenant.context)

    with tenant.before_next_write(
        lambda: settings.change(person=tenant.full, organization=tenant.id, invite_days=30)
    ):
        settings.change(person=tenant.full, organization=tenant.id, name="New")

    read = settings.organization(person=tenant.full, organization=tenant.id)
    assert (read.name, read.invite_days) == ("New", 30)


def test_settings_out_of_range_or_of_others_are_refused(tenant: Tenant, context: Context) -> None:
    settings, other = OrganizationSettings(context), create_tenant(context, slug="other")

    with pytest.raises(BadSettingsError):
        settings.change(person=tenant.full, organization=tenant.id, invite_days=0)
    with pytest.raises(ForbiddenError):
        settings.change(person=tenant.limited, organization=tenant.id, name="Mine")
    with pytest.raises(UnknownOrganizationError):
        settings.change(person=other.full, organization=tenant.id, name="Mine")


def test_a_learner_is_seen_by_the_organizations_they_joined_and_only_what_is_theirs(
    tenant: Tenant, context: Context
) -> None:
    other = create_tenant(context, slug="other")
    tenant.accept(tenant.invite(tenant.license()))
    other.accept(other.invite(other.license()))
    tenant.invite(tenant.license(), "pending@x.io")
    dashboards, details = Dashboards(context), LearnerDetails(context)

    found = details.learner(person=tenant.limited, organization=tenant.id, email="ann@x.io")
    assert [one.terms.organization for one in found.accesses] == [tenant.id]
    assert len(dashboards.dashboard(person=Person(email="ann@x.io")).accesses) == 2
    with pytest.raises(UnknownLearnerError):
        details.learner(person=tenant.full, organization=tenant.id, email="pending@x.io")
    with pytest.raises(UnknownOrganizationError):
        details.learner(person=other.full, organization=tenant.id, email="ann@x.io")


def test_a_dashboard_shows_offers_while_they_stand(tenant: Tenant, clock: Clock) -> None:
    tenant.invite(tenant.license())
    withdrawn = tenant.invite(tenant.license())
    tenant.withdraw(withdrawn)
    ann, dashboards = Person(email="ann@x.io"), Dashboards(tenant.context)

    assert [one.state for one in dashboards.dashboard(person=ann).accesses] == [AccessState.RESERVED]
    clock.forward(days=10)
    assert not dashboards.dashboard(person=ann).accesses
    assert not dashboards.dashboard(person=Person(email="nobody@x.io")).accesses


def test_entitlement_follows_the_clock_from_offer_to_end(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(valid_until="2027-03-01")
    product = license_.terms.product.id
    entitlements = Entitlements(tenant.context)

    def state() -> tuple[str, bool] | None:
        found = entitlements.best_access(email=" ANN@x.io ", product=product)
        return (str(found.state_at(clock.now)), found.entitles(clock.now)) if found else None

    assert state() is None
    invite = tenant.invite(license_, access_start="2027-02-01")
    assert state() == ("reserved", False)
    tenant.accept(invite)
    assert state() == ("scheduled", False)
    clock.now = datetime(2027, 1, 31, 23, tzinfo=UTC)
    assert state() == ("active", True)
    Sweep(tenant.context).sweep()
    clock.now = datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert state() == ("ended", False)
    Sweep(tenant.context).sweep()
    assert state() == ("ended", False)
    assert access_now(tenant, license_).state is AccessState.ENDED
    with pytest.raises(BadAddressError):
        entitlements.best_access(email="nobody", product=product)


def test_of_several_accesses_to_a_product_the_best_one_counts(tenant: Tenant) -> None:
    product = tenant.product()
    tenant.invite(tenant.license(product=product))
    tenant.accept(tenant.invite(tenant.license(product=product)))

    found = Entitlements(tenant.context).best_access(email="ann@x.io", product=product.id)

    assert found is not None
    assert found.entitles(MONDAY)
