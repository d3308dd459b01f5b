"""What keeps the pages safe: policies, escaping, our own forms only, limits, failures that tell nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest

from functions.pages.log import logger
from functions.pages.rendering import PageOwner
from functions.pages.services import PageServices
from tests.integration.pages.conftest import ORIGIN, PASSWORD, Browser, call
from tests.integration.pages.test_invites import sign_in
from tests.support.call_counts import Count
from tests.support.leaky_errors import LEAKY_ERRORS, LeakyError
from tests.support.tenant import Tenant
from usher.domain.invites import Invite
from usher.domain.organizations import Branding
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.invite_learners import InviteLearners
from usher.services.receipts import Receipt
from usher.store import organizations
from usher.store.transaction import BusyError, commit

LinkTo: TypeAlias = Callable[[Invite], str]
GiveAccount: TypeAlias = Callable[[str], None]

EVIL = "<script>alert('x')</script>\"'><b>"


@pytest.mark.parametrize("where", ["invite", "bad", "learn", "nowhere", "redirect"])
def test_every_answer_forbids_what_it_does_not_need(
    where: str, browser: Browser, invite: Invite, link_to: LinkTo
) -> None:
    path = {"invite": link_to(invite), "bad": "/i/x", "learn": "/learn", "nowhere": "/learn/x"}
    answer = browser.get(path.get(where, "/learn/sign-in"))

    assert {
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Content-Type": "text/html; charset=utf-8",
    }.items() <= answer.headers.items()
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_policy_allows_this_answers_style_and_our_own_forms(browser: Browser) -> None:
    policies = []
    for _ in range(2):
        page = browser.get("/learn")
        (style,) = page.html.all("style")
        policies.append(page.headers["Content-Security-Policy"])
        assert policies[-1] == (
            f"default-src 'none'; style-src 'nonce-{style['nonce']}'; "
            f"script-src 'nonce-{style['nonce']}'; img-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )

    assert policies[0] != policies[1]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://cdn.x.io/a.png", "https://cdn.x.io"),
        ("https://CDN.x.io:8443/a.png", "https://cdn.x.io:8443"),
        ("https://x.io; script-src *", ""),
        ("https://x.io;script-src/a", ""),
        ("https://user@x.io/a", ""),
        ("https://*/a", ""),
        ("", ""),
    ],
)
def test_a_logo_adds_its_own_origin_to_the_policy_or_is_left_out(url: str, origin: str) -> None:
    assert PageOwner(name="X", branding=Branding(logo_url=url)).logo_origin == origin


def test_what_people_typed_is_text(browser: Browser, tenant: Tenant, link_to: LinkTo) -> None:
    found = organizations.get(tenant.context.table, tenant.id)
    assert found is not None
    commit(tenant.context.table, [organizations.change(found, replace(found, name=EVIL))])
    (invited,) = InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        license_ids=[tenant.license(product=tenant.product(name=EVIL)).id],
        emails="ann@x.io",
        message=EVIL,
        first_name=EVIL,
        receipt=Receipt(),
    )
    assert invited.invite is not None

    page = browser.get(link_to(invited.invite))

    assert page.html.all("b") == []
    assert page.body.count("<script") == page.body.count("<script nonce=") == 1
    assert page.text.count(EVIL) >= 4
    assert page.html.with_id("first_name")["value"] == EVIL
    browser.submit("register", first_name=EVIL, last_name=EVIL, password=PASSWORD)
    assert f"It worked, {EVIL} {EVIL}." in browser.follow().text


def sent(browser: Browser, link: str, count: Count, **headers: str) -> tuple[int, int]:
    """Send the page's own form with these headers: the status, and how many items were written."""
    assert browser.page is not None
    csrf = browser.page.html.all("input")[0]["value"]
    body = urlencode({"csrf": csrf, "action": "register", "first_name": "A", "last_name": "L"})
    with count() as cost:
        answer = browser.request("POST", link, body=f"{body}&password={PASSWORD}", headers=headers)
    return answer.status, cost.writes


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://usher.example"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(
    headers: dict[str, str], browser: Browser, invite: Invite, link_to: LinkTo, count: Count
) -> None:
    browser.get(link_to(invite))

    assert sent(browser, link_to(invite), count, **headers) == (403, 0)
    assert browser.page is not None
    assert "Nothing was changed." in browser.page.text
    browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)
    assert "You are in" in browser.follow().text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": ORIGIN, "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_form_of_our_own_is_taken(
    headers: dict[str, str], browser: Browser, invite: Invite, link_to: LinkTo, count: Count
) -> None:
    browser.get(link_to(invite))

    assert sent(browser, link_to(invite), count, **headers)[0] == 303


def test_a_form_without_the_cookie_it_belongs_to_changes_nothing(
    browser: Browser, invite: Invite, link_to: LinkTo, count: Count
) -> None:
    browser.get(link_to(invite))
    browser.cookies.clear()

    assert sent(browser, link_to(invite), count) == (403, 0)


def test_the_form_of_another_browser_changes_nothing(
    browser: Browser, new_browser: Callable[[], Browser], invite: Invite, link_to: LinkTo, count: Count
) -> None:
    thief = new_browser()
    thief.get(link_to(invite))
    browser.get(link_to(invite))
    browser.page = thief.page

    assert sent(browser, link_to(invite), count) == (403, 0)


def test_a_second_tab_leaves_the_first_ones_form_alone(
    browser: Browser, invite: Invite, link_to: LinkTo
) -> None:
    first = browser.get(link_to(invite))
    browser.get("/learn")
    browser.page = first

    assert browser.submit("register", first_name="A", last_name="L", password=PASSWORD).status == 303


@pytest.mark.parametrize("path", ["/learn/sign-in", "/learn/sign-out"])
def test_signing_in_and_out_take_forms_of_our_own_only(
    path: str, browser: Browser, account: GiveAccount
) -> None:
    account("ann@x.io")
    if path.endswith("out"):
        sign_in(browser, "ann@x.io")
    cookies = dict(browser.cookies)

    answer = browser.request("POST", path, body=urlencode({"email": "ann@x.io", "password": PASSWORD}))

    assert answer.status == 403
    assert "Nothing was changed." in answer.text
    assert "usher_session" not in "".join(answer.cookies)
    assert cookies.items() <= browser.cookies.items()


@pytest.mark.parametrize("encoded", [True, False])
def test_a_body_larger_than_a_form_is_refused(
    encoded: bool,  # noqa: FBT001 - the parameter of a test
    browser: Browser,
    invite: Invite,
    link_to: LinkTo,
) -> None:
    browser.get(link_to(invite))

    answer = browser.request("POST", link_to(invite), body="a" * (64 * 1024 + 1), encoded=encoded)

    assert answer.status == 413


def test_a_body_that_is_no_form_changes_nothing(browser: Browser, invite: Invite, link_to: LinkTo) -> None:
    bodies = [None, "", "&" * 100, "%ff%00=%fe", "csrf", '{"action": "accept"}', "a=1&" * 50]

    statuses = [browser.request("POST", link_to(invite), body=body).status for body in bodies]

    assert statuses == [403] * len(bodies)


@pytest.mark.parametrize(("path", "allowed"), [("/i/x", "GET, HEAD, POST"), ("/learn", "GET, HEAD")])
def test_other_methods_are_not_allowed(path: str, allowed: str, browser: Browser) -> None:
    answers = [browser.request(method, path) for method in ("PUT", "PATCH", "DELETE", "OPTIONS")]

    assert {(answer.status, answer.headers["Allow"]) for answer in answers} == {(405, allowed)}


def test_the_dashboard_itself_takes_no_form(browser: Browser) -> None:
    assert browser.request("POST", "/learn").status == 405


def test_head_answers_as_get_does_without_a_body(browser: Browser, invite: Invite, link_to: LinkTo) -> None:
    for path in (link_to(invite), "/learn", "/i/x"):
        head, get = browser.request("HEAD", path), browser.get(path)
        assert (head.status, head.headers.keys(), head.body) == (get.status, get.headers.keys(), "")


@pytest.mark.parametrize("leaky", LEAKY_ERRORS, ids=lambda leaky: leaky.name)
def test_a_failure_tells_nothing_and_is_logged_once_without_its_text(
    browser: Browser,
    invite: Invite,
    link_to: LinkTo,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    leaky: LeakyError,
) -> None:
    written = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)

    def fail(*_: object, **__: object) -> None:
        raise leaky.make()

    monkeypatch.setattr(AnswerInvite, "preview", fail)  # any bug at all
    page = browser.get(link_to(invite))

    assert page.status == 500
    assert "Something went wrong" in page.text
    (line,) = written.getvalue().splitlines()
    told = line + capsys.readouterr().out
    assert type(leaky.make()).__qualname__ in line
    assert any(frame.endswith(" fail") for frame in json.loads(line)["exceptions"][0]["frames"])
    assert link_to(invite) not in told
    assert not [secret for secret in (*leaky.secrets, "ann@x.io") if secret in told + page.body]


def test_contention_asks_to_come_back(
    browser: Browser, invite: Invite, link_to: LinkTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise BusyError

    monkeypatch.setattr(AnswerInvite, "preview", busy)  # moto knows no contention
    page = browser.get(link_to(invite))

    assert (page.status, page.headers["Retry-After"]) == (503, "2")
    assert "Nothing was changed." in page.text


@pytest.mark.parametrize("origin", ["http://localhost:8000"])
def test_on_ones_own_machine_cookies_need_no_tls(
    origin: str,  # noqa: ARG001 - where the browser reaches the pages
    browser: Browser,
    invite: Invite,
    link_to: LinkTo,
) -> None:
    browser.get(link_to(invite))
    answer = browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)

    assert set(browser.cookies) == {"usher_csrf", "usher_session", "usher_proof"}
    assert not any("Secure" in cookie for cookie in answer.cookies)


def test_cookies_in_a_header_count_as_well(services: PageServices, browser: Browser) -> None:
    """Some callers of a function write no list of cookies into the event."""
    browser.get("/learn")
    name, value = next(iter(browser.cookies.items()))
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": "/learn",
        "headers": {"cookie": f"other; {name}={value}; {name}=second"},
        "requestContext": {
            "http": {"method": "GET", "path": "/learn"},
            "requestId": "request-1",
            "stage": "$default",
        },
    }
    answer = call(services, event)

    assert re.match(f"{name}={value};", answer["cookies"][0])
