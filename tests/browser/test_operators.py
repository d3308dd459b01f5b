"""Operators create an organization, sell to it, help and suspend it, and keep the list of products."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import LANGUAGES, look_at, look_in_turn
from tests.local.conftest import LocalUsher


@pytest.fixture(scope="module")
def organization(usher: LocalUsher) -> organizations.Organization:
    return organizations.create(usher, "pine-and-sons", "Pine and Sons", seats=12)


def _action(page: Page, of: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {of}").click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def test_an_organization_is_created_with_its_manager_granted_a_license_suspended_and_resumed(  # noqa: PLR0915 - one story, in its order
    visit: Callable[..., Visit],
) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in(OPERATOR, path="/operator/organizations")
    page.get_by_role("button", name="Create an organization").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Löwen & Partner")
    expect(form.get_by_label("Short name")).to_have_value("lowen-partner")
    form.get_by_role("combobox", name="Time zone").fill("Zurich")
    page.get_by_role("option", name="Europe/Zurich").click()
    form.get_by_label("Email").fill("first@lowen.example")
    form.get_by_label("First name").fill("Lea")
    form.get_by_label("Last name").fill("Löwe")
    look_at(page, "operator-create-organization")
    form.get_by_role("button", name="Create", exact=True).dblclick()

    expect(page.get_by_role("heading", name="Löwen & Partner", level=1)).to_be_visible()
    expect(page.get_by_role("row", name="Lea Löwe")).to_contain_text("Invited")
    assert len([usher.email("first@lowen.example")]) == len(usher.mailbox("first@lowen.example"))

    page.get_by_role("button", name="Grant a license").click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Product").click()
    page.get_by_role("option", name=organizations.PRODUCT).click()
    form.get_by_label("How many seats").fill("25")
    form.get_by_label("First day").fill("2026-06-01")
    form.get_by_label("Last day").fill("2027-05-31")
    form.get_by_label("Order number").fill("LP-1")
    look_at(page, "operator-grant")
    form.get_by_role("button", name="Grant a license").dblclick()
    license_row = page.get_by_role("region", name="Licenses").get_by_role("row", name=organizations.PRODUCT)
    expect(license_row).to_have_count(1)
    expect(license_row).to_contain_text("25 available")
    expect(license_row).to_contain_text("May 31, 2027")

    _action(page, organizations.PRODUCT, "Extend")
    form = page.get_by_role("dialog")
    expect(form.get_by_role("button", name="Extend")).to_be_disabled()
    form.get_by_label("Last day").fill("2028-05-31")
    form.get_by_label("Order number").fill("LP-2")
    form.get_by_role("button", name="Extend").click()
    expect(license_row).to_contain_text("May 31, 2028")
    _action(page, organizations.PRODUCT, "Add seats")
    form = page.get_by_role("dialog")
    form.get_by_label("How many seats").fill("5")
    form.get_by_label("Order number").fill("LP-3")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(license_row).to_contain_text("30 available")
    _action(page, organizations.PRODUCT, "Take seats back")
    form = page.get_by_role("dialog")
    form.get_by_label("How many seats").fill("10")
    form.get_by_label("Order number").fill("LP-4")
    form.get_by_role("button", name="Take back").click()
    expect(license_row).to_contain_text("20 available")
    events = page.get_by_role("table", name="Events")
    expect(events).to_contain_text(f"changed the seats of {organizations.PRODUCT} by -10")
    expect(events).not_to_contain_text("license.resized")

    page.get_by_role("button", name="Suspend").click()
    sure = page.get_by_role("dialog")
    sure.get_by_label("Reason").fill("The last invoice is open.")
    expect(sure.get_by_role("button", name="Suspend")).to_be_disabled()
    sure.get_by_label("Type lowen-partner to confirm").fill("lowen-partner")
    look_at(page, "operator-suspend")
    sure.get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("alert").filter(has_text="The last invoice is open.")).to_be_visible()
    page.get_by_role("button", name="Lift the suspension").click()
    expect(page.get_by_role("alert").filter(has_text="The last invoice is open.")).to_have_count(0)
    expect(page.get_by_role("button", name="Suspend")).to_be_visible()


def test_what_an_order_did_before_is_refused_beside_the_form(
    visit: Callable[..., Visit], organization: organizations.Organization
) -> None:
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in(OPERATOR, path=f"/operator/organizations/{organization.id}")
    _action(page, organizations.PRODUCT, "Add seats")
    form = page.get_by_role("dialog")
    form.get_by_label("How many seats").fill("5")
    form.get_by_label("Order number").fill(f"{organization.slug}-1")
    form.get_by_role("button", name="Add", exact=True).click()

    expect(form.get_by_role("alert").first).to_contain_text("order")
    expect(form.get_by_label("How many seats")).to_have_value("5")


@pytest.mark.usefixtures("organization")
def test_an_organization_is_found_by_its_name_and_its_search_is_in_the_address(
    visit: Callable[..., Visit],
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(OPERATOR, path="/operator/organizations")
    page.get_by_role("searchbox").fill("pine and")
    expect(page).to_have_url(re.compile(r"\?q=pine"))
    expect(page.get_by_role("row", name="Acme Learning")).to_have_count(0)
    page.reload()
    page.get_by_role("link", name="Pine and Sons").first.click()
    expect(page.get_by_role("heading", name="Pine and Sons", level=1)).to_be_visible()
    page.get_by_role("link", name="Open its console").click()

    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def test_a_product_is_created_renamed_retired_and_kept(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(OPERATOR, path="/operator/products")
    page.get_by_role("button", name="Create a product").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Welding Basics")
    form.get_by_role("radio", name="Course with exam").check()
    form.get_by_label("Address of the course").fill("https://learn.example.com/welding")
    look_at(page, "operator-create-product")
    form.get_by_role("button", name="Create", exact=True).dblclick()
    row = page.get_by_role("row", name="Welding Basics")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Offered")

    _action(page, "Welding Basics", "Change")
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Welding for Beginners")
    form.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Welding for Beginners")
    _action(page, "Welding for Beginners", "Retire")
    form = page.get_by_role("dialog")
    form.get_by_label("Retires on").fill("2031-03-01")
    form.get_by_role("button", name="Retire").click()
    expect(row).to_contain_text("Mar 1, 2031")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Actions for Welding for Beginners").click()
    twice = "item => { item.click(); item.click(); }"  # before the first has hidden the item
    page.get_by_role("menuitem", name="Do not retire", exact=True).evaluate(twice)
    expect(row).to_contain_text("Offered")
    assert sent.count("DELETE") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_operators_screens_in_every_look(
    visit: Callable[..., Visit],
    organization: organizations.Organization,
    language: str,
) -> None:
    visited = visit(language=language)
    page = visited.page
    visited.sign_in(OPERATOR, path="/operator/organizations")
    for screen in ("organizations", f"organizations/{organization.id}", "products", "domains", "account"):
        page.goto(f"{visited.usher.base_url}/operator/{screen}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        name = screen.replace(organization.id, "one").replace("/", "-")
        look_in_turn(page, f"operator-{name}", language)
