"""Settings are changed without overwriting what others changed, and each email is seen before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from infra.local.seed import LIMITED, MANAGER
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import look_at
from tests.browser.test_clients import create_client
from tests.local.conftest import LocalUsher


def _settings(usher: LocalUsher, organization: str) -> dict[str, Any]:
    with usher.signed_in(MANAGER) as api:
        read: dict[str, Any] = api.get(f"/v1/organizations/{organization}").json()
        return read


def test_settings_are_changed_together_and_asked_about_on_leaving(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Sextant Sailing", "sextant")
    visited = visit()
    page = visited.page
    visited.sign_in(path=f"/organizations/{client['id']}/settings")
    page.get_by_label("Name", exact=True).fill("Sextant & Sails")
    page.get_by_label("Address of the landing page").fill("sextant-sails")
    expect(page.get_by_text("leads nowhere once you save")).to_contain_text("/c/sextant,")
    page.get_by_role("combobox", name="Time zone").fill("lisb")
    page.get_by_role("option", name="Europe/Lisbon").click()
    page.get_by_label("Days to accept an invitation").fill("21")
    page.get_by_label("Invite to groups only").check()
    look_at(page, "settings-unsaved")

    page.get_by_role("link", name="Licenses").click()
    leaving = page.get_by_role("dialog", name="Leave without saving?")
    leaving.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Sextant & Sails")
    page.get_by_role("button", name="Save", exact=True).dblclick()

    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Switch the organization")).to_contain_text("Sextant & Sails")
    saved = _settings(usher, client["id"])
    assert (saved["name"], saved["slug"], saved["time_zone"]) == (
        "Sextant & Sails",
        "sextant-sails",
        "Europe/Lisbon",
    )
    assert (saved["invite_days"], saved["require_group"]) == (21, True)
    page.get_by_label("Invite to groups only").uncheck()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("Invite to groups only")).to_be_checked()
    page.get_by_role("link", name="Licenses").click()
    expect(page.get_by_role("heading", name="Licenses", level=1)).to_be_visible()


def test_two_managers_at_once_do_not_overwrite_each_others_settings_unseen(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Twin Tides", "twin-tides")
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in(path=f"/organizations/{client['id']}/settings")
    page.get_by_label("Name", exact=True).fill("Mine")
    page.get_by_label("Days to accept an invitation").fill("7")
    with usher.signed_in(MANAGER) as api:
        theirs = {"name": "Theirs", "time_zone": "Europe/Oslo"}
        assert api.patch(f"/v1/organizations/{client['id']}", json=theirs).status_code == 200

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this meanwhile")
    expect(page.get_by_role("alert")).to_contain_text("Changed by Mara Keller")
    expect(page.get_by_text("Somebody else has set this to: Theirs")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mine")
    expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Europe/Oslo")
    look_at(page, "settings-stale")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)

    saved = _settings(usher, client["id"])
    assert (saved["name"], saved["time_zone"], saved["invite_days"]) == ("Mine", "Europe/Oslo", 7)


def test_settings_that_are_refused_say_why_beside_the_field(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Reef Rules", "reef-rules")
    visited = visit(width=390)
    visited.expected = {422}
    page = visited.page
    visited.sign_in(path=f"/organizations/{client['id']}/settings")
    page.get_by_label("Address of the landing page").fill("No Spaces!")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_label("Address of the landing page")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").first).to_be_visible()
    look_at(page, "settings-refused-390")
    page.get_by_role("button", name="Discard").click()
    page.get_by_label("Days to accept an invitation").fill("200")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Days to accept an invitation")).to_have_attribute("aria-invalid", "true")


def test_each_email_is_seen_as_its_recipient_gets_it(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("settings/emails")
    emails = page.get_by_role("navigation", name="Emails")
    names = emails.get_by_role("link").all_inner_texts()
    assert len(names) > 25
    subjects = set()
    for name in names:
        emails.get_by_role("link", name=name, exact=True).click()
        expect(emails.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
        email = page.get_by_role("region", name="The email")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        expect(email.get_by_text("Acme Learning").first).to_be_visible()
        subjects.add(email.locator("dd").last.inner_text())
    assert len(subjects) > 20
    page.go_back()
    expect(emails.get_by_role("link", name=names[-2], exact=True)).to_have_attribute("aria-current", "page")


def test_a_manager_chooses_their_own_notices(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in(LIMITED)
    visited.open("settings/notices")
    switch = page.get_by_role("switch", name="A course will retire")
    switch.click()
    expect(page.get_by_text("Your choice is saved.")).to_be_visible()
    expect(switch).not_to_be_checked()
    page.reload()
    expect(switch).not_to_be_checked()
    with usher.signed_in(LIMITED) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        path = f"/v1/organizations/{acme['id']}/notices"
        assert api.get(path).json() == {"muted": ["product_retiring"]}
        switch.click()
        expect(switch).to_be_checked()
        expect(switch).to_be_enabled()
        assert api.get(path).json() == {"muted": []}
    page.get_by_role("link", name="Show the email: A course will retire").click()
    expect(page.get_by_role("link", name="Course will retire")).to_have_attribute("aria-current", "page")


def test_a_providers_manager_has_no_notices_of_their_own_in_a_client(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Anchor Arts", "anchor-arts")
    visited = visit()
    page = visited.page
    visited.sign_in(path=f"/organizations/{client['id']}/settings/notices")
    expect(page.get_by_text("You are here as its provider's manager")).to_be_visible()
    page.get_by_role("link", name="To your notices").click()
    expect(page.get_by_role("switch", name="No seat is left")).to_be_visible()


def test_a_limited_manager_reads_the_settings(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    visited.open("settings")
    expect(page.get_by_text("Europe/Zurich")).to_be_visible()
    assert page.get_by_role("textbox").count() == 0
    look_at(page, "settings-limited")
    visited.open("settings/appearance")
    expect(page.get_by_role("figure", name="Landing page")).to_be_visible()
    assert page.get_by_label("Color", exact=True).count() == 0
