"""Signing in and out in a browser: deep links, reloads, several tabs, and a session that ends over a form."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Route, expect

from infra.local.seed import MANAGER
from tests.browser.conftest import Visit


def test_a_deep_link_works_after_signing_in_by_keyboard_alone(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in_by_form()
    team = page.url.rsplit("/", 1)[0] + "/team"
    page.get_by_role("button", name="Account: Mara Keller").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.goto(team)
    page.get_by_label("Email", exact=True).focus()
    page.keyboard.type(MANAGER)
    page.keyboard.press("Tab")
    page.keyboard.type(visited.usher.password)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Team", level=1)).to_be_visible()
    expect(page).to_have_url(team)
    assert page.title() == "Team · Acme Learning"


def test_a_wrong_password_says_what_to_do(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {401}
    page = visited.page
    page.goto(visited.usher.base_url)
    page.get_by_label("Email", exact=True).fill(MANAGER)
    page.locator("input[name=password]").fill("Wrong-horse-1!")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("password")
    expect(page.get_by_role("link", name="Forgot the password?")).to_have_attribute("href", "/learn/password")


def test_a_reload_stays_signed_in_and_no_script_can_read_what_does_that(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in_by_form()
    page.reload()

    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    kept = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "eyJ" not in kept
    assert MANAGER not in kept
    (cookie,) = (one for one in page.context.cookies() if one["name"] == "usher_refresh")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/v1/session")


def test_signing_out_in_one_tab_signs_out_the_other(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in_by_form()
    other = page.context.new_page()
    visited.watch(other)
    other.goto(page.url)
    expect(other.get_by_role("heading", name="Overview", level=1)).to_be_visible()

    page.get_by_role("button", name="Account: Mara Keller").click()
    page.get_by_role("menuitem", name="Sign out").click()

    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_session_that_ends_keeps_the_form_and_goes_on_with_it(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {401}
    page = visited.page
    visited.sign_in_by_form()
    visited.open("team?invite=true")
    form = page.get_by_role("dialog", name="Invite a manager")
    form.get_by_label("Email", exact=True).fill("kept@team.example")
    form.get_by_label("First name").fill("Kept")
    page.context.clear_cookies()
    refused = iter([True])

    def expire(route: Route) -> None:
        if route.request.method == "POST" and next(refused, False):
            route.fulfill(status=401, json={"code": "unauthenticated", "title": "Not signed in"})
        else:
            route.continue_()

    page.route("**/team", expire)
    form.get_by_role("button", name="Send the invitation").click()
    again = page.get_by_role("dialog", name="Your session has ended")
    again.locator("input[name=password]").fill(visited.usher.password)
    again.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("row", name="Kept")).to_contain_text("Invited")
    assert visited.usher.email("kept@team.example")
