"""How far the orders to erase learners have come, and what to do about one that was given up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from playwright.sync_api import expect

from infra.local.seed import LIMITED
from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import LOOKS, look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource

Visits = Callable[..., Visit]

AN_INSTANT = "2026-11-20T08:30:00Z"


class Orders:
    """The orders of one organization, with what the worker writes about them."""

    def __init__(
        self, usher: LocalUsher, organization: Organization, database: DynamoDBServiceResource
    ) -> None:
        self._usher = usher
        self._organization = organization
        self._table = database.Table(usher.outputs["TableName"])

    def newest(self) -> str:
        """The id of the order that was given last."""
        with self._usher.signed_in(self._organization.manager) as api:
            listed = api.get(f"/v1/organizations/{self._organization.id}/erasures").json()["items"]
        return str(listed[0]["id"])

    def erase(self, email: str) -> str:
        """Order an erasure and wait until it is complete; its id."""
        url = f"/v1/organizations/{self._organization.id}/erasures"
        with self._usher.signed_in(self._organization.manager) as api:
            order: str = api.post(url, json={"email": email}).json()["id"]
            self._usher.wait_for(lambda: api.get(f"{url}/{order}").json()["done_at"], "the erasure")
        return order

    def write(self, order: str, **ends: str) -> None:
        """Write when the order ended, if it did, as the worker does after its last attempt."""
        key = {"pk": f"ORG#{self._organization.id}", "sk": f"ERASURE#{order}"}
        item = self._table.get_item(Key=key)["Item"]
        kept = {name: value for name, value in item.items() if name not in {"done_at", "failed_at"}}
        self._table.put_item(Item={**kept, **ends})


@pytest.fixture(scope="module")
def erasing(usher: LocalUsher) -> Organization:
    """An organization with two learners."""
    made = organizations.create(usher, "erasing", "Erasing Ltd", seats=9)
    people = [f"{name}@{made.domain}" for name in ("ida", "jan")]
    with usher.signed_in(made.manager) as api:
        (license_,) = api.get(f"/v1/organizations/{made.id}/licenses").json()["items"]
        invite = {"license": license_["id"], "emails": ", ".join(people)}
        sent = api.post(f"/v1/organizations/{made.id}/invites", json=invite)
        assert sent.status_code == 201, sent.text
    for person in people:
        accepted = Browser(usher).register(link_in(usher.email(person)), person[:3].title(), "Moor")
        assert accepted.status_code == 200, accepted.text
    return made


@pytest.fixture(scope="module")
def orders(usher: LocalUsher, erasing: Organization) -> Iterator[Orders]:
    database = boto3.resource(
        "dynamodb",
        endpoint_url=usher.emulator,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield Orders(usher, erasing, database)
    database.meta.client.close()


def test_an_erasure_is_followed_from_its_order_to_its_end(
    visit: Visits, erasing: Organization, orders: Orders
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(erasing.manager, path=f"{erasing.path}/learners")
    page.get_by_role("link", name="Erasures").click()
    expect(page.get_by_role("heading", name="Nobody was erased")).to_be_visible()
    look_at(page, "erasures-empty")

    page.get_by_role("navigation", name="Learners").get_by_role("link", name="Learners").click()
    page.get_by_role("link", name="Ida Moor").click()
    page.get_by_role("button", name="Erase this learner").click()
    sure = page.get_by_role("dialog")
    sure.get_by_label("to confirm").fill(f"ida@{erasing.domain}")
    sure.get_by_role("button", name="Erase for good").click()
    page.get_by_role("link", name="Erasures").click()
    row = page.get_by_role("row", name="@erased.invalid")
    expect(row).to_contain_text("Sol Marti")
    expect(row).to_contain_text("Erased")
    expect(page.get_by_text(f"ida@{erasing.domain}")).to_have_count(0)

    # One that takes long, such as behind an import, is read again until it has ended.
    order = orders.newest()
    orders.write(order)
    page.reload()
    expect(row).to_contain_text("Under way")
    orders.write(order, done_at=AN_INSTANT)
    expect(row).to_contain_text("Erased")


def test_one_that_was_given_up_says_what_to_do(visit: Visits, erasing: Organization, orders: Orders) -> None:
    order = orders.erase(f"jan@{erasing.domain}")
    orders.write(order, failed_at=AN_INSTANT)
    visited = visit()
    page = visited.page
    visited.sign_in(erasing.manager, path=f"{erasing.path}/learners/erasures")

    expect(page.get_by_text("1 erasure has failed")).to_be_visible()
    row = page.get_by_role("row", name=f"{order.lower()}@erased.invalid")
    expect(row).to_contain_text("Failed")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row.get_by_role("button", name="Copy the order's ID").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == order
    page.get_by_role("link", name="Ask the operators").click()
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_the_orders_in_every_look(
    visit: Visits, erasing: Organization, orders: Orders, scheme: str, width: int, language: str
) -> None:
    orders.write(orders.newest(), failed_at=AN_INSTANT)
    visited = visit(scheme=scheme, width=width, language=language)
    visited.sign_in(erasing.manager, path=f"{erasing.path}/learners/erasures")
    expect(visited.page.get_by_text("@erased.invalid").first).to_be_visible()

    look_at(visited.page, f"erasures-failed-{scheme}-{width}-{language[:2]}")


def test_who_may_not_erase_sees_no_orders(visit: Visits) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    visited.open("learners")
    expect(page.get_by_role("link", name="Erasures")).to_have_count(0)
    visited.open("learners/erasures")
    expect(page.get_by_role("heading", name="Erasures")).to_have_count(0)
