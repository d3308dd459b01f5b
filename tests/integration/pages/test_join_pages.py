"""The join page as people meet it, with no script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import urlencode

import pytest

from tests.integration.pages.conftest import CLOUDFRONT, PASSWORD, Browser
from tests.integration.pages.test_invites import sign_in
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.join_pages import group_of, join, refuse, requests, set_page
from tests.support.published_events import data_of
from tests.support.reading_back import events_of, seats
from tests.support.tenant import Tenant
from usher.domain.enrollment.email_verifications import PER_ADDRESS, PER_NETWORK_ADDRESS
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.licenses import ProductKind
from usher.gateways.cognito_errors import SignInsLimitedError
from usher.gateways.identity import Identity
from usher.gateways.links import Keys, Links
from usher.services.organization_settings import OrganizationSettings

GiveAccount: TypeAlias = Callable[[str], None]

PAGE = "/join/acme-academy"
ANN = {"email": "ann@x.io"}


def test_it_carries_the_organizations_brand_and_says_who_may_join(browser: Browser, tenant: Tenant) -> None:
    OrganizationSettings(tenant.context).change(
        person=tenant.full,
        organization=tenant.id,
        color="#0b6e4f",
        welcome="Welcome to <Acme>.\nGood to have you.",
    )
    set_page(tenant, domains=["acme.example", "bücher.example", "straße.example"], approval=True)

    page = browser.get(PAGE)

    assert page.status == 200
    assert "Join Acme" in page.text
    assert "Acme invites you to join." in page.text
    assert "Whoever has an address at acme.example, bücher.example or straße.example can join." in page.text
    assert "A manager decides on each request to join." in page.text
    assert "Welcome to &lt;Acme&gt;.\nGood to have you." in page.body
    assert "#0b6e4f" in page.body


@pytest.mark.parametrize("in_group", [False, True])
def test_it_says_what_it_gives_from_when_and_until_when(
    in_group: bool,  # noqa: FBT001 - pytest passes it by name
    browser: Browser,
    tenant: Tenant,
    count: Count,
) -> None:
    library = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    both = (tenant.license(), library)
    if in_group:
        set_page(tenant, group=group_of(tenant, *both))
    else:
        set_page(tenant, *both)

    with count() as cost:
        page = browser.get(PAGE)
    set_page(tenant, library)
    alone = browser.get(PAGE)

    assert (
        "Acme invites you to 1 course and 1 subscription, with access from the moment you join until the "
        "end of 31 December 2027 at the latest."
    ) in page.text
    assert "with access from 1 March 2027 until the end of 31 December 2027." in alone.text
    assert (cost.calls, cost.writes) == (4 if in_group else 3, 0)


def test_looking_changes_nothing(browser: Browser, tenant: Tenant, count: Count) -> None:
    set_page(tenant)

    with count() as cost:
        browser.get(PAGE)
        head = browser.request("HEAD", PAGE)

    assert cost.writes == 0
    assert (head.status, head.body) == (200, "")


def test_the_person_proves_the_address_by_an_emailed_link_before_anything_is_granted(
    browser: Browser, tenant: Tenant, keys: Keys
) -> None:
    license_ = tenant.license(1)
    set_page(tenant, license_)
    browser.get(PAGE)

    browser.submit("ask", **ANN)
    assert "Check your email" in browser.follow().text
    assert seats(tenant, license_) == (1, 0, 1)

    (asked,) = events_of(tenant, "email_verification.requested")
    browser.get(f"/learn/enter/{Links(keys).verification_token(str(data_of(asked)['verification']))}")
    browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)
    assert "You are in" in browser.follow().text
    assert seats(tenant, license_) == (1, 1, 0)


def test_the_answer_looks_alike_whether_or_not_the_address_is_known(
    new_browser: Callable[[], Browser], tenant: Tenant, account: GiveAccount
) -> None:
    set_page(tenant)
    account("ann@x.io")
    join(tenant, "ann@x.io")
    answers = []
    for email in ("ann@x.io", "nobody@x.io"):
        browser = new_browser()
        browser.get(PAGE)
        answer = browser.submit("ask", **{**ANN, "email": email})
        answers.append((answer.status, answer.headers["Location"], browser.follow().text))

    assert answers[0] == answers[1]


def test_an_address_of_another_domain_is_told_so(browser: Browser, tenant: Tenant) -> None:
    set_page(tenant, domains=["acme.example", "acme.org"])
    browser.get(PAGE)

    again = browser.submit("ask", **ANN)

    assert again.status == 422
    assert "Use an address at acme.example or acme.org." in again.text
    assert again.html.with_id("email")["value"] == "ann@x.io"
    assert events_of(tenant, "email_verification.requested") == []


def test_only_its_owner_learns_whether_an_address_is_named(browser: Browser, tenant: Tenant) -> None:
    set_page(tenant, domains=["acme.example"], addresses=["bo@x.io"])
    page = browser.get(PAGE)
    answers = []
    for email in ("ann@x.io", "bo@x.io"):
        browser.get(PAGE)
        answer = browser.submit("ask", **{**ANN, "email": email})
        answers.append((answer.status, answer.headers["Location"], browser.follow().text))

    assert (
        "Whoever has an address at acme.example, or an address that the organization has named, can join."
        in page.text
    )
    assert "bo@x.io" not in page.body
    assert answers[0] == answers[1]


def test_the_field_says_what_is_wrong_with_it(browser: Browser, tenant: Tenant) -> None:
    set_page(tenant)
    browser.get(PAGE)

    no_address = browser.submit("ask", email="ann")

    assert no_address.status == 422
    assert "Write your email address" in no_address.text


@pytest.mark.parametrize("slug", ["acme-academy", "nowhere", "acme", "a%2Fb"])
def test_off_or_unknown_means_gone(browser: Browser, tenant: Tenant, slug: str) -> None:
    set_page(tenant)
    browser.get(PAGE)
    set_page(tenant, is_on=False)

    page = browser.request("GET", f"/join/{slug}")
    sent = browser.request("POST", f"/join/{slug}", body="action=ask&email=ann%40x.io")

    assert (page.status, sent.status) == (404, 404)
    assert "There is no such page" in page.text
    assert "Acme" not in page.text


def test_a_signed_in_visitor_whose_address_fits_joins_by_one_button(
    browser: Browser, tenant: Tenant, account: GiveAccount
) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_, domains=["x.io"])
    account("ann@x.io")
    sign_in(browser, "ann@x.io")

    assert "Join as Ann Lee" in browser.get(PAGE).text
    first = browser.submit("enter")
    browser.get(PAGE)
    second = browser.submit("enter")

    assert first.headers["Location"] == second.headers["Location"] == "/learn?welcome=1"
    assert seats(tenant, license_) == (2, 1, 1)
    assert events_of(tenant, "email_verification.requested") == []


def test_the_landing_page_leads_to_it_while_it_is_on(browser: Browser, tenant: Tenant) -> None:
    without = browser.get("/c/acme")
    set_page(tenant)
    with_page = browser.get("/c/acme")

    assert PAGE not in {link["href"] for link in without.html.all("a")}
    assert PAGE in {link["href"] for link in with_page.html.all("a")}


def test_a_signed_in_visitor_can_use_another_address(
    browser: Browser, tenant: Tenant, account: GiveAccount
) -> None:
    set_page(tenant)
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    browser.get(PAGE)

    browser.submit("switch")

    assert "Confirm your address" in browser.follow().text


def test_a_signed_in_visitor_whose_address_does_not_fit_is_told_so(
    browser: Browser, tenant: Tenant, account: GiveAccount
) -> None:
    set_page(tenant, domains=["acme.example"])
    account("ann@x.io")
    sign_in(browser, "ann@x.io")

    page = browser.get(PAGE)
    forced = browser.send(PAGE, action="enter")

    assert "You are signed in with ann@x.io, which cannot join." in page.text
    assert forced.status == 403
    assert "This address cannot join." in forced.text


def test_a_signed_in_visitor_of_a_page_with_approval_asks(
    browser: Browser, tenant: Tenant, account: GiveAccount
) -> None:
    set_page(tenant, approval=True)
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    browser.get(PAGE)

    page = browser.submit("enter")

    assert "Your request is sent" in page.text
    assert requests(tenant, JoinState.PENDING) == ["ann@x.io"]


def test_one_button_needs_somebody_signed_in(browser: Browser, tenant: Tenant) -> None:
    set_page(tenant)
    browser.get(PAGE)

    assert browser.send(PAGE, action="enter").status == 403
    assert browser.send(PAGE, action="conquer").status == 422


def test_a_sign_in_that_is_refused_right_after_registering_is_no_fault(
    browser: Browser, tenant: Tenant, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Cognito does where too many people sign in at once: the account is there by then."""

    def limited(*_: object, **__: object) -> None:
        raise SignInsLimitedError("Too many.", retry_after=60)

    set_page(tenant)
    browser.get(PAGE)
    browser.submit("ask", **ANN)
    (asked,) = events_of(tenant, "email_verification.requested")
    browser.get(f"/learn/enter/{Links(keys).verification_token(str(data_of(asked)['verification']))}")
    with monkeypatch.context() as busy:
        busy.setattr(Identity, "sign_in", limited)
        page = browser.submit("register", first_name="Ann", password=PASSWORD)

    landed = browser.submit("sign_in", password=PASSWORD)

    assert page.status == 409
    assert "This address has an account already. Sign in with its password." in page.text
    assert landed.headers["Location"] == "/learn?welcome=1"


def test_a_cross_site_form_sends_nothing(browser: Browser, tenant: Tenant) -> None:
    set_page(tenant)
    browser.get(PAGE)

    refused = browser.request("POST", PAGE, body="action=ask&email=ann%40x.io&first_name=A&last_name=B")

    assert refused.status == 403
    assert events_of(tenant, "email_verification.requested") == []


def test_per_address_limits(new_browser: Callable[[], Browser], tenant: Tenant, clock: Clock) -> None:
    set_page(tenant)
    answers = []
    for n in range(PER_ADDRESS.times + 1):
        browser = new_browser()
        browser.address = f"198.51.100.{n}"
        browser.get(PAGE)
        answers.append(browser.submit("ask", **ANN))
    *sent, refused = answers

    assert {one.status for one in sent} == {303}
    assert refused.status == 429
    assert "Please try again in 61 minutes." in refused.text
    assert refused.headers["Retry-After"] == "3601"
    assert len(events_of(tenant, "email_verification.requested")) == PER_ADDRESS.times
    clock.forward(hours=1, minutes=1)
    browser = new_browser()
    browser.get(PAGE)
    assert browser.submit("ask", **ANN).status == 303


def test_per_ip_limits_by_the_viewers_address_whatever_they_write(
    browser: Browser, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "usher.services.enrollment.email_verification.PER_NETWORK_ADDRESS",
        replace(PER_NETWORK_ADDRESS, times=2),
    )
    set_page(tenant)
    statuses = []
    for n in range(3):
        browser.get(PAGE)
        fields = {**ANN, "email": f"p{n}@x.io"}
        lying = {"x-forwarded-for": f"192.0.2.{n}, {browser.address}, {CLOUDFRONT}"}
        statuses.append(_send(browser, fields, lying))
    browser.address = "198.51.100.8"
    browser.get(PAGE)
    statuses.append(_send(browser, {**ANN, "email": "q@x.io"}, {}))

    assert statuses == [303, 303, 429, 303]
    assert PER_NETWORK_ADDRESS.times >= 20, "an office shares an address"


def _send(browser: Browser, fields: dict[str, str], headers: dict[str, str]) -> int:
    assert browser.page is not None
    csrf = next(one["value"] for one in browser.page.html.all("input") if one["name"] == "csrf")
    body = urlencode({"csrf": csrf, "action": "ask", **fields})
    return browser.request("POST", PAGE, body=body, headers=headers).status


@pytest.mark.parametrize(
    ("welcome", "contact"),
    [
        ("", "Acme:"),
        ("Welcome to Acme!", "Acme:"),
        ("Questions? Write to academy@acme.example.", "Acme (academy@acme.example):"),
    ],
)
def test_who_was_refused_is_told_whom_to_ask_and_no_managers_address(
    browser: Browser, tenant: Tenant, account: GiveAccount, welcome: str, contact: str
) -> None:
    OrganizationSettings(tenant.context).change(person=tenant.full, organization=tenant.id, welcome=welcome)
    set_page(tenant, tenant.license(), approval=True)
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    join(tenant)
    refuse(tenant)
    browser.get(PAGE)
    page = browser.submit("enter")

    assert page.status == 409
    assert f"If that is a mistake, ask {contact} its managers can still let you in." in page.text
    assert tenant.full.email not in page.body
    assert tenant.limited.email not in page.body
