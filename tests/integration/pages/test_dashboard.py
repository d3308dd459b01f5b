"""The learner's dashboard, and signing in and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from functions.pages.cards import Card
from tests.integration.pages.conftest import PASSWORD, Answer, Browser
from tests.integration.pages.test_invites import sign_in
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import draft, redeem, sublicense_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import Access, AccessState
from usher.domain.licenses import ProductKind
from usher.gateways.cognito_errors import SignInsLimitedError
from usher.gateways.identity import Identity
from usher.services.clients import Clients
from usher.services.enrollment.codes import Codes
from usher.services.receipts import Receipt

GiveAccount: TypeAlias = Callable[[str], None]


@pytest.fixture
def ann(browser: Browser, account: GiveAccount) -> Browser:
    """Ann's browser, signed in."""
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    return browser


def way_to_course(page: Answer) -> list[str]:
    return [a["href"] for a in page.html.all("a") if a["href"].startswith("http")]


def test_nobody_sees_anything_before_signing_in(browser: Browser) -> None:
    page = browser.get("/learn")

    assert page.status == 200
    assert "Sign in to your courses" in page.text
    assert page.html.with_id("email")["autocomplete"] == "username"
    assert page.html.with_id("password")["autocomplete"] == "current-password"


def test_an_address_may_be_typed_as_one_types_it(browser: Browser, account: GiveAccount) -> None:
    account("ann@x.io")
    browser.get("/learn")
    browser.submit("sign-in", email=" Ann@X.io ", password=PASSWORD)

    assert "You are signed in with ann@x.io." in browser.follow().text


@pytest.mark.parametrize(
    ("email", "password"),
    [("ann@x.io", "Wrong-password-1"), ("nobody@x.io", PASSWORD), ("no address", PASSWORD), ("", PASSWORD)],
)
def test_a_wrong_address_and_a_wrong_password_look_alike(
    email: str, password: str, browser: Browser, account: GiveAccount
) -> None:
    account("ann@x.io")
    browser.get("/learn")
    page = browser.submit("sign-in", email=email, password=password)

    assert page.status == 422
    assert "Address or password is wrong. Check both and try again" in page.text
    assert page.html.with_id("email").get("value", "") == email
    assert "value" not in page.html.with_id("password")
    assert "__Host-usher_session" not in browser.cookies


def test_too_many_attempts_are_told_when_to_come_back(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(*_: object, **__: object) -> None:
        raise SignInsLimitedError("Too many.", retry_after=60)

    monkeypatch.setattr(Identity, "sign_in", limited)  # moto never limits
    browser.get("/learn")
    page = browser.submit("sign-in", email="ann@x.io", password=PASSWORD)

    assert (page.status, page.headers["Retry-After"]) == (429, "60")


def test_signing_out_ends_the_session(ann: Browser) -> None:
    ann.get("/learn")
    ann.submit("sign-out")

    assert "__Host-usher_session" not in ann.cookies
    assert "Sign in to your courses" in ann.follow().text


@pytest.mark.parametrize("path", ["/learn/sign-in", "/learn/sign-out"])
def test_reloading_a_forms_address_leads_back(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert (answer.status, answer.headers["Location"]) == (303, "/learn")


def test_a_person_without_anything_is_told_how_to_get_it(ann: Browser) -> None:
    page = ann.get("/learn")

    assert "There is nothing here yet" in page.text
    assert "you get an email at ann@x.io" in page.text


def test_what_may_be_used_now_has_the_way_to_it(ann: Browser, tenant: Tenant) -> None:
    tenant.accept(tenant.invite(tenant.license()))

    page = ann.get("/learn")

    assert "Fire safety Course · Acme You have access." in page.text
    assert "Valid until the end of 31 December 2027" in page.text
    assert way_to_course(page) == ["https://learn.example/c"]


def test_the_clock_decides_when_access_starts_and_ends(ann: Browser, tenant: Tenant, clock: Clock) -> None:
    """Nothing sweeps here: what is stored stays `scheduled`."""
    tenant.accept(tenant.invite(tenant.license(), access_start="2027-02-01"))

    before = ann.get("/learn")
    assert "Your access starts later. Starts 1 February 2027" in before.text
    assert way_to_course(before) == []

    clock.forward(days=30)
    assert way_to_course(ann.get("/learn")) == ["https://learn.example/c"]

    clock.forward(days=365)
    after = ann.get("/learn")
    assert "Your access has ended. Last day 31 December 2027" in after.text
    assert way_to_course(after) == []


def test_an_invitation_that_waits_is_shown_until_it_expires(
    ann: Browser, tenant: Tenant, clock: Clock
) -> None:
    tenant.invite(tenant.license())

    page = ann.get("/learn")
    assert "An invitation is waiting for your answer." in page.text
    assert "You can answer until the end of 13 January 2027." in page.text
    assert way_to_course(page) == []

    clock.forward(days=10)
    assert "There is nothing here yet" in ann.get("/learn").text


def test_an_end_within_a_clients_day_is_told_with_its_time_and_zone(ann: Browser, tenant: Tenant) -> None:
    client = Clients(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Harbor",
        slug="harbor",
        time_zone="America/New_York",
        receipt=Receipt(),
    )
    code = Codes(tenant.context).create(
        person=tenant.full,
        organization=client.id,
        draft=draft(sublicense_of(tenant, client, tenant.license(), 1)),
        text="WELCOME-2027",
        send_copy=False,
        receipt=Receipt(),
    )
    redeem(tenant, code.code, organization=client.id)

    assert "Valid until 31 December 2027, 18:00 (America/New_York)" in ann.get("/learn").text


def test_each_organization_has_its_own_time_zone(ann: Browser, tenant: Tenant) -> None:
    far = create_tenant(tenant.context, slug="kathmandu", time_zone="Asia/Kathmandu")
    tenant.accept(tenant.invite(tenant.license(kind=ProductKind.BUNDLE)))
    far.accept(far.invite(far.license()))

    page = ann.get("/learn")

    assert "Course with exam · Acme" in page.text
    assert page.text.count("Valid until the end of 31 December 2027") == 2
    assert page.text.startswith("Your courses · Usher")


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "/relative", "data:text/html,x"])
def test_a_course_without_an_address_of_the_web_has_no_button(tenant: Tenant, url: str) -> None:
    terms = tenant.license().terms
    access = Access(
        email="ann@x.io",
        terms=replace(terms, product=replace(terms.product, url=url)),
        state=AccessState.ACTIVE,
    )

    assert Card(access=access, organization=tenant.organization, state=AccessState.ACTIVE).link == ""


def test_a_manager_finds_the_console(browser: Browser, tenant: Tenant, account: GiveAccount) -> None:
    account(tenant.full.email)
    sign_in(browser, tenant.full.email)

    page = browser.get("/learn")

    assert "You manage Acme (full manager)" in page.text
    assert "There is nothing here yet" not in page.text
    assert f"/learn/console/{tenant.id}" in [form["action"] for form in page.html.all("form")]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(method: str, ann: Browser, tenant: Tenant, count: Count) -> None:
    tenant.accept(tenant.invite(tenant.license(), access_start="2027-02-01"))

    with count() as cost:
        ann.request(method, "/learn?welcome=1")

    assert cost.operations == ["Query", "BatchGetItem", "Query"]
    assert cost.writes == 0


def test_a_session_of_somebody_elses_making_is_none(ann: Browser) -> None:
    ann.cookies["__Host-usher_session"] = ann.cookies["__Host-usher_session"][:-2] + "xx"

    assert "Sign in to your courses" in ann.get("/learn").text


def test_a_form_secret_is_no_session(ann: Browser) -> None:
    page = ann.get("/learn")
    ann.cookies["__Host-usher_session"] = page.html.all("input")[0]["value"]

    assert "Sign in to your courses" in ann.get("/learn").text
