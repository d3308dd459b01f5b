"""Codes are made in three ways, handed out, redeemed by a learner, changed, disabled and removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from infra.local.seed import LIMITED, MANAGER
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import look_at
from tests.local.test_story import Browser

PRODUCT = "Leadership Library"


def _begin(page: Page, way: str) -> Locator:
    """Open the dialog, choose how the codes are made, and what they give."""
    page.get_by_role("button", name="Create codes").first.click()
    form = page.get_by_role("dialog")
    form.get_by_text(way, exact=True).click()
    form.get_by_role("combobox", name="What a code gives").click()
    page.get_by_role("option", name=PRODUCT).click()
    page.keyboard.press("Escape")
    return form


def _action(page: Page, code: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {code}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_passcode_is_made_handed_out_redeemed_and_seen_in_its_uses(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in()
    visited.open("codes")
    form = _begin(page, "For many")
    form.get_by_label("Code", exact=True).fill("ahoy-2027")
    form.get_by_label("How many people").fill("20")
    form.get_by_label("Send me an email to forward").check()
    form.get_by_label("Message").fill("See you on deck!")
    form.get_by_text("More options").click()
    form.get_by_label("Language").select_option("English")
    form.get_by_role("button", name="Create", exact=True).dblclick()

    expect(page.get_by_role("heading", name="AHOY-2027", level=1)).to_be_visible()
    expect(page.get_by_text("Nobody has used it yet")).to_be_visible()
    expect(page.get_by_role("img", name="QR code that leads to where AHOY-2027 is redeemed")).to_be_visible()
    expect(page.get_by_role("region", name="The code")).to_contain_text("English")
    address = page.get_by_role("region", name="The code").get_by_text("/c/acme/AHOY-2027").inner_text()
    assert "See you on deck!" in usher.email(MANAGER, subject="join")["text"]
    look_at(page, "code")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save as a picture").click()
    assert downloading.value.suggested_filename == "AHOY-2027.svg"

    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        made = api.get(f"/v1/organizations/{acme['id']}/codes", params={"code": "AHOY-2027"}).json()["items"]
    assert len(made) == 1, "a double click makes one code"
    learner = Browser(usher)
    path = address.removeprefix(usher.base_url)
    learner.open(path)
    learner.submit(path, action="ask", email="sailor@team.example", first_name="Sal", last_name="Or")
    learner.register(_link(usher.email("sailor@team.example")), "Sal", "Or")
    page.reload()
    expect(page.get_by_role("row", name="Sal Or")).to_contain_text("sailor@team.example")
    expect(page.get_by_text("1 of 20")).to_be_visible()

    page.get_by_role("link", name="All codes").click()
    page.get_by_role("link", name="Uses", exact=True).click()
    expect(page.get_by_role("heading", name="Uses of all codes", level=1)).to_be_focused()
    use = page.get_by_role("row", name="Sal Or")
    expect(use).to_contain_text(PRODUCT)
    look_at(page, "code-uses")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export the uses").click()
    assert "sailor@team.example" in downloading.value.path().read_text("utf-8-sig")
    use.get_by_role("link", name="AHOY-2027").click()
    expect(page.get_by_role("heading", name="AHOY-2027", level=1)).to_be_visible()
    page.go_back()
    use.get_by_role("link", name="Sal Or").click()
    expect(page.get_by_role("heading", name="Sal Or", level=1)).to_be_visible()


def _link(email: dict[str, object]) -> str:
    links = email["links"]
    assert isinstance(links, list)
    return next(str(link) for link in links if "/learn/enter/" in link)


def test_a_passcode_with_an_email_to_forward_in_six_clicks(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, clicks = visited.page, Clicks()
    visited.sign_in()
    clicks.click(page.get_by_role("link", name="Codes"))
    clicks.click(page.get_by_role("button", name="Create codes").first)
    form = page.get_by_role("dialog")
    clicks.click(form.get_by_role("combobox", name="What a code gives"))
    clicks.click(page.get_by_role("option", name=PRODUCT))
    form.get_by_label("Code", exact=True).fill("QUICK-2027")
    form.get_by_label("How many people").fill("20")
    clicks.click(form.get_by_label("Send me an email to forward"))
    clicks.click(form.get_by_role("button", name="Create", exact=True))

    usher = visited.usher
    usher.wait_for(
        lambda: any("QUICK-2027" in email["text"] for email in usher.mailbox(MANAGER)), "an email to forward"
    )
    # Add users, by invitation, the organization's group, the user groups, the message, a copy to me, finish.
    clicks.check("a passcode to forward", vendor="360training", takes=7)


def test_a_batch_is_made_exported_and_printed(visit: Callable[..., Visit], tmp_path: Path) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("codes")
    form = _begin(page, "One use each")
    form.get_by_label("Name").fill("Spring fair")
    form.get_by_label("How many codes").fill("12")
    form.get_by_label("Beginning").fill("FAIR-")
    form.get_by_role("button", name="Create", exact=True).click()
    result = page.get_by_role("dialog", name="12 codes are created")
    result.get_by_role("button", name="Show the codes").click()

    expect(page.get_by_text("Batch: Spring fair")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(13)
    look_at(page, "codes-of-a-batch")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name="These codes").click()
    saved = tmp_path / "codes.csv"
    downloading.value.save_as(saved)
    assert len(saved.read_text("utf-8-sig").splitlines()) == 13

    page.get_by_role("link", name="Print sheet").click()
    expect(page.get_by_text("12 tickets are on the sheet.")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("img", name="QR code that leads")).to_have_count(12)
    look_at(page, "codes-sheet-of-a-batch")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.screenshot(path=tmp_path / "print.png")
    page.emulate_media(media="screen")
    page.get_by_role("link", name="All codes").click()
    page.get_by_role("link", name="Batches").click()
    expect(page.get_by_role("heading", name="Batches", level=1)).to_be_visible()
    expect(page.get_by_role("row", name="Spring fair")).to_contain_text("0 of 12")


def test_ones_own_codes_are_uploaded_and_what_cannot_be_is_said(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {422}
    page = visited.page
    visited.sign_in()
    visited.open("codes")
    form = _begin(page, "My own")
    content = b"OWN-0001\nOWN-0002\nOWN-0001\n!!\n"
    form.get_by_label("Choose a file of codes, or drop it here").set_input_files(
        {"name": "own.txt", "mimeType": "text/plain", "buffer": content}
    )
    expect(form.get_by_label("Codes", exact=True)).to_have_value(content.decode())
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_role("alert").first).to_be_visible()
    form.get_by_label("Leave out what cannot be a code").check()
    form.get_by_role("button", name="Create", exact=True).click()

    result = page.get_by_role("dialog", name="2 codes are created")
    expect(result).to_contain_text("Twice in the list")
    expect(result).to_contain_text("Cannot be a code")
    look_at(page, "codes-results")


def test_a_code_is_changed_disabled_found_and_removed(visit: Callable[..., Visit], tmp_path: Path) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("codes")
    form = _begin(page, "For many")
    form.get_by_label("Code", exact=True).fill("SHORT-LIVED")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name="SHORT-LIVED", level=1)).to_be_visible()

    _action(page, "SHORT-LIVED", "Change")
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("For a week")
    form.get_by_label("How many people").fill("7")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("0 of 7")).to_be_visible()

    _action(page, "SHORT-LIVED", "Disable")
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Disabled", exact=True)).to_be_visible()
    _action(page, "SHORT-LIVED", "Enable")
    expect(page.get_by_text("Can be redeemed", exact=True)).to_be_visible()
    _action(page, "SHORT-LIVED", "Disable")
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Disabled", exact=True)).to_be_visible()

    page.get_by_role("link", name="All codes").click()
    page.get_by_role("searchbox").fill("for a w")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("combobox", name="State").select_option("active")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("combobox", name="State").select_option("disabled")
    expect(page.get_by_role("row", name="SHORT-LIVED")).to_be_visible()
    expect(page).to_have_url(re.compile(r"state=disabled"))
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name="These codes").click()
    saved = tmp_path / "disabled.csv"
    downloading.value.save_as(saved)
    (line,) = saved.read_text("utf-8-sig").splitlines()[1:]
    assert "SHORT-LIVED" in line
    look_at(page, "codes-searched")
    page.get_by_role("link", name="SHORT-LIVED").click()
    _action(page, "SHORT-LIVED", "Remove")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()

    expect(page.get_by_role("heading", name="Codes", level=1)).to_be_visible()
    page.get_by_role("searchbox").fill("short-lived")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=short-lived"))


def test_a_refusal_is_said_in_the_persons_language(visit: Callable[..., Visit]) -> None:
    visited = visit(language="de-DE", scheme="dark", width=390)
    visited.expected = {409}
    page = visited.page
    with visited.usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        base = f"/v1/organizations/{acme['id']}"
        license_ = api.get(f"{base}/licenses").json()["items"][0]["id"]
        code = {"kind": "registration", "code": "TAKEN-2027", "license": license_}
        assert api.post(f"{base}/codes", json=code).status_code == 201
    visited.sign_in()
    visited.open("codes?new=one")
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Was ein Code gibt").click()
    page.get_by_role("option", name=PRODUCT).click()
    page.keyboard.press("Escape")
    form.get_by_label("Code", exact=True).fill("taken-2027")
    form.get_by_role("button", name="Erstellen", exact=True).click()

    expect(form.get_by_role("alert")).to_contain_text("Diesen Code gibt es schon")
    expect(form.get_by_role("alert")).to_contain_text("Wählen Sie einen anderen Code")
    look_at(page, "codes-refused-dark-390-de")


def test_what_a_limited_manager_may_not_do_with_codes_is_absent(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    visited.open("codes")

    expect(page.get_by_role("link", name="Batches")).to_be_visible()
    assert page.get_by_role("button", name="Create codes").count() == 0
    assert page.get_by_role("button", name="Actions for").count() == 0
