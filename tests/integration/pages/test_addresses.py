"""Addresses that are no page's lead to the page that was meant, or to one that says so: never to JSON.

The events are those of the HTTP API (payload format 2.0), which sends the function what no route takes.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from functions.pages.services import PageServices
from tests.integration.pages.conftest import PASSWORD, Browser, call
from tests.support.join_pages import set_page
from tests.support.tenant import Tenant
from usher.domain.invites import Invite

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.mark.parametrize(
    "path",
    [
        "/i/token/",
        "/learn/",
        "/learn//",
        "/learn/sign-in/",
        "/learn/password/",
        "/learn/enter/token/",
        "/learn/sso/connection/",
        "/join/slug/",
        "/c/slug/",
        "/c/slug/CODE/",
    ],
)
def test_a_slash_too_many_leads_to_the_page(path: str, browser: Browser) -> None:
    for method in ("GET", "HEAD"):
        answer = browser.request(method, path)

        assert (answer.status, answer.headers["Location"]) == (308, path.rstrip("/"))
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_invites_link_with_a_slash_is_the_invites_page(
    browser: Browser, invite: Invite, link_to: Callable[[Invite], str]
) -> None:
    moved = browser.get(f"{link_to(invite)}/?decline=1&x=%C3%BC")

    assert moved.headers["Location"] == f"{link_to(invite)}?decline=1&x=%C3%BC"
    assert "Decline the invitation?" in browser.get(moved.headers["Location"]).text


def test_a_form_that_is_sent_with_a_slash_keeps_its_method(browser: Browser, tenant: Tenant) -> None:
    """308 makes a browser send the form once more, to the page's own address."""
    set_page(tenant)
    browser.get("/join/acme-academy")

    moved = browser.send("/join/acme-academy/", action="ask", email="ann@x.io")

    assert (moved.status, moved.headers["Location"]) == (308, "/join/acme-academy")


def test_what_a_redirect_repeats_of_an_address_is_escaped(browser: Browser) -> None:
    """The HTTP API decodes the path: it may hold what no header may."""
    answer = browser.request("GET", "/join/ü <x>/")

    assert answer.headers["Location"] == "/join/%C3%BC%20%3Cx%3E"


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "/https://evil.example/", "/"])
def test_no_address_leads_to_another_site(path: str, services: PageServices) -> None:
    answer = call(services, event("GET", path))

    assert answer["statusCode"] == 404
    assert "Location" not in answer["headers"]


@pytest.mark.parametrize(
    "path",
    [
        "/i/",
        "/i/a/b",
        "/i/a/b/",
        "/join/",
        "/join/a/b",
        "/c/",
        "/c/x/y/z",
        "/c//",
        "/learn/unknown",
        "/learn/sso/connection/callback/more",
        "/learning",
        "/wp-login.php",
    ],
)
def test_an_unknown_address_is_a_page_that_says_so(path: str, browser: Browser) -> None:
    for method in METHODS:
        answer = browser.request(method, path)

        assert answer.status == 404
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.body == "" if method == "HEAD" else "There is no such page" in answer.text


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/i/token", "GET, HEAD, POST"),
        ("/learn", "GET, HEAD"),
        ("/learn/sign-in", "GET, HEAD, POST"),
        ("/learn/password", "GET, HEAD, POST"),
        ("/learn/enter/token", "GET, HEAD, POST"),
        ("/learn/sso/connection", "GET, HEAD"),
        ("/learn/sso/connection/callback", "GET"),
        ("/join/slug", "GET, HEAD, POST"),
        ("/c/slug", "GET, HEAD, POST"),
        ("/c/slug/CODE", "GET, HEAD, POST"),
    ],
)
def test_a_method_that_a_page_does_not_serve_is_refused_by_a_page(
    path: str, allowed: str, browser: Browser
) -> None:
    for method in sorted(set(METHODS) - set(allowed.split(", "))):
        answer = browser.request(method, path)

        assert (answer.status, answer.headers["Allow"]) == (405, allowed)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.body == "" if method == "HEAD" else "This cannot be done here" in answer.text


def test_nothing_of_one_request_reaches_the_next(
    services: PageServices, browser: Browser, account: Callable[[str], None]
) -> None:
    """All requests share the routers; what belongs to one is in Powertools' context and event alone."""
    account("ann@x.io")
    browser.get("/learn")
    browser.submit("sign-in", email="ann@x.io", password=PASSWORD)

    nobody = call(services, event("GET", "/learn"))

    assert "You are signed in with ann@x.io." in browser.get("/learn").text
    assert "Sign in to your courses" in nobody["body"]


def event(method: str, path: str) -> dict[str, object]:
    """An event with no more than an HTTP API sends for a client without headers."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {},
        "requestContext": {
            "http": {"method": method, "path": path},
            "requestId": "request-1",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
