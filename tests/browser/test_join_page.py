"""The join page is set, shared and switched off; who asks is let in, refused with an undo, or waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from infra.local.seed import LIMITED, MANAGER
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser

DOMAIN = "harbor.example"


@pytest.fixture(scope="module")
def client(usher: LocalUsher) -> Iterator[dict[str, Any]]:
    """A client of the demonstration organization with two seats of a course."""
    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        base = f"/v1/organizations/{acme['id']}"
        made = api.post(f"{base}/clients", json={"name": "Harbor Joins", "slug": "harbor-joins"})
        assert made.status_code == 201, made.text
        (course,) = (
            one
            for one in api.get(f"{base}/licenses").json()["items"]
            if one["product"]["name"] == "First Aid at Work"
        )
        given = api.post(
            f"{base}/clients/{made.json()['id']}/sublicenses", json={"license": course["id"], "seats": 2}
        )
        assert given.status_code == 201, given.text
        yield made.json()


def ask(usher: LocalUsher, path: str, name: str) -> None:
    """Ask to join on the page, and prove the address."""
    email = f"{name.lower()}@{DOMAIN}"
    browser = Browser(usher)
    browser.open(path)
    browser.submit(path, action="ask", email=email, first_name=name, last_name="Poe")
    links = usher.email(email, subject="link to join")["links"]
    browser.register(next(str(link) for link in links if "/learn/enter/" in link), name, "Poe")


def test_a_page_is_set_shared_and_its_requests_answered(
    visit: Callable[..., Visit], usher: LocalUsher, client: dict[str, Any]
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(path=f"/organizations/{client['id']}/join-page")
    expect(page.get_by_text("The page is off")).to_be_visible()

    # What gives nothing cannot be switched on: its settings open.
    page.get_by_role("switch", name="The page is off").click()
    form = page.get_by_role("dialog", name="Settings of the join page")
    form.get_by_role("switch", name="The page is on").check()
    form.get_by_role("combobox", name="Everybody who joins gets").click()
    page.get_by_role("option", name="First Aid at Work").click()
    page.keyboard.press("Escape")
    form.get_by_label("Name in its address").fill("harbor-joins-us")
    form.get_by_label("Domains that may join").fill(f"@{DOMAIN}")
    form.get_by_label("A manager answers each request").check()
    form.get_by_label("Put people on a waiting line").check()
    form.get_by_role("button", name="Save").dblclick()

    path = "/join/harbor-joins-us"
    expect(page.get_by_role("link", name=usher.base_url + path)).to_be_visible()
    expect(page.get_by_role("img", name="QR code that leads to the join page")).to_be_visible()
    expect(page.get_by_role("region", name="The page")).to_contain_text(DOMAIN)
    for name in ("Ann", "Bo", "Cy", "Dee"):
        ask(usher, path, name)

    page.reload()
    expect(page.get_by_role("row", name=f"ann@{DOMAIN}")).to_contain_text("Ann Poe")
    look_at(page, "join-page-with-requests")
    page.get_by_role("button", name=f"Refuse dee@{DOMAIN}").click()
    expect(page.get_by_role("row", name=f"dee@{DOMAIN}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name=f"dee@{DOMAIN}")).to_be_visible()
    page.get_by_role("button", name=f"Refuse dee@{DOMAIN}").click()
    for name in ("ann", "bo", "cy"):
        page.get_by_role("button", name=f"Let in {name}@{DOMAIN}").click()
        expect(page.get_by_role("row", name=f"{name}@{DOMAIN}")).to_have_count(0)
    usher.email(f"ann@{DOMAIN}", subject="you are in")
    usher.email(f"dee@{DOMAIN}", subject="request")

    page.get_by_label("Requests", exact=True).select_option("waiting")
    expect(page.get_by_role("row", name=f"cy@{DOMAIN}")).to_contain_text("Waiting line")
    look_at(page, "join-page-waiting")
    page.get_by_label("Requests", exact=True).select_option("refused")
    expect(page.get_by_role("row", name=f"dee@{DOMAIN}")).to_be_visible()

    page.get_by_role("switch", name="The page is on").click()
    expect(page.get_by_role("switch", name="The page is off")).to_be_visible()
    assert Browser(usher).open(path).status_code == 404

    clicks = Clicks()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    clicks.click(page.get_by_role("link", name="Join page"))
    clicks.click(page.get_by_role("switch", name="The page is off"))
    clicks.click(page.get_by_role("button", name="Copy the link"))
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == usher.base_url + path
    # The organization's page, the switch, copy.
    clicks.check("share the join page", vendor="Mandated Reporter Training", takes=3)


def test_two_managers_at_once_do_not_overwrite_each_other_unseen(
    visit: Callable[..., Visit], usher: LocalUsher, client: dict[str, Any]
) -> None:
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in(path=f"/organizations/{client['id']}/join-page")
    path = f"/v1/organizations/{client['id']}/join-page"

    def somebody_else_saves(**change: object) -> None:
        with usher.signed_in(MANAGER) as api:
            settings = api.get(path).json() | change
            del settings["url"], settings["gives"]
            saved = api.put(path, json=settings)
            assert saved.status_code == 200, saved.text

    page.get_by_role("button", name="Change the settings").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Single addresses").fill("mine@else.example")
    somebody_else_saves(addresses=["theirs@else.example"])
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("Somebody else has changed the settings")
    expect(
        form.get_by_text("Changed by somebody else: Single addresses that may join as well.")
    ).to_be_visible()
    expect(form.get_by_label("Single addresses")).to_have_value("mine@else.example")
    look_at(page, "join-page-changed-by-two")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("region", name="The page")).to_contain_text("1 single address")

    page.get_by_role("button", name="Change the settings").click()
    expect(form.get_by_label("Single addresses")).to_have_value("mine@else.example")
    somebody_else_saves(addresses=["theirs@else.example", "more@else.example"])
    form.get_by_label("Single addresses").fill("")
    form.get_by_role("button", name="Save").click()
    form.get_by_role("button", name="Load theirs").click()
    expect(form.get_by_label("Single addresses")).to_have_value("theirs@else.example\nmore@else.example")
    expect(form.get_by_role("alert")).to_have_count(0)
    form.get_by_text("More options").click()
    form.get_by_label("Language").select_option("Deutsch")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("region", name="The page")).to_contain_text("2 single addresses")
    expect(page.get_by_role("region", name="The page")).to_contain_text("Deutsch")


def test_settings_that_are_refused_say_why_beside_the_field(
    visit: Callable[..., Visit], client: dict[str, Any]
) -> None:
    visited = visit(width=390)
    visited.expected = {422}
    page = visited.page
    visited.sign_in(path=f"/organizations/{client['id']}/join-page?edit=true")
    form = page.get_by_role("dialog")
    form.get_by_label("Domains that may join").fill("gmail.com")
    form.get_by_role("button", name="Save").click()

    expect(form.get_by_label("Domains that may join")).to_have_attribute("aria-invalid", "true")
    look_at(page, "join-page-refused-390")


def test_what_a_limited_manager_may_not_do_with_the_page_is_absent(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    visited.open("join-page")

    expect(page.get_by_text("The page is off")).to_be_visible()
    assert page.get_by_role("switch").count() == 0
    assert page.get_by_role("button", name="Change the settings").count() == 0
