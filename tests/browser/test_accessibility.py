"""Every screen is usable by keyboard, screen reader and eye: axe finds nothing serious, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import OPERATOR
from tests.browser.conftest import HEIGHTS, SCREENSHOTS, Visit

Scheme = Literal["light", "dark"]

LOOKS: list[tuple[Scheme, int, str]] = [
    ("light", 1440, "en-US"),
    ("dark", 1440, "de-DE"),
    ("light", 390, "de-DE"),
    ("dark", 390, "en-US"),
]
"""Each scheme at each width; English and German at each width and in each scheme."""

LANGUAGES = ("en-US", "de-DE")
"""Those of `LOOKS`."""

LONG_TEXTS: list[tuple[Scheme, int, str]] = [("light", 390, "fr-FR"), ("dark", 390, "es-ES")]
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


_SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame)
    const ends = (animation) => animation.effect.getComputedTiming().endTime !== Infinity
    for (let still = 0; still < 5; still++) {
        await frame()
        if (document.getAnimations().some((one) => one.playState === "running" && ends(one))) still = 0
    }
}"""
"""Waits for the last of what moves, such as a dialog's appearance."""


def look_at(page: Page, name: str) -> None:
    """Keep a picture, and assert that axe finds nothing serious and nothing is wider than the screen."""
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.locator(".mantine-Skeleton-root[data-visible]")).to_have_count(0)
    page.evaluate(_SETTLED)
    SCREENSHOTS.mkdir(exist_ok=True)
    covered = page.get_by_role("dialog").count() > 0
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=not covered)
    findings: list[Any] = page.evaluate(_FINDINGS)
    width, seen = page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")

    assert findings == []
    assert width <= seen, "something is wider than the screen"


def look_in_turn(page: Page, name: str, language: str) -> None:
    """Look at what the page shows in each look of its language, one after the other."""
    for scheme, width, _ in (look for look in [*LOOKS, *LONG_TEXTS] if look[2] == language):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        look_at(page, f"{name}-{scheme}-{width}-{language[:2]}")


@pytest.mark.parametrize("language", [*LANGUAGES, "fr-FR", "es-ES"])
def test_every_screen_in_every_look(visit: Callable[..., Visit], language: str) -> None:
    visited = visit(language=language)
    page = visited.page
    page.goto(visited.usher.base_url)
    expect(page.locator("input[name=email]")).to_be_visible()
    look_in_turn(page, "sign-in", language)

    visited.sign_in_by_form()
    for screen in SCREENS:
        visited.go(screen)
        if "?" in screen:
            expect(page.get_by_role("dialog")).to_be_visible()
        look_in_turn(page, re.sub(r"[?=/]", "-", screen), language)
    visited.go("licenses")
    page.keyboard.press("Control+K")
    expect(page.get_by_role("combobox")).to_be_focused()
    look_in_turn(page, "palette", language)
    visited.open("nowhere")
    look_in_turn(page, "not-found", language)


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
