"""The frame around the screens: palette, navigation, languages, what fails, and operators."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from infra.local.seed import LIMITED, MANAGER, OPERATOR
from tests.browser.conftest import Visit


def test_the_palette_finds_screens_licenses_and_actions_by_keyboard(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()

    page.keyboard.press("Control+K")
    page.get_by_role("dialog").get_by_role("combobox").fill("leader")
    expect(page.get_by_role("option", name="Leadership Library")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Leadership Library", level=1)).to_be_visible()
    page.keyboard.press("Control+K")
    page.get_by_role("dialog").get_by_role("combobox").fill("manager invite")
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
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("link", name="Team").click()
    expect(page.get_by_role("heading", name="Team", level=1)).to_be_focused()


def _choose_language(page: Page, account: str, language: str) -> None:
    """Choose a language in the account's menu, and wait until it is saved."""
    page.get_by_role("button", name=re.compile(account)).click()
    with page.expect_response("**/v1/me") as saved:
        page.get_by_role("menuitem", name=language).click()
    assert saved.value.ok, saved.value.text()


def test_the_language_is_the_browsers_until_another_is_chosen_which_holds_wherever_one_signs_in(
    visit: Callable[..., Visit],
) -> None:
    visited = visit(language="de-CH")
    page = visited.page
    visited.sign_in(LIMITED)
    expect(page.get_by_role("heading", name="Übersicht", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de"

    _choose_language(page, "Konto: Lino Rossi", "Français")
    expect(page.get_by_role("heading", name="Vue d", level=1)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Vue d", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "fr"

    elsewhere = visit(language="es-MX")
    page = elsewhere.page
    page.goto(elsewhere.usher.base_url)
    expect(page.get_by_role("button", name="Iniciar sesión")).to_be_visible()
    elsewhere.sign_in(LIMITED)
    expect(page.get_by_role("heading", name="Vue d", level=1)).to_be_visible()
    _choose_language(page, r"Compte\s: ?Lino Rossi", "English")
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    with elsewhere.usher.signed_in(LIMITED) as api:
        assert api.get("/v1/me").json()["person"]["language"] == "en"


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
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")  # what is under way then would fail
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


def test_a_provider_switches_to_a_client_and_has_its_role_there(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        made = api.post(
            f"/v1/organizations/{acme['id']}/clients", json={"name": "Harbor Works", "slug": "harbor-works"}
        )
    assert made.status_code == 201, made.text
    visited.sign_in()

    page.get_by_role("button", name="Switch the organization: Acme Learning").click()
    page.get_by_role("menuitem", name="Harbor Works").click()

    expect(
        page.get_by_role("button", name="Switch the organization: Harbor Works Full manager")
    ).to_be_visible()
    expect(page.get_by_text("As soon as your provider gives you seats")).to_be_visible()
    assert page.title() == "Overview · Harbor Works"


def test_a_list_of_100000_is_loaded_as_far_as_one_looks_and_drawn_as_far_as_one_sees(
    visit: Callable[..., Visit],
) -> None:
    visited = visit()
    page = visited.page
    asked: list[int] = []

    def answer(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        first = int(query.get("cursor", ["0"])[0])
        asked.append(first)
        like = {"time_zone": "UTC", "branding": {}, "invite_days": 10, "require_group": False}
        like |= {"provider": None, "closed_at": None, "created_at": "2027-01-31T08:00:00Z"}
        items = [
            {**like, "id": f"id-{number}", "slug": f"slug-{number}", "name": f"Organization {number}"}
            for number in range(first, first + 100)
        ]
        route.fulfill(json={"items": items, "next": str(first + 100) if first < 99_900 else None})

    page.route("**/v1/operator/organizations?*", answer)
    visited.sign_in(OPERATOR)
    expect(page.get_by_role("row", name="Organization 0 ")).to_be_visible()
    pages_at_first = len(asked)
    for turns in count(1):
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(50)
        if len(asked) >= 10:
            break
        assert turns < 500, "scrolling loads no more"

    assert pages_at_first == 1, "nothing is loaded before somebody looks for it"
    assert page.get_by_role("row").count() < 100, "what is not seen is not drawn"
    assert len(asked) == len(set(asked)), "no page is asked for twice"
