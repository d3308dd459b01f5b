"""Whoever joins a team by its invite is signed in to the console as well (decision 0054)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.integration.pages.conftest import PASSWORD, Answer, Browser
from tests.integration.pages.test_invites import invite_to_team, sign_in
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.invites import Invite
from usher.gateways.identity import Identity

LinkTo: TypeAlias = Callable[[Invite], str]
GiveAccount: TypeAlias = Callable[[str], None]


def console_cookies(answer: Answer) -> list[str]:
    return [cookie for cookie in answer.cookies if cookie.startswith("usher_refresh=")]


@pytest.fixture
def invited(tenant: Tenant) -> Invite:
    return invite_to_team(tenant)


@pytest.mark.parametrize("known", [False, True])
def test_accepting_begins_a_session_that_the_console_renews(
    browser: Browser,
    tenant: Tenant,
    invited: Invite,
    link_to: LinkTo,
    account: GiveAccount,
    identity: Identity,
    known: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    if known:
        account(invited.email)
    browser.get(link_to(invited))
    if known:
        answer = browser.submit("sign_in", password=PASSWORD)
    else:
        answer = browser.submit("register", first_name="Tom", last_name="True", password=PASSWORD)

    (cookie,) = console_cookies(answer)
    token, _, attributes = cookie.removeprefix("usher_refresh=").partition("; ")
    assert attributes == "Path=/v1/session; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict"
    assert identity.refresh(refresh_token=token).person.email == invited.email
    page = browser.follow()
    buttons = [a["href"] for a in page.html.all("a") if "button" in a.get("class", "")]
    assert buttons == [f"/organizations/{tenant.id}/guide#signed-in"]
    assert console_cookies(page) == []


def test_a_second_click_that_signs_in_does_so_as_well(
    browser: Browser, tenant: Tenant, invited: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account(invited.email)
    tenant.accept(invited)
    browser.get(link_to(invited))

    assert len(console_cookies(browser.submit("sign_in", password=PASSWORD))) == 1


def test_whoever_is_signed_in_by_the_pages_cookie_signs_in_to_the_console_once(
    browser: Browser, invited: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account(invited.email)
    sign_in(browser, invited.email)
    browser.get(link_to(invited))

    answer = browser.submit("accept")

    assert answer.status == 303
    assert console_cookies(answer) == []
    assert f"Should it ask, sign in with {invited.email} and your password." in browser.follow().text


def test_learners_and_whoever_was_refused_are_not_signed_in_to_it(
    browser: Browser,
    new_browser: Callable[[], Browser],
    invited: Invite,
    invite: Invite,
    link_to: LinkTo,
    account: GiveAccount,
    clock: Clock,
) -> None:
    browser.get(link_to(invite))
    learner = browser.submit("register", first_name="Ann", last_name="", password=PASSWORD)
    assert learner.status == 303
    assert console_cookies(learner) == []

    account(invited.email)
    late = new_browser()
    late.get(link_to(invited))
    assert console_cookies(late.submit("sign_in", password="Wrong-horse-1")) == []
    clock.forward(days=11)
    refused = late.submit("sign_in", password=PASSWORD)
    assert refused.status == 409
    assert console_cookies(refused) == []


@pytest.mark.parametrize("way", ["sign-out", "switch"])
def test_signing_out_of_the_pages_signs_this_browsers_console_out(
    browser: Browser, invited: Invite, link_to: LinkTo, account: GiveAccount, way: str
) -> None:
    account("else@x.io")
    sign_in(browser, "else@x.io")
    browser.get("/learn" if way == "sign-out" else link_to(invited))

    answer = browser.submit(way)

    assert answer.status == 303
    (cookie,) = console_cookies(answer)
    assert cookie == "usher_refresh=; Path=/v1/session; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
