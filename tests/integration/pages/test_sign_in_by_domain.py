"""The sign-in page finds an organization's single sign-on by the domain of the address alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.support.call_counts import Count
from tests.support.identity_provider import IdentityProvider
from tests.support.sso_connections import Connector
from tests.support.tenant import Tenant, create_tenant
from usher.domain.enrollment.connections import Connection
from usher.gateways.client_secrets import ClientSecrets

NO_PROVIDER = IdentityProvider(issuer="https://login.acme.example", back="")
"""A provider that nobody asks."""


@pytest.fixture
def connection(tenant: Tenant, client_secrets: ClientSecrets) -> Connection:
    return Connector(tenant, NO_PROVIDER, client_secrets).connect(domains=["acme.example"])


def test_an_address_without_a_password_is_led_to_the_sign_in_of_its_domain(
    browser: Browser, connection: Connection, count: Count
) -> None:
    browser.get("/learn")
    with count() as cost:
        page = browser.submit("sign-in", email=" Ann@ACME.example ")

    way = f"/learn/sso/{connection.id}"
    assert page.status == 200
    assert f'<meta http-equiv="refresh" content="0; url={way}">' in page.body
    assert way in [link["href"] for link in page.html.all("a")], "for browsers that do not go there alone"
    assert "Sign in with Acme ID" in page.text
    assert (cost.calls, cost.writes) == (2, 0)


def test_several_sign_ins_of_one_domain_are_a_choice(
    browser: Browser, connection: Connection, tenant: Tenant, client_secrets: ClientSecrets
) -> None:
    other = create_tenant(tenant.context, slug="harbor")
    second = Connector(other, NO_PROVIDER, client_secrets).connect(domains=["acme.example"])

    browser.get("/learn")
    page = browser.submit("sign-in", email="ann@acme.example")

    assert "How do you want to sign in?" in page.text
    assert "http-equiv" not in page.body
    ways = [link["href"] for link in page.html.all("a") if "/sso/" in link["href"]]
    assert sorted(ways) == sorted(f"/learn/sso/{one.id}" for one in (connection, second))


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("email", ["ann@x.io", "ann@sub.acme.example", "ann", ""])
def test_any_other_address_is_asked_for_its_password(browser: Browser, email: str) -> None:
    browser.get("/learn")
    page = browser.submit("sign-in", email=email)

    assert page.status == 422
    assert "Write your password." in page.text
    assert page.html.with_id("email").get("value", "") == email


def test_the_answer_is_the_same_for_known_and_unknown_addresses(
    browser: Browser, connection: Connection, account: Callable[[str], None]
) -> None:
    account("ann@acme.example")
    seen = []
    for email in ("ann@acme.example", "bob@acme.example"):
        answers = []
        for password in ("", "Wrong-horse-1"):
            browser.get("/learn")
            page = browser.submit("sign-in", email=email, password=password)
            answers.append((page.status, page.text, [link["href"] for link in page.html.all("a")]))
        seen.append(answers)

    assert seen[0] == seen[1]
    status, text, links = seen[0][1]
    assert status == 422
    assert "Your organization has a sign-in of its own: Sign in with Acme ID" in text
    assert f"/learn/sso/{connection.id}" in links


def test_a_password_goes_on_working(
    browser: Browser, connection: Connection, account: Callable[[str], None]
) -> None:
    assert connection.enabled
    account("ann@acme.example")
    browser.get("/learn")

    assert browser.submit("sign-in", email="ann@acme.example", password=PASSWORD).status == 303
