"""What is typed into a page's form and is no text is refused at its field, and never a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.support.join_pages import set_page
from tests.support.tenant import Tenant
from usher.domain.invites import Invite

NO_TEXTS = ["\0", "a\x1bb", "a\u202eb"]
ANN = {"email": "ann@x.io", "first_name": "Ann", "last_name": "Lee"}


def refused_at(browser: Browser, action: str, field: str, typed: dict[str, str], bad: str) -> bool:
    """Whether the form with the bad text in this field is shown again, with the error at the field."""
    page = browser.submit(action, **{**typed, field: bad})
    return 400 <= page.status < 500 and page.html.with_id(field).get("aria-invalid") == "true"


@pytest.mark.parametrize("bad", NO_TEXTS, ids=ascii)
def test_each_field_of_the_registration_form_says_so(
    browser: Browser, invite: Invite, link_to: Callable[[Invite], str], bad: str
) -> None:
    typed = {"first_name": "Ann", "last_name": "Lee", "password": PASSWORD}
    browser.get(link_to(invite))

    assert refused_at(browser, "register", "first_name", typed, bad)
    assert refused_at(browser, "register", "last_name", typed, bad)
    assert refused_at(browser, "register", "password", typed, bad)


@pytest.mark.parametrize("bad", NO_TEXTS, ids=ascii)
def test_each_field_of_the_join_page_says_so(browser: Browser, tenant: Tenant, bad: str) -> None:
    set_page(tenant)
    browser.get("/join/acme-academy")

    assert refused_at(browser, "ask", "email", {}, bad)


@pytest.mark.parametrize("bad", NO_TEXTS, ids=ascii)
def test_each_field_for_a_new_password_says_so(
    browser: Browser, account: Callable[[str], None], bad: str
) -> None:
    account("ann@x.io")
    browser.get("/learn/password")
    assert refused_at(browser, "send", "email", {}, bad)
    browser.submit("send", email="ann@x.io")
    typed = {"code": "123456", "password": PASSWORD}

    if bad.isascii():  # what reorders a line comes with copying, and is dropped from a code (decision 44)
        assert refused_at(browser, "reset", "code", typed, bad)
    assert refused_at(browser, "reset", "password", typed, bad)


@pytest.mark.parametrize("bad", ["\0", "a\x1bb"], ids=ascii)
@pytest.mark.parametrize("place", ["query", "header", "cookie", "path", "body"])
def test_a_request_that_is_no_text_gets_a_page_and_no_failure(
    browser: Browser, tenant: Tenant, place: str, bad: str
) -> None:
    set_page(tenant)
    browser.get("/join/acme-academy")
    half = bad + "\ud800"
    sent: dict[str, Any] = {
        "query": {"url": f"/join/acme-academy?sent={half}"},
        "header": {"url": "/join/acme-academy", "headers": {"user-agent": half}},
        "cookie": {"url": "/join/acme-academy", "headers": {"cookie": f"usher_session={half}"}},
        "path": {"url": f"/join/{half}"},
        "body": {"url": "/join/acme-academy", "body": f"email={half}"},
    }
    if place == "cookie":
        browser.cookies = dict.fromkeys(browser.cookies, half)

    page = browser.request("POST" if place == "body" else "GET", **sent[place])

    assert page.status in {200, 403, 404}
    assert page.text
