"""Issue 3, Notices: a product to be retired is told to the managers of whoever holds a license of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import Clock
from tests.support.crashing import Death, dying
from tests.support.house import OPERATOR, House, found_house
from tests.support.looking import access_now, events_of
from tests.support.machinery import Machinery
from usher.domain.accesses import AccessState
from usher.domain.errors import ForbiddenError
from usher.domain.events import OPERATIONS
from usher.domain.instants import BadDateError
from usher.domain.licenses import Product, UnknownProductError
from usher.domain.notices import Notice
from usher.domain.retiring import BadRetirementError, CatalogProduct, ProductRetiredError
from usher.services import retiring as retiring_service
from usher.services.clients import Clients
from usher.services.context import Context
from usher.services.noticing import Noticing
from usher.services.operating import LicenseOrder, Operating
from usher.services.receipts import Receipt, open_receipt
from usher.services.retiring import Retiring
from usher.store import events, keys, retiring

JUNE = "2027-06-30"
JULY = "2027-07-31"
IN_JUNE = datetime(2027, 6, 30, tzinfo=UTC)


@pytest.fixture
def product(house: House) -> Product:
    return house.product()


@pytest.fixture
def quiet(house: House, product: Product, machinery: Machinery) -> House:
    """A house that has a license of the product, and whose own beginnings cause no emails."""
    house.license(product=product)
    machinery.dispatch()
    machinery.forget_queued()
    return house


def retire(context: Context, product: Product, retires_on: str = JUNE) -> CatalogProduct:
    return Retiring(context).retire(
        person=OPERATOR, product=product.id, retires_on=retires_on, receipt=Receipt()
    )


def keep(context: Context, product: Product) -> CatalogProduct:
    return Retiring(context).keep(person=OPERATOR, product=product.id)


def catalog(context: Context) -> list[CatalogProduct]:
    return list(Operating(context).products(person=OPERATOR, limit=10, cursor=None).items)


def operations(context: Context) -> list[tuple[str, object]]:
    rows = context.table.query_all(events.EventRow, keys.organization(OPERATIONS))
    every = [events.event_of(row) for row in rows]
    return [(str(one.type), one.facts.get("retires_at")) for one in every if "retirement" in one.type]


def told(house: House) -> list[object]:
    return [event.facts["retires_at"] for event in events_of(house, "product.retiring")]


def test_the_managers_of_every_organization_with_a_license_are_told_by_email(
    quiet: House, product: Product, context: Context, machinery: Machinery
) -> None:
    other, without = found_house(context, slug="other"), found_house(context, slug="without")
    license_ = other.license(3, product=product)
    other.invite(license_)
    without.license()
    machinery.settle()

    after = retire(context, product)
    machinery.settle()

    assert after.retires_at == IN_JUNE
    assert catalog(context)[0] == after
    for house in (quiet, other):
        assert machinery.sent_to(house.full.email)[-1:] == ["retiring_notice"]
        assert machinery.sent_to(house.limited.email)[-1:] == ["retiring_notice"]
    assert "retiring_notice" not in machinery.sent_to(without.full.email)
    (event,) = events_of(other, "product.retiring")
    assert event.actor == "system"
    assert event.facts == {
        "product": product.id,
        "products": ["Fire safety"],
        "retires_at": "2027-06-30T00:00:00Z",
        "formerly": None,
        "held": [{"license": license_.id, "total": 3, "in_use": 1, "ends_at": "2027-12-31T23:00:00Z"}],
        "held_count": 1,
    }


def test_who_switched_it_off_is_not_told(quiet: House, product: Product, machinery: Machinery) -> None:
    Noticing(quiet.context).mute(person=quiet.full, organization=quiet.id, muted=[Notice.PRODUCT_RETIRING])

    retire(quiet.context, product)
    machinery.settle()

    assert machinery.sent_to(quiet.full.email) == []
    assert machinery.sent_to(quiet.limited.email) == ["retiring_notice"]


def test_a_client_with_a_sublicense_is_told_as_well(
    quiet: House, product: Product, context: Context, machinery: Machinery
) -> None:
    clients = Clients(context)
    client = clients.create(
        person=quiet.full, organization=quiet.id, name="North", slug="north", receipt=Receipt()
    )
    clients.carve(
        person=quiet.full,
        organization=quiet.id,
        client=client.id,
        license_id=quiet.license(product=product).id,
        seats=2,
        receipt=Receipt(),
    )
    north = House(context, client, quiet.full, quiet.limited)
    (granted,) = events_of(north, "license.granted")
    machinery.dispatching.dispatch(granted)
    machinery.settle()

    retire(context, product)
    machinery.settle()

    (event,) = events_of(north, "product.retiring")
    machinery.dispatching.dispatch(event)
    machinery.send()
    assert event.facts["held_count"] == 1
    # Nobody manages the client for itself, so its provider's managers hear of it, besides of their own.
    assert machinery.sent_to(quiet.full.email)[-2:] == ["retiring_notice"] * 2


def test_an_event_handed_over_again_is_told_once(
    quiet: House, product: Product, machinery: Machinery
) -> None:
    retire(quiet.context, product)
    waiting = machinery.waiting_events()
    for event in waiting * 2:
        machinery.dispatching.dispatch(event)
    machinery.settle()

    assert told(quiet) == ["2027-06-30T00:00:00Z"]
    assert machinery.sent_to(quiet.full.email) == ["retiring_notice"]


def test_whoever_dies_while_telling_tells_everybody_once_in_the_end(
    quiet: House, product: Product, context: Context, machinery: Machinery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retiring_service, "AT_ONCE", 1)
    houses = [quiet, found_house(context, slug="other"), found_house(context, slug="third")]
    for house in houses[1:]:
        house.license(product=product)
    machinery.dispatch()
    retire(context, product)

    at, died = 0, True
    while died:
        at += 3
        try:
            with dying(machinery.dynamodb, at=at):
                Retiring(context).announce(product=product.id)
            died = False
        except Death:
            continue

    assert at > 9, "it died at several of its calls"
    assert [told(house) for house in houses] == [["2027-06-30T00:00:00Z"]] * 3


def test_two_who_tell_at_once_tell_once_between_them(quiet: House, product: Product) -> None:
    retire(quiet.context, product)
    announce = Retiring(quiet.context).announce

    with quiet.before_next_write(lambda: announce(product=product.id)):
        announce(product=product.id)

    assert told(quiet) == ["2027-06-30T00:00:00Z"]


def test_a_date_that_is_moved_while_it_is_told_is_told_as_it_is_then(
    quiet: House, product: Product, machinery: Machinery
) -> None:
    retire(quiet.context, product)
    with quiet.before_next_write(lambda: retire(quiet.context, product, JULY)):
        Retiring(quiet.context).announce(product=product.id)
    assert told(quiet) == []

    machinery.settle()

    assert told(quiet) == ["2027-07-31T00:00:00Z"]
    assert events_of(quiet, "product.retiring")[0].facts["formerly"] is None


def test_a_date_that_is_moved_is_told_anew_and_the_same_again_is_not(
    quiet: House, product: Product, machinery: Machinery
) -> None:
    for retires_on in (JUNE, JUNE, JULY, "2027-07-31T02:00:00+02:00"):
        retire(quiet.context, product, retires_on)
        machinery.settle()

    assert operations(quiet.context) == [
        ("product.retirement_set", "2027-06-30T00:00:00Z"),
        ("product.retirement_set", "2027-07-31T00:00:00Z"),
    ]
    assert told(quiet) == ["2027-06-30T00:00:00Z", "2027-07-31T00:00:00Z"]
    assert events_of(quiet, "product.retiring")[1].facts["formerly"] == "2027-06-30T00:00:00Z"
    assert machinery.sent_to(quiet.full.email) == ["retiring_notice"] * 2


def test_a_retirement_taken_back_is_told_to_those_who_were_told_of_it(
    quiet: House, product: Product, context: Context, machinery: Machinery
) -> None:
    late = found_house(context, slug="late")
    retire(context, product)
    machinery.settle()
    for _ in range(2):
        assert keep(context, product).retires_at is None
    late.license(product=product)
    machinery.settle()

    (event,) = events_of(quiet, "product.staying")
    assert event.facts["formerly"] == "2027-06-30T00:00:00Z"
    assert machinery.sent_to(quiet.full.email) == ["retiring_notice", "staying_notice"]
    assert not events_of(late, "product.staying")
    assert [type_ for type_, _ in operations(context)] == [
        "product.retirement_set",
        "product.retirement_lifted",
    ]


def test_whoever_is_given_a_license_of_it_later_is_told_at_once(
    quiet: House, product: Product, context: Context, machinery: Machinery
) -> None:
    late = found_house(context, slug="late")
    retire(context, product)
    machinery.settle()
    late.license(product=product)
    machinery.settle()
    late.license(product=product)
    machinery.settle()

    assert told(late) == ["2027-06-30T00:00:00Z"]
    assert told(quiet) == ["2027-06-30T00:00:00Z"]


def test_a_license_granted_at_that_moment_is_told_of(
    house: House, product: Product, machinery: Machinery
) -> None:
    with house.before_next_write(lambda: retire(house.context, product)):
        house.license(product=product)
    machinery.settle()

    assert told(house) == ["2027-06-30T00:00:00Z"]


def test_who_has_no_license_any_more_is_not_told(
    house: House, product: Product, clock: Clock, machinery: Machinery
) -> None:
    house.license(product=product, valid_until="2027-02-01")
    machinery.settle()
    clock.forward(days=60)

    retire(house.context, product)
    machinery.settle()

    assert told(house) == []
    house.license(product=product)
    machinery.settle()
    (event,) = events_of(house, "product.retiring")
    assert event.facts["held_count"] == 1


def test_from_then_on_no_license_is_granted_and_those_there_are_go_on(
    house: House, product: Product, clock: Clock
) -> None:
    license_ = house.license(product=product)
    retire(house.context, product)
    clock.now = IN_JUNE - timedelta(seconds=1)
    repeated = LicenseOrder(
        order_id="last",
        product=product.id,
        flex=False,
        seats=1,
        valid_from="2027-01-01",
        valid_until="2028-01-01",
    )
    operating = Operating(house.context)
    last = operating.grant_license(person=OPERATOR, organization=house.id, order=repeated)
    clock.now = IN_JUNE

    with pytest.raises(ProductRetiredError):
        house.license(product=product)

    assert operating.grant_license(person=OPERATOR, organization=house.id, order=repeated) == last
    house.accept(house.invite(license_))
    assert access_now(house, license_).state is AccessState.ACTIVE
    operating.resize_license(
        person=OPERATOR, organization=house.id, license_id=license_.id, order_id="more", seats=1
    )
    keep(house.context, product)
    assert house.license(product=product).available == 10


def test_a_retirement_that_makes_no_sense_is_refused(quiet: House, product: Product) -> None:
    retiring_ = Retiring(quiet.context)
    for retires_on, error in (
        ("2027-01-04T09:00:00Z", BadRetirementError),
        ("2026-12-31", BadRetirementError),
        ("soon", BadDateError),
    ):
        with pytest.raises(error):
            retire(quiet.context, product, retires_on)
    with pytest.raises(UnknownProductError):
        retiring_.retire(person=OPERATOR, product="none", retires_on=JUNE, receipt=Receipt())
    with pytest.raises(UnknownProductError):
        retiring_.keep(person=OPERATOR, product="none")
    with pytest.raises(ForbiddenError):
        retiring_.retire(person=quiet.full, product=product.id, retires_on=JUNE, receipt=Receipt())
    with pytest.raises(ForbiddenError):
        retiring_.keep(person=quiet.full, product=product.id)

    assert operations(quiet.context) == []


def test_two_operators_at_once_leave_the_one_date_after_the_other(quiet: House, product: Product) -> None:
    context = quiet.context
    with quiet.before_next_write(lambda: retire(context, product, JULY)):
        retire(context, product, JUNE)
    with quiet.before_next_write(lambda: retire(context, product, JULY)):
        keep(context, product)

    assert [at for _, at in operations(context)] == [
        "2027-07-31T00:00:00Z",
        "2027-06-30T00:00:00Z",
        "2027-07-31T00:00:00Z",
        None,
    ]
    assert retiring.get(context.table, product.id) == CatalogProduct(product=product)


def test_the_same_request_again_is_answered_and_not_done_again(quiet: House, product: Product) -> None:
    def send(retires_on: str) -> Receipt:
        receipt = open_receipt(
            quiet.context,
            scope="operator",
            key="K",
            fingerprint="F",
            render=lambda one: {"retires_at": str(one.retires_at)},
        )
        if not receipt.complete:
            Retiring(quiet.context).retire(
                person=OPERATOR, product=product.id, retires_on=retires_on, receipt=receipt
            )
        return receipt

    first, again = send(JUNE), send(JUNE)

    assert first.answers == again.answers
    assert len(operations(quiet.context)) == 1
