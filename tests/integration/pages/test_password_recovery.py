"""The way back in for those who forgot their password. moto takes any code but one that it made up itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.support.clock import Clock
from usher.domain.enrollment.email_verifications import PER_ADDRESS
from usher.gateways.identity import Identity, WrongCredentialsError
from usher.services.context import Context
from usher.services.enrollment.email_verification import count_email

NEW = "Another-horse-2"
WRONG_CODE = "moto-confirmation-code:000000"


@pytest.fixture
def asked(browser: Browser, account: Callable[[str], None]) -> Browser:
    """Ann's browser, with a code on its way to her."""
    account("ann@x.io")
    browser.get("/learn/password")
    browser.submit("send", email=" Ann@X.io ")
    return browser


def test_a_code_and_a_new_password_lead_to_the_courses(asked: Browser, identity: Identity) -> None:
    answer = asked.submit("reset", code="123456", password=NEW)

    assert answer.status == 303
    assert "Your new password is set" in asked.follow().text
    assert identity.sign_in(email="ann@x.io", password=NEW).person.first_name == "Ann"
    with pytest.raises(WrongCredentialsError):
        identity.sign_in(email="ann@x.io", password=PASSWORD)


def test_a_wrong_code_changes_nothing(asked: Browser, identity: Identity) -> None:
    page = asked.submit("reset", code=WRONG_CODE, password=NEW)

    assert page.status == 422
    assert "The code does not fit" in page.text
    assert identity.sign_in(email="ann@x.io", password=PASSWORD).person.email == "ann@x.io"


@pytest.mark.parametrize(
    ("weak", "said"),
    [
        ("short", "at least 12 characters"),
        ("Password1234", "one of the most common"),
        (" twelve chars", "a space"),
    ],
)
def test_a_weak_password_is_refused_once_with_what_it_needs(weak: str, said: str, asked: Browser) -> None:
    page = asked.submit("reset", code="123456", password=weak)

    assert page.status == 422
    assert page.text.count(said) == 1
    assert "value" not in page.html.with_id("password")


def test_an_address_without_an_account_is_told_the_same(browser: Browser) -> None:
    browser.get("/learn/password")
    page = browser.submit("send", email="nobody@x.io")

    assert page.status == 200
    assert "If nobody@x.io has an account" in page.text


@pytest.mark.parametrize("email", ["ann@x.io", "nobody@x.io"])
def test_one_inbox_gets_so_many_codes_and_no_more_with_an_account_or_without(
    email: str, browser: Browser, account: Callable[[str], None], clock: Clock
) -> None:
    account("ann@x.io")
    statuses = []
    for _ in range(PER_ADDRESS.times + 1):
        browser.get("/learn/password")
        page = browser.submit("send", email=email)
        statuses.append(page.status)

    assert statuses == [200] * PER_ADDRESS.times + [429]
    assert "Wait" in page.text
    clock.forward(seconds=int(page.headers["Retry-After"]))
    browser.get("/learn/password")
    assert browser.submit("send", email=email).status == 200


def test_codes_and_links_fill_one_inbox(browser: Browser, context: Context) -> None:
    for _ in range(PER_ADDRESS.times):
        count_email(context, email="ann@x.io", network_address="198.51.100.1")

    browser.get("/learn/password")

    assert browser.submit("send", email="ann@x.io").status == 429


def test_what_is_no_address_is_asked_for_again(browser: Browser) -> None:
    browser.get("/learn/password")
    page = browser.submit("send", email="ann")

    assert page.status == 422
    assert page.html.with_id("email")["value"] == "ann"


def test_a_form_of_another_site_sends_nothing(browser: Browser) -> None:
    answer = browser.request(
        "POST",
        "/learn/password",
        body="action=send&email=ann%40x.io",
        headers={"content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example"},
    )

    assert answer.status == 403


def test_the_sign_in_form_shows_the_way(browser: Browser) -> None:
    page = browser.get("/learn")

    assert {"/learn/password"} <= {a["href"] for a in page.html.all("a")}


@pytest.mark.usefixtures("asked")
def test_the_link_in_the_email_leads_to_the_form_that_takes_the_code(
    new_browser: Callable[[], Browser], identity: Identity
) -> None:
    elsewhere = new_browser()
    page = elsewhere.get("/learn/password?step=code")
    assert page.status == 200
    assert "value" not in page.html.with_id("code")
    assert "value" not in page.html.with_id("email")

    again = elsewhere.submit("reset", email="ann@x.io", code="123456", password="short")
    assert again.status == 422
    assert again.html.with_id("email")["value"] == "ann@x.io"
    assert again.html.with_id("code")["value"] == "123456", "is not asked for once more"
    answer = elsewhere.submit("reset", password=NEW)

    assert answer.status == 303
    assert identity.sign_in(email="ann@x.io", password=NEW).person.first_name == "Ann"


@pytest.mark.usefixtures("asked")
def test_what_was_typed_for_the_code_is_shown_again_up_to_the_length_of_a_code(
    new_browser: Callable[[], Browser],
) -> None:
    elsewhere = new_browser()
    elsewhere.get("/learn/password?step=code")

    page = elsewhere.submit("reset", email="ann@x.io", code="9" * 200, password="short")

    assert page.html.with_id("code")["value"] == "9" * 64
