"""Webhooks, API keys and single sign-on: set up, tested, watched, and taken away, by the manager alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import LIMITED, OPERATOR
from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, serving
from tests.support.webhook_receiver import Receiver, receiving, status


@pytest.fixture(scope="module")
def own(usher: LocalUsher) -> Organization:
    """An organization of these tests' own."""
    return organizations.create(usher, "alpine-tools", "Alpine Tools", seats=20)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(secure=False) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def provider(usher: LocalUsher) -> Iterator[IdentityProvider]:
    with serving(f"{usher.base_url}/learn/sso/") as provider:
        yield provider


def _menu(page: Page, action: str) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_webhook_is_added_tested_watched_redelivered_paused_rotated_and_deleted(  # noqa: PLR0915 - one story, in its order
    visit: Callable[..., Visit], own: Organization, receiver: Receiver
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(own.manager, path=f"{own.path}/integrations")
    expect(page.get_by_text("No webhooks yet")).to_be_visible()
    look_at(page, "integrations-empty")

    page.get_by_role("button", name="Add a webhook").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Address").fill(receiver.url)
    form.get_by_label("Name").fill("Learning platform")
    form.get_by_label("Some types only").check()
    form.get_by_role("combobox", name="Types of events").fill("accepted")
    page.get_by_role("option", name="invite.accepted").click()
    page.keyboard.press("Escape")
    look_at(page, "webhook-new")
    form.get_by_role("button", name="Add", exact=True).dblclick()
    secret = page.get_by_role("dialog", name="The webhook is added")
    expect(secret.get_by_text("whsec_")).to_be_visible()
    first = secret.get_by_text("whsec_").inner_text()
    look_at(page, "webhook-secret")
    secret.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("heading", name="Learning platform", level=1)).to_be_visible()

    receiver.will(status(500, "Down for maintenance until noon."))
    page.get_by_role("button", name="Send a test").click()
    row = page.get_by_role("row", name="webhook.tested")
    expect(row).to_contain_text("500")
    row.get_by_role("button", name="Details of webhook.tested").click()
    details = page.get_by_role("dialog", name="webhook.tested")
    expect(details.get_by_role("region", name="What the receiver answered")).to_contain_text("until noon")
    look_at(page, "webhook-delivery")
    page.keyboard.press("Escape")
    expect(row).to_contain_text("Delivered")  # by the attempt that comes by itself
    row.get_by_role("button", name="Send again: webhook.tested").click()
    expect(page.get_by_text("It is sent again.")).to_be_visible()
    visited.usher.wait_for(lambda: len(receiver.requests) == 3, "the message once more")
    expect(row).to_contain_text("Delivered")
    assert receiver.requests[-1].verified(first)["type"] == "webhook.tested"
    look_at(page, "webhook")

    page.get_by_label("State of the deliveries").select_option("failed")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?state=failed$"))
    page.get_by_role("button", name="Clear the filters").click()

    _menu(page, "Pause")
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Send a test")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Send a test")).to_be_visible()

    _menu(page, "Rotate the secret")
    page.get_by_role("dialog").get_by_role("button", name="Rotate the secret").click()
    rotated = page.get_by_role("dialog", name="The new secret")
    assert rotated.get_by_text("whsec_").inner_text() != first
    rotated.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_text("The former secret signs, too, until")).to_be_visible()

    _menu(page, "Delete")
    gone = page.get_by_role("dialog", name="Delete the webhook?")
    expect(gone.get_by_role("button", name="Delete")).to_be_disabled()
    gone.get_by_role("textbox").fill(f"127.0.0.1:{receiver.port}")
    gone.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No webhooks yet")).to_be_visible()


def test_an_address_that_cannot_be_is_refused_beside_its_field(
    visit: Callable[..., Visit], own: Organization
) -> None:
    visited = visit()
    visited.expected = {422}
    page = visited.page
    visited.sign_in(own.manager, path=f"{own.path}/integrations?new=webhook")
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Address").fill("https://169.254.169.254/latest")
    form.get_by_role("button", name="Add", exact=True).click()

    expect(form.get_by_role("alert").first).to_contain_text("public")
    expect(form.get_by_role("textbox", name="Address")).to_have_value("https://169.254.169.254/latest")


def test_a_key_is_made_for_a_program_used_and_revoked_by_its_name(
    visit: Callable[..., Visit], own: Organization
) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in(own.manager, path=f"{own.path}/integrations")
    page.get_by_role("button", name="Create an API key").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Payroll sync")
    form.get_by_label("Last day").fill("2028-06-30")
    look_at(page, "api-key-new")
    form.get_by_role("button", name="Create", exact=True).dblclick()
    shown = page.get_by_role("dialog", name="The key of Payroll sync")
    key = shown.get_by_text(re.compile("^usher_")).inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.get_by_role("button", name="Copy").click()
    expect(shown.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    shown.get_by_role("button", name="I have kept it").click()
    row = page.get_by_role("row", name="Payroll sync")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Never")
    expect(row).to_contain_text("Jun 30, 2028")

    url = f"{usher.base_url}/v1/organizations/{own.id}/licenses"
    assert httpx.get(url, headers={"x-api-key": key}, trust_env=False).status_code == 200
    page.reload()
    expect(row).not_to_contain_text("Never")
    row.get_by_role("button", name="Revoke Payroll sync").click()
    sure = page.get_by_role("dialog", name="Revoke Payroll sync?")
    expect(sure.get_by_role("button", name="Revoke")).to_be_disabled()
    sure.get_by_role("textbox").fill("payroll sync")
    sure.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No API keys yet")).to_be_visible()
    assert httpx.get(url, headers={"x-api-key": key}, trust_env=False).status_code == 401


def test_single_sign_on_is_connected_confirmed_tested_switched_and_removed(  # noqa: PLR0915 - one story, in its order
    visit: Callable[..., Visit], own: Organization, provider: IdentityProvider
) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in(own.manager, path=f"{own.path}/integrations")
    page.get_by_role("button", name="Connect a provider").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Alpine ID")
    form.get_by_label("Issuer").fill(provider.issuer)
    form.get_by_label("Client ID").fill(CLIENT_ID)
    form.get_by_label("Client secret", exact=True).fill(CLIENT_SECRET)
    form.get_by_label("Domains of your people's addresses").fill(f"{own.domain.title()},")
    form.get_by_role("combobox", name="What a first sign-in gives").click()
    page.get_by_role("option", name=organizations.PRODUCT).click()
    page.keyboard.press("Escape")
    look_at(page, "sso-new")
    form.get_by_role("button", name="Connect", exact=True).dblclick()

    expect(page.get_by_role("heading", name="Alpine ID", level=1)).to_be_visible()
    expect(page.get_by_text("Waits for its domains")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy: Redirect address (callback)").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith(provider.back)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("1 thing is missing")).to_be_visible()
    expect(page.get_by_text(f"{own.domain} is not confirmed")).to_be_visible()
    look_at(page, "sso-connection")

    operator = visit()
    operator.sign_in(OPERATOR, path="/operator/domains")
    waiting = operator.page.get_by_role("row", name=own.domain)
    look_at(operator.page, "operator-domains")
    waiting.get_by_role("button", name=f"Confirm {own.domain}").click()
    sure = operator.page.get_by_role("dialog")
    expect(sure).to_contain_text("Alpine Tools")
    sure.get_by_role("button", name="Confirm", exact=True).click()
    expect(waiting).to_have_count(0)

    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("Everything is ready")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    page.get_by_role("switch", name="People can sign in with it").click()
    expect(page.get_by_text("Off", exact=True)).to_be_visible()
    with usher.client() as anybody:
        found = anybody.post("/v1/session/discover", json={"email": f"ann@{own.domain}"})
    assert found.json()["connections"] == []
    page.get_by_role("button", name="Change").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Alpine accounts")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Alpine accounts", level=1)).to_be_visible()
    page.get_by_role("button", name="Remove the connection").click()
    sure = page.get_by_role("dialog")
    sure.get_by_role("textbox").fill("Alpine accounts")
    sure.get_by_role("button", name="Remove the connection").click()
    expect(page.get_by_text("No provider is connected")).to_be_visible()


def test_a_limited_manager_is_not_led_to_integrations(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    expect(page.get_by_role("link", name="Team")).to_be_visible()
    assert page.get_by_role("link", name="Integrations").count() == 0
    visited.open("integrations")

    expect(page.get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
    for button in ("Connect a provider", "Add a webhook", "Create an API key"):
        assert page.get_by_role("button", name=button).count() == 0
