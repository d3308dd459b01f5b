"""The pages' one script: loaded where there is a password, and kept by browsers under its content's name."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.pages.conftest import Browser
from usher.domain.invites import Invite


def test_a_page_with_a_password_loads_it_and_nothing_else_does(
    browser: Browser, invite: Invite, link_to: Callable[[Invite], str]
) -> None:
    (script,) = browser.get(link_to(invite)).html.all("script")

    loaded = browser.get(script["src"])

    assert (loaded.status, loaded.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert loaded.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "input[type=password]" in loaded.body
    assert loaded.cookies == [], "what is kept for good is nobody's"
    forgotten = browser.get("/learn/password")
    assert forgotten.html.all("script") == []
    assert "script-src" not in forgotten.headers["Content-Security-Policy"]


def test_a_former_versions_script_is_gone(browser: Browser) -> None:
    gone = browser.get("/learn/static/show-password-000000000000.js")

    assert gone.status == 404
    assert "There is no such page" in gone.text
