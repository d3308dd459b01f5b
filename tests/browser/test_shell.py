"""The frame around the screens: palette, navigation, languages, what fails, and operators."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from infra.local.seed import OPERATOR
from tests.browser.conftest import Visit


def test_the_palette_finds_screens_licenses_and_actions_by_keyboard(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()

    page.keyboard.press("Control+K")
    page.get_by_role("combobox").fill("leader")
    expect(page.get_by_role("option", name="Leadership Library")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Leadership Library", level=1)).to_be_visible()
    page.keyboard.press("Control+K")
    page.get_by_role("combobox").fill("manager invite")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog", name="Invite a manager")).to_be_visible()
    assert re.search(r"/team\?invite=true$", page.url)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/team$"))


def test_the_way_by_keyboard_begins_with_a_link_to_the_content(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    page.reload()
    expect(page.get_by_role("heading", name="Licenses", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("link", name="Team").click()
    expect(page.get_by_role("heading", name="Team", level=1)).to_be_focused()


def test_the_language_is_the_browsers_until_another_is_chosen_and_that_sticks(
    visit: Callable[..., Visit],
) -> None:
    visited = visit(language="de-CH")
    page = visited.page
    visited.sign_in()
    expect(page.get_by_role("heading", name="Lizenzen", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de"

    page.get_by_role("button", name="Konto: Mara Keller").click()
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("heading", name="Licenses", level=1)).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", name="Licenses", level=1)).to_be_visible()


def test_what_the_server_cannot_answer_can_be_tried_again(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {503}
    page = visited.page
    visited.sign_in()
    page.route("**/team", lambda route: route.fulfill(status=503, body="down"))
    page.get_by_role("link", name="Team").click()

    expect(page.get_by_role("alert").filter(has_text="Something went wrong at our end")).to_be_visible()
    page.unroute("**/team")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("row", name="Mara Keller")).to_be_visible()


def test_offline_is_said_and_over_when_it_is_over(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("You are offline.")).to_have_count(0)


def test_operators_have_an_area_of_their_own_and_see_organizations(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(OPERATOR)

    expect(page.get_by_role("heading", name="Organizations", level=1)).to_be_visible()
    expect(page.get_by_role("row", name="Acme Learning")).to_contain_text("acme")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Time zone").check()
    page.reload()
    expect(page.get_by_role("row", name="Acme Learning")).to_contain_text("Europe/Zurich")
