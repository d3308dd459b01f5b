"""Notices: a product to be retired is told to the managers of whoever holds a license of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.crashes import Crash, crashing
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of
from tests.support.tenant import OPERATOR, Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.errors import ForbiddenError
from usher.domain.events.event import OPERATIONS
from usher.domain.instants import BadDateError
from usher.domain.licenses import Product, UnknownProductError
from usher.domain.notices import Notice
from usher.domain.product_retirement import BadRetirementError, CatalogProduct, ProductRetiredError
from usher.services import product_holders
from usher.services import product_retirement as retiring_service
from usher.services.clients import Clients
from usher.services.context import Context
from usher.services.notification_preferences import NotificationPreferences
from usher.services.operator_commands import LicenseOrder, OperatorCommands
from usher.services.product_holders import HoldersLeftError
from usher.services.product_retirement import ProductRetirement
from usher.services.receipts import Receipt, open_receipt
from usher.store import events, keys, product_retirement

JUNE = "2027-06-30"
JULY = "2027-07-31"
IN_JUNE = datetime(2027, 6, 30, tzinfo=UTC)


@pytest.fixture
def product(tenant: Tenant) -> Product:
    return tenant.product()


@pytest.fixture
def quiet(tenant: Tenant, product: Product, async_workers: AsyncWorkers) -> Tenant:
    """A tenant that has a license of the product, and whose own beginnings cause no emails."""
    tenant.license(product=product)
    async_workers.dispatch()
    async_workers.forget_queued()
    return tenant


def retire(context: Context, product: Product, retires_on: str = JUNE) -> CatalogProduct:
    return ProductRetirement(context).retire(
        person=OPERATOR, product=product.id, retires_on=retires_on, receipt=Receipt()
    )


def cancel(context: Context, product: Product) -> CatalogProduct:
    return ProductRetirement(context).cancel(person=OPERATOR, product=product.id)


def catalog(context: Context) -> list[CatalogProduct]:
    return list(OperatorCommands(context).products(person=OPERATOR, limit=10, cursor=None).items)


def operations(context: Context) -> list[tuple[str, object]]:
    rows = context.table.query_all(events.EventRow, keys.events(OPERATIONS, 0))
    every = [events.event_of(row) for row in rows]
    return [(str(one.type), data_of(one).get("retires_at")) for one in every if "retirement" in one.type]


def announced_dates(tenant: Tenant) -> list[object]:
    return [data_of(event)["retires_at"] for event in events_of(tenant, "product.retiring")]


def test_the_managers_of_every_organization_with_a_license_are_told_by_email(
    quiet: Tenant, product: Product, context: Context, async_workers: AsyncWorkers
) -> None:
    other, without = create_tenant(context, slug="other"), create_tenant(context, slug="without")
    license_ = other.license(3, product=product)
    other.invite(license_)
    without.license()
    async_workers.settle()

    after = retire(context, product)
    async_workers.settle()

    assert after.retires_at == IN_JUNE
    assert catalog(context)[0] == after
    for tenant in (quiet, other):
        assert async_workers.sent_to(tenant.full.email)[-1:] == ["retiring_notice"]
        assert async_workers.sent_to(tenant.limited.email)[-1:] == ["retiring_notice"]
    assert "retiring_notice" not in async_workers.sent_to(without.full.email)
    (event,) = events_of(other, "product.retiring")
    assert event.actor == "system"
    assert data_of(event) == {
        "product": {"id": product.id, "name": "Fire safety"},
        "retires_at": "2027-06-30T00:00:00Z",
        "previously": None,
        "held": [
            {
                "license": {"id": license_.id, "product": {"id": product.id, "name": "Fire safety"}},
                "total": 3,
                "in_use": 1,
                "ends_at": "2027-12-31T23:00:00Z",
            }
        ],
        "held_count": 1,
    }


def test_who_switched_it_off_is_not_told(
    quiet: Tenant, product: Product, async_workers: AsyncWorkers
) -> None:
    NotificationPreferences(quiet.context).mute(
        person=quiet.full, organization=quiet.id, muted=[Notice.PRODUCT_RETIRING]
    )

    retire(quiet.context, product)
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == []
    assert async_workers.sent_to(quiet.limited.email) == ["retiring_notice"]


def test_a_client_with_a_sublicense_is_told_as_well(
    quiet: Tenant, product: Product, context: Context, async_workers: AsyncWorkers
) -> None:
    clients = Clients(context)
    client = clients.create(
        person=quiet.full, organization=quiet.id, name="North", slug="north", receipt=Receipt()
    )
    clients.create_sublicense(
        person=quiet.full,
        organization=quiet.id,
        client=client.id,
        license_id=quiet.license(product=product).id,
        seats=2,
        receipt=Receipt(),
    )
    north = Tenant(context, client, quiet.full, quiet.limited)
    (granted,) = events_of(north, "license.granted")
    async_workers.dispatch_events.dispatch(granted)
    async_workers.settle()

    retire(context, product)
    async_workers.settle()

    (event,) = events_of(north, "product.retiring")
    async_workers.dispatch_events.dispatch(event)
    async_workers.send()
    assert data_of(event)["held_count"] == 1
    # Nobody manages the client for itself, so its provider's managers hear of it, besides of their own.
    assert async_workers.sent_to(quiet.full.email)[-2:] == ["retiring_notice"] * 2


def test_an_event_handed_over_again_is_told_once(
    quiet: Tenant, product: Product, async_workers: AsyncWorkers
) -> None:
    retire(quiet.context, product)
    waiting = async_workers.waiting_events()
    for event in waiting * 2:
        async_workers.dispatch_events.dispatch(event)
    async_workers.settle()

    assert announced_dates(quiet) == ["2027-06-30T00:00:00Z"]
    assert async_workers.sent_to(quiet.full.email) == ["retiring_notice"]


@pytest.fixture
def tenants(
    quiet: Tenant,
    product: Product,
    context: Context,
    async_workers: AsyncWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> list[Tenant]:
    """Three organizations that hold licenses of a product that is retired; a page has one of them."""
    monkeypatch.setattr(retiring_service, "AT_ONCE", 1)
    others = [create_tenant(context, slug=slug) for slug in ("other", "third")]
    for tenant in others:
        tenant.license(product=product)
    async_workers.dispatch()
    retire(context, product)
    return [quiet, *others]


def test_whoever_dies_while_telling_tells_everybody_once_in_the_end(
    tenants: list[Tenant], product: Product, context: Context, async_workers: AsyncWorkers
) -> None:
    at, died = 0, True
    while died:
        at += 3
        try:
            with crashing(async_workers.dynamodb, at=at):
                ProductRetirement(context).announce(product=product.id)
            died = False
        except Crash:
            continue

    assert at > 9, "it died at several of its calls"
    assert [announced_dates(tenant) for tenant in tenants] == [["2027-06-30T00:00:00Z"]] * 3


def test_many_who_hold_licenses_are_told_by_several_deliveries_of_the_event(
    tenants: list[Tenant],
    product: Product,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(product_holders, "MOST_PAGES", 1)

    told = []
    for _ in tenants:
        with suppress(HoldersLeftError):
            ProductRetirement(context).announce(product=product.id)
        told.append(sum(len(announced_dates(tenant)) for tenant in tenants))

    assert told == [1, 2, 3]


def test_two_who_tell_at_once_tell_once_between_them(quiet: Tenant, product: Product) -> None:
    retire(quiet.context, product)
    announce = ProductRetirement(quiet.context).announce

    with quiet.before_next_write(lambda: announce(product=product.id)):
        announce(product=product.id)

    assert announced_dates(quiet) == ["2027-06-30T00:00:00Z"]


def test_a_date_that_is_moved_while_it_is_told_is_told_as_it_is_then(
    quiet: Tenant, product: Product, async_workers: AsyncWorkers
) -> None:
    retire(quiet.context, product)
    with quiet.before_next_write(lambda: retire(quiet.context, product, JULY)):
        ProductRetirement(quiet.context).announce(product=product.id)
    assert announced_dates(quiet) == []

    async_workers.settle()

    assert announced_dates(quiet) == ["2027-07-31T00:00:00Z"]
    assert data_of(events_of(quiet, "product.retiring")[0])["previously"] is None


def test_a_date_that_is_moved_is_told_anew_and_the_same_again_is_not(
    quiet: Tenant, product: Product, async_workers: AsyncWorkers
) -> None:
    for retires_on in (JUNE, JUNE, JULY, "2027-07-31T02:00:00+02:00"):
        retire(quiet.context, product, retires_on)
        async_workers.settle()

    assert operations(quiet.context) == [
        ("product.retirement_set", "2027-06-30T00:00:00Z"),
        ("product.retirement_set", "2027-07-31T00:00:00Z"),
    ]
    assert announced_dates(quiet) == ["2027-06-30T00:00:00Z", "2027-07-31T00:00:00Z"]
    assert data_of(events_of(quiet, "product.retiring")[1])["previously"] == "2027-06-30T00:00:00Z"
    assert async_workers.sent_to(quiet.full.email) == ["retiring_notice"] * 2


def test_a_retirement_taken_back_is_told_to_those_who_were_told_of_it(
    quiet: Tenant, product: Product, context: Context, async_workers: AsyncWorkers
) -> None:
    late = create_tenant(context, slug="late")
    retire(context, product)
    async_workers.settle()
    for _ in range(2):
        assert cancel(context, product).retires_at is None
    late.license(product=product)
    async_workers.settle()

    (event,) = events_of(quiet, "product.retirement_canceled")
    assert data_of(event)["previously"] == "2027-06-30T00:00:00Z"
    assert async_workers.sent_to(quiet.full.email) == ["retiring_notice", "staying_notice"]
    assert not events_of(late, "product.retirement_canceled")
    assert [type_ for type_, _ in operations(context)] == [
        "product.retirement_set",
        "product.retirement_lifted",
    ]


def test_whoever_is_given_a_license_of_it_later_is_told_at_once(
    quiet: Tenant, product: Product, context: Context, async_workers: AsyncWorkers
) -> None:
    late = create_tenant(context, slug="late")
    retire(context, product)
    async_workers.settle()
    late.license(product=product)
    async_workers.settle()
    late.license(product=product)
    async_workers.settle()

    assert announced_dates(late) == ["2027-06-30T00:00:00Z"]
    assert announced_dates(quiet) == ["2027-06-30T00:00:00Z"]


def test_a_license_granted_at_that_moment_is_told_of(
    tenant: Tenant, product: Product, async_workers: AsyncWorkers
) -> None:
    with tenant.before_next_write(lambda: retire(tenant.context, product)):
        tenant.license(product=product)
    async_workers.settle()

    assert announced_dates(tenant) == ["2027-06-30T00:00:00Z"]


def test_who_has_no_license_any_more_is_not_told(
    tenant: Tenant, product: Product, clock: Clock, async_workers: AsyncWorkers
) -> None:
    tenant.license(product=product, valid_until="2027-02-01")
    async_workers.settle()
    clock.forward(days=60)

    retire(tenant.context, product)
    async_workers.settle()

    assert announced_dates(tenant) == []
    tenant.license(product=product)
    async_workers.settle()
    (event,) = events_of(tenant, "product.retiring")
    assert data_of(event)["held_count"] == 1


def test_from_then_on_no_license_is_granted_and_those_there_are_go_on(
    tenant: Tenant, product: Product, clock: Clock
) -> None:
    license_ = tenant.license(product=product)
    retire(tenant.context, product)
    clock.now = IN_JUNE - timedelta(seconds=1)
    repeated = LicenseOrder(
        order_id="last",
        product=product.id,
        flex=False,
        seats=1,
        valid_from="2027-01-01",
        valid_until="2028-01-01",
    )
    operator_commands = OperatorCommands(tenant.context)
    last = operator_commands.grant_license(person=OPERATOR, organization=tenant.id, order=repeated)
    clock.now = IN_JUNE

    with pytest.raises(ProductRetiredError):
        tenant.license(product=product)

    assert operator_commands.grant_license(person=OPERATOR, organization=tenant.id, order=repeated) == last
    tenant.accept(tenant.invite(license_))
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    operator_commands.resize_license(
        person=OPERATOR, organization=tenant.id, license_id=license_.id, order_id="more", seats=1
    )
    cancel(tenant.context, product)
    assert tenant.license(product=product).available == 10


def test_a_retirement_that_makes_no_sense_is_refused(quiet: Tenant, product: Product) -> None:
    retirement = ProductRetirement(quiet.context)
    for retires_on, error in (
        ("2027-01-04T09:00:00Z", BadRetirementError),
        ("2026-12-31", BadRetirementError),
        ("soon", BadDateError),
    ):
        with pytest.raises(error):
            retire(quiet.context, product, retires_on)
    with pytest.raises(UnknownProductError):
        retirement.retire(person=OPERATOR, product="none", retires_on=JUNE, receipt=Receipt())
    with pytest.raises(UnknownProductError):
        retirement.cancel(person=OPERATOR, product="none")
    with pytest.raises(ForbiddenError):
        retirement.retire(person=quiet.full, product=product.id, retires_on=JUNE, receipt=Receipt())
    with pytest.raises(ForbiddenError):
        retirement.cancel(person=quiet.full, product=product.id)

    assert operations(quiet.context) == []


def test_two_operators_at_once_leave_the_one_date_after_the_other(quiet: Tenant, product: Product) -> None:
    context = quiet.context
    with quiet.before_next_write(lambda: retire(context, product, JULY)):
        retire(context, product, JUNE)
    with quiet.before_next_write(lambda: retire(context, product, JULY)):
        cancel(context, product)

    assert [at for _, at in operations(context)] == [
        "2027-07-31T00:00:00Z",
        "2027-06-30T00:00:00Z",
        "2027-07-31T00:00:00Z",
        None,
    ]
    assert product_retirement.get(context.table, product.id) == CatalogProduct(product=product)


def test_the_same_request_again_is_answered_and_not_done_again(quiet: Tenant, product: Product) -> None:
    def send(retires_on: str) -> Receipt:
        receipt = open_receipt(
            quiet.context,
            scope="operator",
            key="K",
            fingerprint="F",
            render=lambda one: {"retires_at": str(one.retires_at)},
        )
        if not receipt.complete:
            ProductRetirement(quiet.context).retire(
                person=OPERATOR, product=product.id, retires_on=retires_on, receipt=receipt
            )
        return receipt

    first, again = send(JUNE), send(JUNE)

    assert first.answers == again.answers
    assert len(operations(quiet.context)) == 1
