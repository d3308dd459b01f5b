"""From the learners' pages into the console, and from an organization's provider: nobody is asked twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.clicks import paste
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.local.conftest import LocalUsher
from tests.local.test_story import link_in
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, serving

FONTS = "https://fonts.googleapis.com/"
"""What the pages of the identity provider ask for, and do not get here."""

BO = "bo@acme.example"
"""A person at the provider; the domain is connected by these tests alone, and only while they run."""

Visits = Callable[..., Visit]


@pytest.fixture(scope="module")
def own(usher: LocalUsher) -> Organization:
    """An organization of these tests' own."""
    return organizations.create(usher, "way-in", "Way In", seats=20)


@pytest.fixture(scope="module")
def other(usher: LocalUsher) -> Organization:
    """Another one, whose manager joins the first one's team."""
    return organizations.create(usher, "way-out", "Way Out")


@pytest.fixture(scope="module")
def provider(usher: LocalUsher) -> Iterator[IdentityProvider]:
    with serving(f"{usher.base_url}/learn/sso/") as provider:
        yield provider


@pytest.fixture
def connected(usher: LocalUsher, own: Organization, provider: IdentityProvider) -> Iterator[str]:
    """The name of a connection of the organization to the provider, which is removed again."""
    connections = f"/v1/organizations/{own.id}/sso-connections"
    new = {
        "name": "Way In ID",
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": ["acme.example"],
    }
    with usher.signed_in(own.manager) as api, usher.signed_in(OPERATOR) as operator:
        made = api.post(connections, json=new)
        assert made.status_code == 201, made.text
        one = f"{connections}/{made.json()['id']}"
        confirmed = operator.put(f"/v1/operator{one.removeprefix('/v1')}/domains/acme.example")
        assert confirmed.is_success, confirmed.text
        yield "Way In ID"
        assert api.delete(one).is_success


def _invite(usher: LocalUsher, own: Organization, email: str, role: str = "full_manager") -> str:
    """Invite somebody to the team; the link in the email."""
    new = {"email": email, "first_name": "Bo", "last_name": "Ray", "role": role}
    with usher.signed_in(own.manager) as api:
        sent = api.post(f"/v1/organizations/{own.id}/team", json=new)
        assert sent.status_code == 201, sent.text
    return link_in(usher.email(email, subject="Way In"))


def _sign_in_on_the_pages(visited: Visit, email: str) -> Page:
    page = visited.page
    page.goto(f"{visited.usher.base_url}/learn")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(visited.usher.password)
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def _expect_guide(page: Page, own: Organization) -> None:
    expect(page.get_by_role("heading", name="First steps", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"{own.path}/guide$"))


def test_whoever_is_signed_in_on_the_pages_accepts_by_link_and_is_in_the_console(
    visit: Visits, usher: LocalUsher, own: Organization, other: Organization
) -> None:
    link = _invite(usher, own, other.manager)
    visited = visit()
    page = _sign_in_on_the_pages(visited, other.manager)
    page.goto(link)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_role("button", name="Open the console").click()

    _expect_guide(page, own)
    page.reload()
    _expect_guide(page, own)


def test_accepting_on_the_dashboard_leads_into_the_console(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    second = organizations.create(usher, "way-third", "Third Way")
    _invite(usher, own, second.manager, "limited_manager")
    page = _sign_in_on_the_pages(visit(), second.manager)
    page.get_by_role("button", name=re.compile("Accept ?: Manage Way In")).click()
    expect(page.get_by_role("heading", name="You manage Way In now")).to_be_visible()
    page.get_by_role("button", name="Open the console").click()

    _expect_guide(page, own)


def test_what_one_manages_is_opened_from_the_dashboard(visit: Visits, own: Organization) -> None:
    page = _sign_in_on_the_pages(visit(), own.manager)
    page.get_by_role("button", name=re.compile("Open the console ?: Way In")).click()

    expect(page).to_have_url(re.compile(rf"{own.path}/overview$"))
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def test_a_manager_is_invited_accepts_and_signs_in_at_the_provider_from_then_on(
    visit: Visits, usher: LocalUsher, own: Organization, provider: IdentityProvider, connected: str
) -> None:
    accepting = visit().page
    accepting.goto(_invite(usher, own, BO))
    accepting.get_by_label("First or only name").fill("Bo")
    accepting.get_by_label("Choose a password").fill(usher.password)
    accepting.get_by_role("button", name="Create account and accept").click()
    expect(accepting.get_by_role("heading", name="You manage Way In now")).to_be_visible()

    visited = visit()
    visited.elsewhere = (provider.issuer, FONTS)
    page = visited.page
    page.route(f"{FONTS}**", lambda route: route.abort())
    page.goto(usher.base_url)
    page.locator("input[name=email]").fill(BO)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name=f"Sign in with {connected}").click()
    page.locator("input[name=login]").fill("bo")
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()  # consents

    _expect_guide(page, own)
    page.get_by_role("link", name="Invite learners").click()
    page.get_by_role("checkbox", name=organizations.PRODUCT).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Email addresses").click()
    paste(page, "ida@way-in.example")
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Send 1 invite").click()
    expect(page.get_by_role("heading", name="1 person was invited")).to_be_visible()
    assert "Bo Ray" in usher.email("ida@way-in.example")["text"]
