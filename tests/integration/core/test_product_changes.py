"""A product's new name and address hold wherever people see the product (decision 0055)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.codes import code_of, redeem
from tests.support.crashes import Crash, crashing
from tests.support.disturbances import busy
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import OPERATOR, Tenant, create_tenant
from usher.domain.course_urls import BadProductUrlError
from usher.domain.errors import ForbiddenError
from usher.domain.events.event import OPERATIONS
from usher.domain.licenses import License, Product, UnknownProductError
from usher.domain.people import BadNameError, Person
from usher.domain.product_retirement import CatalogProduct
from usher.services import product_changes, product_holders
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.bulkheads import WorkFailedError
from usher.services.clients import Clients
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.license_accesses import LicenseAccesses
from usher.services.license_queries import LicenseQueries
from usher.services.operator_commands import OperatorCommands
from usher.services.organization_settings import OrganizationSettings
from usher.services.people.dashboards import Dashboards
from usher.services.people.learner_details import LearnerDetails
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists, LearnerPart
from usher.services.product_changes import ProductChanges
from usher.services.product_holders import HoldersLeftError
from usher.services.product_retirement import ProductRetirement
from usher.services.receipts import Receipt
from usher.store import events, keys, licenses, organizations

ANN = Person(email="ann@x.io", first_name="Ann", last_name="Lee")
NEW, NEW_URL = "Fire safety 2", "https://learn.example/new"


@pytest.fixture
def product(tenant: Tenant) -> Product:
    return tenant.product()


@pytest.fixture
def held(tenant: Tenant, product: Product, async_workers: AsyncWorkers) -> License:
    """The tenant's license of the product, dispatched."""
    license_ = tenant.license(product=product)
    async_workers.dispatch()
    return license_


def change(
    context: Context, product: Product, *, name: str | None = NEW, url: str | None = NEW_URL
) -> CatalogProduct:
    return ProductChanges(context).change(person=OPERATOR, product=product.id, name=name, url=url)


def changes_recorded(context: Context) -> list[dict[str, object]]:
    rows = context.table.query_all(events.EventRow, keys.events(OPERATIONS, 0))
    every = [events.event_of(row) for row in rows]
    return [data_of(one) for one in every if one.type == "product.changed"]


def products_on_dashboard(context: Context, person: Person = ANN) -> list[tuple[str, str]]:
    found = Dashboards(context).dashboard(person=person)
    every = [
        *(access.terms.product for access in found.accesses),
        *(terms.product for invite in found.invites for terms in invite.licenses),
    ]
    return sorted({(one.name, one.url) for one in every})


def in_the_license(context: Context, license_: License) -> tuple[str, str]:
    found = licenses.get(context.table, license_.terms.organization, license_.id)
    assert found is not None
    return found.terms.product.name, found.terms.product.url


def test_they_hold_for_what_was_granted_and_offered_before(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers
) -> None:
    context = tenant.context
    accepted = tenant.accept(tenant.invite(held))
    waiting = tenant.invite(tenant.license(product=product))

    after = change(context, product)
    async_workers.settle()

    assert (after.product.name, after.product.url, after.product.kind) == (NEW, NEW_URL, product.kind)
    assert in_the_license(context, held) == (NEW, NEW_URL)
    assert products_on_dashboard(context) == [(NEW, NEW_URL)]
    preview = AnswerInvite(context).preview(invite=waiting.id)
    assert [terms.product for terms in preview.invite.licenses] == [after.product]
    shown = AnswerInvite(context).preview(invite=accepted.id)
    assert [access.terms.product for access in shown.accesses] == [after.product]


def test_they_hold_in_every_list_and_answer_of_the_api(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers
) -> None:
    who: dict[str, Any] = {"person": tenant.full, "organization": tenant.id}
    tenant.accept(tenant.invite(held))
    waiting = tenant.invite(held, "bob@x.io")
    redeem(tenant, code_of(tenant, held), "cat@x.io")

    change(tenant.context, product)
    async_workers.settle()

    invites = InviteQueries(tenant.context)
    for states in ((), (waiting.state,)):
        page = invites.listed(**who, query=InviteQuery(states=states), limit=10, cursor=None)
        assert {terms.product.name for one in page.items for terms in one.licenses} == {NEW}
    one = invites.invite(**who, invite=waiting.id).invite
    assert one.licenses[0].product.url == NEW_URL
    learner = LearnerDetails(tenant.context).learner(**who, email="ann@x.io")
    assert [access.terms.product.name for access in learner.accesses] == [NEW]
    learners = LearnerLists(tenant.context).learners(
        **who, query=LearnerQuery(), parts=(LearnerPart.ACCESSES,), limit=10, cursor=None
    )
    assert {one.terms.product.name for each in learners.items for one in each.accesses or ()} == {NEW}
    seated = LicenseAccesses(tenant.context).listed(
        **who, license_id=held.id, states=(), limit=10, cursor=None
    )
    assert {one.access.terms.product.name for one in seated.items} == {NEW}
    report = ActivityReport(tenant.context).page(**who, query=ActivityQuery(), limit=10, cursor=None)
    assert {(row.email, row.product) for row in report.items} == {
        ("ann@x.io", NEW),
        ("bob@x.io", NEW),
        ("cat@x.io", NEW),
    }
    resent = tenant.reschedule(waiting, "2027-02-01")
    assert resent.licenses[0].product.name == NEW
    listed = LicenseQueries(tenant.context).licenses(**who)
    assert [one.terms.product.name for one in listed] == [NEW]


def test_reading_costs_no_call_more(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers, count: Count
) -> None:
    waiting = tenant.invite(held)

    def operations() -> list[str]:
        with count() as cost:
            products_on_dashboard(tenant.context)
            AnswerInvite(tenant.context).preview(invite=waiting.id)
            InviteQueries(tenant.context).listed(
                person=tenant.full,
                organization=tenant.id,
                query=InviteQuery(states=(waiting.state,)),
                limit=10,
                cursor=None,
            )
        return list(cost.operations)

    before = operations()
    change(tenant.context, product)
    async_workers.settle()

    assert operations() == before


def test_they_reach_clients_and_no_organization_without_a_license(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers
) -> None:
    client = Clients(tenant.context).create(
        person=tenant.full, organization=tenant.id, name="North", slug="north", receipt=Receipt()
    )
    Clients(tenant.context).create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=held.id,
        seats=2,
        receipt=Receipt(),
    )
    stranger = create_tenant(tenant.context, slug="stranger")
    other = stranger.license()
    async_workers.dispatch()

    change(tenant.context, product)
    async_workers.settle()

    (sublicense,) = licenses.of_organization(tenant.context.table, client.id)
    assert sublicense.terms.product.name == NEW
    for id_, knows in ((client.id, True), (tenant.id, True), (stranger.id, False)):
        found = organizations.get(tenant.context.table, id_)
        assert found is not None
        assert bool(found.products.by_id) is knows
    assert in_the_license(tenant.context, other) == ("Fire safety", product.url)


def test_an_address_can_be_taken_away_and_the_same_again_changes_nothing(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers
) -> None:
    change(tenant.context, product, name=None, url="")
    again = change(tenant.context, product, name=product.name, url="")
    change(tenant.context, product, name=None, url=None)
    async_workers.settle()

    assert (again.product.name, again.product.url) == (product.name, "")
    assert in_the_license(tenant.context, held) == (product.name, "")
    assert changes_recorded(tenant.context) == [
        {
            "product": {"id": product.id, "name": product.name},
            "url": "",
            "previous_name": product.name,
            "previous_url": product.url,
        }
    ]


def test_two_operators_at_once_are_both_heard(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers
) -> None:
    def rival() -> object:
        return change(tenant.context, product, name=None, url=NEW_URL)

    with tenant.before_next_write(rival):
        after = change(tenant.context, product, name=NEW, url=None)
    async_workers.settle()

    assert (after.product.name, after.product.url) == (NEW, NEW_URL)
    assert len(changes_recorded(tenant.context)) == 2
    assert in_the_license(tenant.context, held) == (NEW, NEW_URL)


def test_a_retirement_at_the_same_moment_stands(tenant: Tenant, product: Product) -> None:
    def rival() -> object:
        return ProductRetirement(tenant.context).retire(
            person=OPERATOR, product=product.id, retires_on="2027-06-30", receipt=Receipt()
        )

    with tenant.before_next_write(rival):
        after = change(tenant.context, product)

    (listed,) = OperatorCommands(tenant.context).products(person=OPERATOR, limit=10, cursor=None).items
    assert listed == after
    assert listed.retires_at is not None
    assert listed.product.name == NEW


def test_many_licenses_are_rewritten_by_several_deliveries_of_the_event(
    tenant: Tenant,
    product: Product,
    held: License,
    async_workers: AsyncWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(product_changes, "AT_ONCE", 1)
    monkeypatch.setattr(product_holders, "MOST_PAGES", 1)
    other = create_tenant(tenant.context, slug="other")
    others = other.license(product=product)
    async_workers.dispatch()
    change(tenant.context, product)
    names = []
    for _ in range(2):
        with suppress(HoldersLeftError):
            ProductChanges(tenant.context).copy_to_holders(product=product.id)
        both = [in_the_license(tenant.context, one)[0] for one in (held, others)]
        names.append(both.count(NEW))
    ProductChanges(tenant.context).copy_to_holders(product=product.id)

    assert names == [1, 2]


def test_organizations_whose_licenses_cannot_be_written_keep_no_other_from_a_new_name(
    tenant: Tenant,
    product: Product,
    async_workers: AsyncWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many they are, and wherever they stand among the holders."""
    monkeypatch.setattr(product_changes, "AT_ONCE", 1)
    monkeypatch.setattr("usher.store.transaction._LONGEST_PAUSE", 0)
    held = [create_tenant(tenant.context, slug=f"other{n}").license(product=product) for n in range(6)]
    async_workers.dispatch()
    change(tenant.context, product)

    with busy(tenant, *(one.id for one in held[:5])), pytest.raises(WorkFailedError):
        ProductChanges(tenant.context).copy_to_holders(product=product.id)

    names = [in_the_license(tenant.context, one)[0] for one in held]
    assert names == ["Fire safety"] * 5 + [NEW]


def test_two_changes_dispatched_in_whichever_order_leave_the_newest(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers
) -> None:
    """The first event's copying is overtaken by a second change between its read and its write."""
    change(tenant.context, product)

    def rival() -> object:
        return change(tenant.context, product, name="Fire safety 3")

    with tenant.before_next_write(rival):
        ProductChanges(tenant.context).copy_to_holders(product=product.id)
    assert in_the_license(tenant.context, held)[0] == "Fire safety", "an outdated name was written"
    async_workers.settle()

    assert in_the_license(tenant.context, held)[0] == "Fire safety 3"
    assert products_on_dashboard(tenant.context) == []
    found = organizations.get(tenant.context.table, tenant.id)
    assert found is not None
    assert found.products.name(product.id, otherwise="") == "Fire safety 3"


def test_two_products_of_one_organization_changed_at_once_are_both_shown(
    tenant: Tenant, product: Product, held: License, async_workers: AsyncWorkers
) -> None:
    second = tenant.product(name="First aid")
    tenant.accept(tenant.invite([held, tenant.license(product=second)]))
    async_workers.dispatch()
    change(tenant.context, product)
    change(tenant.context, second, name="First aid 2")
    changing = ProductChanges(tenant.context)

    with tenant.before_next_write(lambda: changing.copy_to_holders(product=second.id), after=1):
        changing.copy_to_holders(product=product.id)

    assert [name for name, _ in products_on_dashboard(tenant.context)] == [NEW, "First aid 2"]


@pytest.mark.usefixtures("held")
def test_settings_changed_meanwhile_are_not_lost(
    tenant: Tenant, product: Product, async_workers: AsyncWorkers
) -> None:
    change(tenant.context, product)

    with tenant.before_next_write(async_workers.dispatch):
        OrganizationSettings(tenant.context).change(
            person=tenant.full, organization=tenant.id, name="Acme & Co"
        )

    found = organizations.get(tenant.context.table, tenant.id)
    assert found is not None
    assert found.name == "Acme & Co"
    assert found.products.name(product.id, otherwise="") == NEW


def test_a_license_granted_while_the_product_changes_has_what_holds(
    tenant: Tenant, product: Product, async_workers: AsyncWorkers
) -> None:
    """The grant read the product before the change, and its event is dispatched after the change's."""

    def rival() -> None:
        change(tenant.context, product)
        ProductChanges(tenant.context).copy_to_holders(product=product.id)

    with tenant.before_next_write(rival):
        granted = tenant.license(product=product)
    assert in_the_license(tenant.context, granted)[0] == "Fire safety"
    (event,) = events_of(tenant, "license.granted")
    async_workers.dispatch_events.dispatch(event)

    assert in_the_license(tenant.context, granted) == (NEW, NEW_URL)


def test_many_holders_are_written_in_several_transactions(
    tenant: Tenant, product: Product, async_workers: AsyncWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_changes, "AT_ONCE", 2)
    others = [create_tenant(tenant.context, slug=f"o{n}") for n in range(3)]
    held = [one.license(product=product) for one in others for _ in range(2)]
    async_workers.dispatch()

    change(tenant.context, product)
    async_workers.settle()

    assert {in_the_license(tenant.context, one) for one in held} == {(NEW, NEW_URL)}


def test_a_crash_anywhere_while_copying_leaves_it_to_the_next_try(
    tenant: Tenant, product: Product, held: License
) -> None:
    change(tenant.context, product)
    client = tenant.context.table.connection.client
    for moment in range(1, 50):
        with suppress(Crash), crashing(client, at=moment):
            ProductChanges(tenant.context).copy_to_holders(product=product.id)
            break
    else:
        pytest.fail("copying never ended")

    assert in_the_license(tenant.context, held) == (NEW, NEW_URL)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": ""}, BadNameError),
        ({"name": "n" * 81}, BadNameError),
        ({"url": "http://learn.example"}, BadProductUrlError),
        ({"url": "javascript:alert(1)"}, BadProductUrlError),
    ],
)
def test_what_no_new_product_could_have_is_refused(
    tenant: Tenant, product: Product, wrong: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        ProductChanges(tenant.context).change(person=OPERATOR, product=product.id, **wrong)

    assert changes_recorded(tenant.context) == []


def test_only_operators_change_products_and_only_those_there_are(tenant: Tenant, product: Product) -> None:
    changing = ProductChanges(tenant.context)

    with pytest.raises(ForbiddenError):
        changing.change(person=tenant.full, product=product.id, name=NEW)
    with pytest.raises(UnknownProductError):
        changing.change(person=OPERATOR, product="unknown", name=NEW)
    changing.copy_to_holders(product="unknown")

    assert changes_recorded(tenant.context) == []
