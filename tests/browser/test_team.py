"""A full manager invites a colleague, resends and takes back; what is refused says why."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from infra.local.seed import LIMITED
from tests.browser.conftest import Visit


def _action(page: Page, person: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {person}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_colleague_is_invited_once_resent_to_and_revoked(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in()
    visited.open("team")

    page.get_by_role("button", name="Invite a manager").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Email", exact=True).fill("nora@team.example")
    form.get_by_label("First name").fill("Nora")
    form.get_by_label("Last name").fill("Frei")
    form.get_by_role("radio", name="Full manager").check()
    form.get_by_role("button", name="Send the invitation").dblclick()

    row = page.get_by_role("row", name="Nora Frei")
    expect(row).to_contain_text("Invited")
    expect(row).to_contain_text("Full manager")
    expect(page.get_by_text("The invitation to nora@team.example is on its way.")).to_be_visible()
    assert usher.email("nora@team.example")
    assert len(usher.mailbox("nora@team.example")) == 1

    _action(page, "Nora Frei", "Send again")
    expect(page.get_by_text("nora@team.example gets a new link")).to_be_visible()
    visited.expected = {429}
    _action(page, "Nora Frei", "Send again")
    expect(page.get_by_role("alert").filter(has_text="Wait")).to_be_visible()  # at most once a minute

    _action(page, "Nora Frei", "Revoke the invitation")
    page.get_by_role("dialog").get_by_role("button", name="Revoke the invitation").click()
    expect(page.get_by_role("row", name="Nora Frei")).to_have_count(0)


def test_a_field_that_is_refused_says_why_beside_it(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {422}
    page = visited.page
    visited.sign_in()
    visited.open("team?invite=true")
    form = page.get_by_role("dialog")
    form.get_by_label("Email", exact=True).fill("nora@team")
    form.get_by_label("First name").fill("Nora")
    form.get_by_role("button", name="Send the invitation").click()

    expect(form.get_by_label("Email", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_role("alert")).to_contain_text("address")
    expect(form.get_by_label("First name")).to_have_value("Nora")


def test_the_last_full_manager_stays_and_is_told_so(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in()
    visited.open("team")

    _action(page, "Mara Keller", "Change the role")
    form = page.get_by_role("dialog")
    form.get_by_role("radio", name="Limited manager").check()
    form.get_by_role("button", name="Save").click()

    expect(form.get_by_role("alert")).to_contain_text("full manager")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name="Mara Keller")).to_contain_text("Full manager")


def test_a_role_is_changed_and_changed_back(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("team")
    for role in ("Full manager", "Limited manager"):
        _action(page, "Lino Rossi", "Change the role")
        form = page.get_by_role("dialog")
        form.get_by_role("radio", name=role).check()
        form.get_by_role("button", name="Save").click()

        expect(page.get_by_role("row", name="Lino Rossi")).to_contain_text(role)


def test_what_a_limited_manager_may_not_do_is_absent(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    visited.open("licenses")
    expect(page.get_by_role("article", name="Language Library")).to_be_visible()
    assert page.get_by_role("article").get_by_role("button").count() == 0

    visited.open("team")

    expect(page.get_by_role("row", name="Mara Keller")).to_be_visible()
    assert page.get_by_role("button", name="Invite a manager").count() == 0
    assert page.get_by_role("button", name="Actions for").count() == 0
