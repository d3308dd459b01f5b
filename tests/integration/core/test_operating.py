"""What operators do (DESIGN 1 and 6), and what managers do with their organization and licenses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.clock import MONDAY, Clock
from tests.support.house import OPERATOR, House, found_house
from tests.support.looking import access_now, events_of, seats
from usher.domain.accesses import AccessState, AlreadyAssignedError
from usher.domain.addresses import BadAddressError
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
from usher.services.licensing import Licensing
from usher.services.managing import Managing
from usher.services.operating import BadOrderError, FirstManager, LicenseOrder, Operating
from usher.services.outbox.sweeping import Sweeping
from usher.services.people.learning import Learning
from usher.services.programs.entitling import Entitling
from usher.services.receipts import Receipt
from usher.services.teaming import Teaming
from usher.store import organizations

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def order(house: House, **changed: object) -> LicenseOrder:
    plain = LicenseOrder(
        order_id="o-1",
        product="",
        flex=False,
        seats=5,
        valid_from="2027-01-01",
        valid_until="2028-01-01",
    )
    return replace(plain, **{"product": "" if "product" in changed else house.product().id, **changed})  # type: ignore[arg-type]


def grant(house: House, given: LicenseOrder) -> str:
    return Operating(house.context).grant_license(person=OPERATOR, organization=house.id, order=given).id


def test_an_organization_is_created_with_its_first_manager_invited(context: Context) -> None:
    house = found_house(context, slug="fresh")

    assert organizations.by_slug(context.table, "fresh") == house.id
    team = Teaming(context).team(person=house.limited, organization=house.id)
    assert {(one.email, one.role, one.state) for one in team} == {
        ("manager@fresh.example", Role.FULL, ManagerState.ACTIVE),
        ("limited@fresh.example", Role.LIMITED, ManagerState.ACTIVE),
    }
    assert len(events_of(house, "organization.created")) == 1
    assert len(events_of(house, "manager.invited")) == 2


def test_a_slug_belongs_to_one_organization(house: House, context: Context) -> None:
    with pytest.raises(SlugTakenError):
        found_house(context, slug=house.organization.slug)


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
        Operating(context).create_organization(
            person=OPERATOR,
            receipt=Receipt(),
            **given | changed,  # type: ignore[arg-type]
        )
    assert organizations.by_slug(context.table, "acme") is None


def test_everybody_else_is_refused_what_operators_do(house: House) -> None:
    operating, given = Operating(house.context), order(house)
    commands: list[Callable[[Person], object]] = [
        lambda p: operating.create_product(
            person=p, name="N", kind=ProductKind.COURSE, url="", receipt=Receipt()
        ),
        lambda p: operating.products(person=p, limit=1, cursor=None),
        lambda p: operating.organizations(person=p, limit=1, cursor=None),
        lambda p: operating.grant_license(person=p, organization=house.id, order=given),
        lambda p: operating.granted(person=p, organization=house.id),
        lambda p: operating.resize_license(
            person=p, organization=house.id, license_id="l", order_id="o", seats=1
        ),
    ]
    for command in commands:
        with pytest.raises(ForbiddenError):
            command(house.full)


@pytest.mark.parametrize("url", ["http://x.io", "javascript:alert(1)", "https://" + "x" * 500])
def test_a_product_leads_to_a_safe_address(house: House, url: str) -> None:
    with pytest.raises(BadLicenseError):
        Operating(house.context).create_product(
            person=OPERATOR, name="N", kind=ProductKind.COURSE, url=url, receipt=Receipt()
        )


def test_a_license_is_granted_once_for_one_order(house: House) -> None:
    given = order(house)

    first, again = grant(house, given), grant(house, given)

    assert first == again
    assert len(events_of(house, "license.granted")) == 1
    with pytest.raises(OrderReusedError):
        grant(house, replace(given, seats=6))
    assert len(Licensing(house.context).licenses(person=house.limited, organization=house.id)) == 1


def test_the_same_order_twice_at_once_grants_one_license(house: House) -> None:
    given = order(house)

    with house.before_next_write(lambda: grant(house, given)):
        grant(house, given)

    assert len(Operating(house.context).granted(person=OPERATOR, organization=house.id)) == 1


def test_dates_of_an_order_are_those_of_the_organization(house: House) -> None:
    given = order(house, product=house.product(ProductKind.SUBSCRIPTION).id)
    license_ = Operating(house.context).grant_license(person=OPERATOR, organization=house.id, order=given)

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
    house: House, changed: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        grant(house, order(house, **changed))
    assert not Operating(house.context).granted(person=OPERATOR, organization=house.id)


def test_nothing_is_granted_to_nobody(house: House) -> None:
    operating = Operating(house.context)

    with pytest.raises(UnknownOrganizationError):
        operating.grant_license(person=OPERATOR, organization=NOWHERE, order=order(house))
    with pytest.raises(UnknownOrganizationError):
        operating.granted(person=OPERATOR, organization=NOWHERE)


def test_a_pool_is_topped_up_and_shrunk_once_for_one_order_and_never_below_what_is_in_use(
    house: House,
) -> None:
    license_ = house.license(5)
    house.invite_all(license_, "a@x.io b@x.io c@x.io")
    operating = Operating(house.context)

    def resize(order_id: str, by: int) -> int:
        return operating.resize_license(
            person=OPERATOR, organization=house.id, license_id=license_.id, order_id=order_id, seats=by
        ).total

    assert resize("up", 5) == 10
    assert resize("up", 5) == 10
    with pytest.raises(OrderReusedError):
        resize("up", 6)
    with pytest.raises(SeatsInUseError) as refused:
        resize("down", -8)
    assert refused.value.facts["available"] == 7
    assert resize("down-less", -7) == 3
    assert seats(house, license_) == (3, 3, 0)
    with pytest.raises(BadLicenseError):
        resize("none", 0)
    with pytest.raises(UnknownLicenseError):
        operating.resize_license(
            person=OPERATOR, organization=house.id, license_id=NOWHERE, order_id="o", seats=1
        )


def test_seats_taken_at_the_same_moment_are_not_shrunk_away(house: House) -> None:
    license_ = house.license(5)

    with (
        house.before_next_write(lambda: house.invite_all(license_, "a@x.io b@x.io")),
        pytest.raises(SeatsInUseError),
    ):
        Operating(house.context).resize_license(
            person=OPERATOR, organization=house.id, license_id=license_.id, order_id="o", seats=-4
        )

    assert seats(house, license_) == (5, 2, 3)


def take(house: House, license_id: str, person: Person | None = None) -> AccessState:
    return (
        Licensing(house.context)
        .assign_self(
            person=person or house.full, organization=house.id, license_id=license_id, receipt=Receipt()
        )
        .state
    )


def test_a_seat_for_oneself_starts_at_once_and_once_only(house: House) -> None:
    license_ = house.license(1)

    assert take(house, license_.id) is AccessState.ACTIVE
    with pytest.raises(AlreadyAssignedError):
        take(house, license_.id)

    assert seats(house, license_) == (1, 1, 0)
    dashboard = Learning(house.context).dashboard(person=house.full)
    assert [one.state for one in dashboard.accesses] == [AccessState.ACTIVE]
    assert dashboard.organizations[house.id].slug == "acme"


def test_a_seat_for_oneself_needs_a_seat_a_valid_license_and_the_full_role(
    house: House, clock: Clock
) -> None:
    empty, ending = house.license(1), house.license(valid_until="2027-01-06")
    house.invite(empty, "ann@x.io")

    with pytest.raises(NotEnoughSeatsError):
        take(house, empty.id)
    with pytest.raises(ForbiddenError):
        take(house, ending.id, house.limited)
    with pytest.raises(UnknownLicenseError):
        take(house, NOWHERE)
    clock.forward(days=3)
    with pytest.raises(LicenseOverError):
        take(house, ending.id)


def test_a_seat_for_oneself_is_not_blocked_by_ones_own_expired_invite(house: House, clock: Clock) -> None:
    license_ = house.license(1)
    house.invite(license_, house.full.email)
    with pytest.raises(AlreadyAssignedError):
        take(house, license_.id)
    clock.forward(days=11)

    assert take(house, license_.id) is AccessState.ACTIVE
    assert seats(house, license_) == (1, 1, 0)


def test_a_subscription_taken_for_oneself_begins_with_its_license(house: House) -> None:
    license_ = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")

    assert take(house, license_.id) is AccessState.SCHEDULED
    assert events_of(house, "seat.self_assigned")[0].facts["starts"]


def test_one_license_is_read_by_its_own_managers_alone(house: House, context: Context) -> None:
    other, license_ = found_house(context, slug="other"), house.license()
    licensing = Licensing(context)

    read = licensing.license(person=house.limited, organization=house.id, license_id=license_.id)
    assert read.total == 10
    with pytest.raises(UnknownLicenseError):
        licensing.license(person=other.full, organization=other.id, license_id=license_.id)
    with pytest.raises(UnknownOrganizationError):
        licensing.licenses(person=other.full, organization=house.id)


def test_an_address_has_one_place_in_a_team(house: House) -> None:
    def invite(email: str) -> object:
        return Teaming(house.context).invite(
            person=house.full,
            organization=house.id,
            email=email,
            first_name="N",
            last_name="B",
            role=Role.FULL,
            receipt=Receipt(),
        )

    invite("new@x.io")
    for email in ("NEW@x.io", house.limited.email):
        with pytest.raises(AlreadyManagerError):
            invite(email)
    with pytest.raises(UnknownOrganizationError):  # invited is not yet a member
        Teaming(house.context).team(person=Person(email="new@x.io"), organization=house.id)


def test_settings_are_changed_and_kept(house: House) -> None:
    managing = Managing(house.context)

    changed = managing.change(
        person=house.full,
        organization=house.id,
        name=" Acme  Ltd ",
        time_zone="Asia/Tokyo",
        color="#ABCDEF",
        invite_days=30,
    )

    assert (changed.name, changed.time_zone, changed.invite_days) == ("Acme Ltd", "Asia/Tokyo", 30)
    assert changed.branding.color == "#abcdef"
    read = managing.organization(person=house.limited, organization=house.id)
    assert replace(read, version=None) == replace(changed, version=None)
    assert managing.change(person=house.full, organization=house.id) == read
    assert len(events_of(house, "organization.changed")) == 1


def test_two_changes_of_settings_at_once_both_stand(house: House) -> None:
    managing = Managing(house.context)

    with house.before_next_write(
        lambda: managing.change(person=house.full, organization=house.id, invite_days=30)
    ):
        managing.change(person=house.full, organization=house.id, name="New")

    read = managing.organization(person=house.full, organization=house.id)
    assert (read.name, read.invite_days) == ("New", 30)


def test_settings_out_of_range_or_of_others_are_refused(house: House, context: Context) -> None:
    managing, other = Managing(context), found_house(context, slug="other")

    with pytest.raises(BadSettingsError):
        managing.change(person=house.full, organization=house.id, invite_days=0)
    with pytest.raises(ForbiddenError):
        managing.change(person=house.limited, organization=house.id, name="Mine")
    with pytest.raises(UnknownOrganizationError):
        managing.change(person=other.full, organization=house.id, name="Mine")


def test_a_learner_is_seen_by_the_organizations_they_joined_and_only_what_is_theirs(
    house: House, context: Context
) -> None:
    other = found_house(context, slug="other")
    house.accept(house.invite(house.license()))
    other.accept(other.invite(other.license()))
    house.invite(house.license(), "pending@x.io")
    learning = Learning(context)

    found = learning.learner(person=house.limited, organization=house.id, email="ann@x.io")
    assert [one.terms.organization for one in found.accesses] == [house.id]
    assert len(learning.dashboard(person=Person(email="ann@x.io")).accesses) == 2
    with pytest.raises(UnknownLearnerError):
        learning.learner(person=house.full, organization=house.id, email="pending@x.io")
    with pytest.raises(UnknownOrganizationError):
        learning.learner(person=other.full, organization=house.id, email="ann@x.io")


def test_a_dashboard_shows_offers_while_they_stand(house: House, clock: Clock) -> None:
    house.invite(house.license())
    withdrawn = house.invite(house.license())
    house.withdraw(withdrawn)
    ann, learning = Person(email="ann@x.io"), Learning(house.context)

    assert [one.state for one in learning.dashboard(person=ann).accesses] == [AccessState.RESERVED]
    clock.forward(days=10)
    assert not learning.dashboard(person=ann).accesses
    assert not learning.dashboard(person=Person(email="nobody@x.io")).accesses


def test_entitlement_follows_the_clock_from_offer_to_end(house: House, clock: Clock) -> None:
    license_ = house.license(valid_until="2027-03-01")
    product = license_.terms.product.id
    entitling = Entitling(house.context)

    def state() -> tuple[str, bool] | None:
        found = entitling.best_access(email=" ANN@x.io ", product=product)
        return (str(found.state_at(clock.now)), found.entitles(clock.now)) if found else None

    assert state() is None
    invite = house.invite(license_, access_start="2027-02-01")
    assert state() == ("reserved", False)
    house.accept(invite)
    assert state() == ("scheduled", False)
    clock.now = datetime(2027, 1, 31, 23, tzinfo=UTC)
    assert state() == ("active", True)
    Sweeping(house.context).sweep()
    clock.now = datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert state() == ("ended", False)
    Sweeping(house.context).sweep()
    assert state() == ("ended", False)
    assert access_now(house, license_).state is AccessState.ENDED
    with pytest.raises(BadAddressError):
        entitling.best_access(email="nobody", product=product)


def test_of_several_accesses_to_a_product_the_best_one_counts(house: House) -> None:
    product = house.product()
    house.invite(house.license(product=product))
    house.accept(house.invite(house.license(product=product)))

    found = Entitling(house.context).best_access(email="ann@x.io", product=product.id)

    assert found is not None
    assert found.entitles(MONDAY)
