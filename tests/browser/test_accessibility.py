"""Every screen is usable by keyboard, screen reader and eye: axe finds nothing serious, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import OPERATOR
from tests.browser.conftest import SCREENSHOTS, Visit

LOOKS = [("light", 1440, "en-US"), ("dark", 1440, "de-DE"), ("light", 390, "de-DE"), ("dark", 390, "en-US")]
"""Each scheme at each width; English and German at each width and in each scheme."""

LONG_TEXTS = [("light", 390, "fr-FR"), ("dark", 390, "es-ES")]
"""The languages with the longest texts, where there is the least room for them."""

SCREENS = [
    "overview",
    "licenses",
    "invites",
    "invites/new",
    "learners",
    "learners/erasures",
    "groups",
    "groups?create=true",
    "imports",
    "imports?new=true",
    "codes",
    "codes?new=one",
    "codes?new=batch",
    "codes?new=list",
    "codes/batches",
    "codes/uses",
    "codes/sheet",
    "join-page",
    "join-page?edit=true",
    "clients",
    "clients?create=true",
    "team",
    "team?invite=true",
    "reports",
    "reports/activity",
    "events",
    "requests",
    "requests?new=release_seat",
    "settings",
    "settings/appearance",
    "settings/emails",
    "settings/notices",
    "integrations",
    "integrations?new=connection",
    "integrations?new=webhook",
    "integrations?new=api-key",
    "account",
]
"""The organization's screens, and dialogs that have an address. A new screen is added here."""

_FINDINGS = """() => axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => html + " " + failureSummary).join(" | ")}`))"""


def look_at(page: Page, name: str) -> None:
    """Keep a picture, and assert that axe finds nothing serious and nothing is wider than the screen."""
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.wait_for_timeout(300)  # the last of what moves, such as a dialog's appearance
    SCREENSHOTS.mkdir(exist_ok=True)
    covered = page.get_by_role("dialog").count() > 0
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=not covered)
    findings: list[Any] = page.evaluate(_FINDINGS)
    width, seen = page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")

    assert findings == []
    assert width <= seen, "something is wider than the screen"


@pytest.mark.parametrize(("scheme", "width", "language"), [*LOOKS, *LONG_TEXTS])
def test_every_screen_in_every_look(
    visit: Callable[..., Visit], scheme: str, width: int, language: str
) -> None:
    visited = visit(scheme=scheme, width=width, language=language)
    page, look = visited.page, f"{scheme}-{width}-{language[:2]}"
    page.goto(visited.usher.base_url)
    expect(page.locator("input[name=email]")).to_be_visible()
    look_at(page, f"sign-in-{look}")

    visited.sign_in()
    for screen in SCREENS:
        visited.open(screen)
        if "?" in screen:
            expect(page.get_by_role("dialog")).to_be_visible()
        look_at(page, f"{re.sub(r'[?=/]', '-', screen)}-{look}")
    visited.open("licenses")
    page.keyboard.press("Control+K")
    expect(page.get_by_role("combobox")).to_be_focused()
    look_at(page, f"palette-{look}")
    visited.open("nowhere")
    look_at(page, f"not-found-{look}")


def test_menus_and_the_drawer(visit: Callable[..., Visit]) -> None:
    visited = visit(width=390)
    page = visited.page
    visited.sign_in()

    page.get_by_role("button", name="Open the navigation").click()
    look_at(page, "navigation-390")
    page.get_by_role("button", name="Switch the organization").click()
    expect(page.get_by_role("menuitem", name="Acme Learning")).to_be_visible()
    look_at(page, "switcher-390")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Account: Mara Keller").click()
    look_at(page, "account-390")


def test_the_operators_screens(visit: Callable[..., Visit]) -> None:
    visited = visit(scheme="dark")
    visited.sign_in(OPERATOR)
    expect(visited.page.get_by_role("row", name="Acme Learning")).to_be_visible()

    look_at(visited.page, "operator-organizations-dark-1440")
