"""What one looks for is found by name: licenses, managers, clients and their people, what operators run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

CLIENTS = 52
"""More than a menu shows."""

NORA, KIM, LOU = "nora.frei@findings.example", "kim.roe@reef.example", "lou.bay@findings.example"


@dataclass(frozen=True)
class Provider:
    """A provider with a learner, a second manager, many clients, and a learner of the client Reef."""

    organization: Organization
    reef: str


@pytest.fixture(scope="module")
def provider(usher: LocalUsher) -> Provider:
    made = organizations.create(usher, "findings", "Findings AG", seats=6)
    with usher.signed_in(made.manager) as api:
        url = f"/v1/organizations/{made.id}"
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        invited = api.post(
            f"{url}/team",
            json={"email": NORA, "first_name": "Nora", "last_name": "Frei", "role": "full_manager"},
        )
        assert invited.status_code == 201, invited.text
        group = api.post(f"{url}/groups", json={"name": "Divers", "licenses": [license_["id"]]}).json()["id"]
        sent = api.post(f"{url}/invites", json={"groups": [group], "emails": LOU})
        assert sent.status_code == 201, sent.text
        clients = [
            api.post(f"{url}/clients", json={"name": name, "slug": f"findings-{at}"})
            for at, name in enumerate(["Reef", *(f"Branch {at:02}" for at in range(1, CLIENTS))])
        ]
        assert {one.status_code for one in clients} == {201}
        reef = clients[0].json()["id"]
        lent = api.post(f"{url}/clients/{reef}/sublicenses", json={"license": license_["id"], "seats": 2})
        assert lent.status_code == 201, lent.text
        sent = api.post(
            f"/v1/organizations/{reef}/invites", json={"license": lent.json()["id"], "emails": KIM}
        )
        assert sent.status_code == 201, sent.text
        connection = api.post(
            f"{url}/sso-connections",
            json={
                "name": "Findings",
                "issuer": "https://login.findings.example",
                "client_id": "usher",
                "client_secret": "a-secret-of-findings",
                "domains": ["findings.example"],
            },
        )
        assert connection.status_code == 201, connection.text
    accepted = Browser(usher).register(link_in(usher.email(KIM)), "Kim", "Roe")
    assert accepted.status_code == 200, accepted.text
    return Provider(made, reef)


def test_licenses_and_managers_are_found_by_name(visit: Callable[..., Visit], provider: Provider) -> None:
    visited = visit()
    page, made = visited.page, provider.organization
    visited.sign_in(made.manager, path=f"{made.path}/licenses")
    course = page.get_by_role("article", name=organizations.PRODUCT)
    page.get_by_role("searchbox", name="Course").fill("work")
    expect(page).to_have_url(re.compile(r"licenses\?q=work$"))
    expect(course).to_be_visible()
    page.get_by_role("searchbox", name="Course").fill("moon")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    look_at(page, "licenses-search")
    page.get_by_role("main").get_by_role("button", name="Clear the search").last.click()
    expect(course).to_be_visible()

    visited.open("team")
    expect(page.get_by_role("row", name="Sol Marti")).to_be_visible()
    page.get_by_role("searchbox", name="Name or address").fill("frei")
    expect(page.get_by_role("row", name="Sol Marti")).to_have_count(0)
    expect(page.get_by_role("row", name="Nora Frei")).to_be_visible()
    expect(page).to_have_url(re.compile(r"team\?q=frei$"))


def test_one_of_many_clients_is_found_and_switched_to(
    visit: Callable[..., Visit], provider: Provider
) -> None:
    visited = visit()
    page, made = visited.page, provider.organization
    visited.sign_in(made.manager, path=f"{made.path}/team")
    page.get_by_role("button", name="Switch the organization: Findings AG").click()
    page.get_by_role("menuitem", name="Find another organization").click()
    form = page.get_by_role("dialog", name="Find another organization")
    field = form.get_by_role("searchbox", name="Name of the organization")
    expect(field).to_be_focused()
    field.fill("nowhere")
    expect(form.get_by_text("None is called so.")).to_be_visible()
    field.fill("branch 51")
    expect(form.get_by_role("button", name="Branch 51")).to_be_visible()
    look_at(page, "switcher-find")
    expect(form.get_by_role("listitem")).to_have_count(1)
    field.press("Enter")

    expect(page.get_by_role("button", name="Switch the organization: Branch 51 Full manager")).to_be_visible()


def test_the_invites_and_learners_of_a_client_are_listed_at_its_provider(
    visit: Callable[..., Visit], provider: Provider
) -> None:
    visited = visit()
    page, made = visited.page, provider.organization
    visited.sign_in(made.manager, path=f"{made.path}/invites")
    expect(page.get_by_role("row", name=LOU)).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Groups").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="Groups")).to_be_visible()
    expect(page.get_by_role("row", name=LOU).get_by_role("cell", name="Divers", exact=True)).to_have_count(2)

    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="Client").fill("ree")
    page.get_by_role("option", name="Reef").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Invites of the client Reef.")).to_be_visible()
    expect(page.get_by_role("row", name=KIM)).to_be_visible()
    expect(page.get_by_role("row", name=LOU)).to_have_count(0)
    expect(page).to_have_url(re.compile(re.escape(f"{made.path}/invites?client={provider.reef}") + "$"))
    look_at(page, "invites-of-client")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    assert KIM in downloading.value.path().read_text("utf-8-sig")

    visited.open("learners")
    expect(page.get_by_text("No learners yet")).to_be_visible()
    page.get_by_role("combobox", name="Client").fill("ree")
    page.get_by_role("option", name="Reef").click()
    expect(page.get_by_role("row", name="Kim Roe")).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(f"{made.path}/learners?client={provider.reef}") + "$"))
    look_at(page, "learners-of-client")
    page.get_by_role("link", name="Kim Roe").click()
    expect(page.get_by_role("heading", name="Kim Roe", level=1)).to_be_visible()


def _palette(page: Page, words: str, option: str) -> None:
    page.keyboard.press("Control+K")
    page.get_by_role("dialog").get_by_role("combobox").fill(words)
    expect(page.get_by_role("option", name=option)).to_be_visible()
    page.get_by_role("option", name=option).click()


def test_operators_find_organizations_products_and_domains_by_the_palette(
    visit: Callable[..., Visit], provider: Provider
) -> None:
    visited = visit()
    page, made = visited.page, provider.organization
    visited.sign_in(OPERATOR, path="/operator/requests")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    _palette(page, "findings ag", "Findings AG Organization")
    expect(page.get_by_role("heading", name="Findings AG", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(f"/operator/organizations/{made.id}") + "$"))

    _palette(page, "aid work", f"{organizations.PRODUCT} Course")
    expect(page.get_by_role("heading", name="Products", level=1)).to_be_visible()
    expect(page.get_by_role("row", name=organizations.PRODUCT)).to_be_visible()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)

    _palette(page, "confirm findings", "Confirm findings.example Findings AG")
    confirm = page.get_by_role("dialog", name=re.compile("findings.example"))
    expect(confirm).to_be_visible()
    look_at(page, "operator-confirm-domain")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/operator/domains$"))

    _palette(page, "create product", "Create a product")
    expect(page.get_by_role("dialog", name="Create a product")).to_be_visible()


def test_a_request_leads_to_its_learner_by_an_id(visit: Callable[..., Visit], provider: Provider) -> None:
    visited = visit()
    page = visited.page
    with visited.usher.signed_in(provider.organization.manager) as api:
        filed = api.post(
            f"/v1/organizations/{provider.reef}/support-requests",
            json={"kind": "transfer_progress", "message": "Please.", "email": KIM, "training": "Diving"},
        )
        assert filed.status_code == 201, filed.text
    path = f"/organizations/{provider.reef}/support-requests/{filed.json()['id']}"
    visited.sign_in(provider.organization.manager, path=path)
    page.get_by_role("link", name=KIM).click()

    expect(page.get_by_role("heading", name="Kim Roe", level=1)).to_be_visible()
    expect(page).not_to_have_url(re.compile(r"reef\.example"))
