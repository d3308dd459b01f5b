"""Clients are created, given seats, branded with a live preview, and closed; no seat is lost on the way."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from infra.local.seed import LIMITED, MANAGER
from tests.browser.clicks import Clicks, paste
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import LANGUAGES, look_at, look_in_turn
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

PRODUCT = "First Aid at Work"
_PICTURE = re.compile("^data:image/png;base64,")


def create_client(usher: LocalUsher, name: str, slug: str, *, seats: int = 0) -> dict[str, Any]:
    """Create a client of the demonstration organization, with seats of a course."""
    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        base = f"/v1/organizations/{acme['id']}"
        made = api.post(f"{base}/clients", json={"name": name, "slug": slug})
        assert made.status_code == 201, made.text
        client: dict[str, Any] = made.json()
        if seats:
            (course,) = (
                one
                for one in api.get(f"{base}/licenses").json()["items"]
                if one["product"]["name"] == PRODUCT
            )
            path = f"{base}/clients/{client['id']}/sublicenses"
            given = api.post(path, json={"license": course["id"], "seats": seats})
            assert given.status_code == 201, given.text
            client["sublicense"] = given.json()["id"]
        return client


def logo(size: tuple[int, int] = (240, 80)) -> bytes:
    """A picture to upload."""
    drawn = io.BytesIO()
    Image.new("RGB", size, "#c2410c").save(drawn, "PNG")
    return drawn.getvalue()


def _sublicense(page: Page) -> Locator:
    return page.get_by_role("article", name=PRODUCT)


def test_a_client_is_created_once_and_given_seats(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("clients")
    page.get_by_role("button", name="Create a client").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Quay & Sons")
    expect(form.get_by_label("Address of its landing page")).to_have_value("quay-sons")
    form.get_by_label("Invite somebody of the client").check()
    form.get_by_label("Email").fill("quentin@quay.example")
    form.get_by_label("First name").fill("Quentin")
    form.get_by_role("button", name="Create the client").dblclick()

    expect(page.get_by_role("heading", name="Quay & Sons", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Managers")).to_contain_text("Quentin (invited)")
    assert len(visited.usher.mailbox("quentin@quay.example")) == 1
    page.get_by_role("button", name="Give seats").click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="License").click()
    page.get_by_role("option", name=PRODUCT).click()
    form.get_by_label("Seats").fill("3")
    form.get_by_role("button", name="Give the seats").dblclick()
    expect(_sublicense(page)).to_contain_text("3 available")

    page.get_by_role("button", name="Change seats").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Seats").fill("5")
    expect(form.get_by_role("status")).to_contain_text("2 more")
    form.get_by_role("button", name="Save", exact=True).dblclick()
    expect(_sublicense(page)).to_contain_text("5 available")
    page.get_by_role("button", name="Change seats").click()
    page.get_by_role("dialog").get_by_label("Seats").fill("4")
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(_sublicense(page)).to_contain_text("4 available")

    region = page.get_by_role("region", name="Landing page")
    expect(region.get_by_role("img", name="QR code that leads to the landing page")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    region.get_by_role("button", name="Copy the address").click()
    expect(region.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()").endswith("/c/quay-sons")
    look_at(page, "client")


def test_a_client_is_renamed_and_closed_and_its_free_seats_come_back(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Gull & Sons", "gull-sons", seats=4)
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open(f"clients/{client['id']}")
    page.get_by_role("button", name="Rename").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Gull & Daughters")
    form.get_by_label("Address of its landing page").fill("gull-daughters")
    expect(form.get_by_text("leads nowhere once you save")).to_be_visible()
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Gull & Daughters", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Landing page")).to_contain_text("/c/gull-daughters")

    page.get_by_role("button", name="Close the client").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("4 free seats come back to your licenses")
    expect(form.get_by_role("button", name="Close for good")).to_be_disabled()
    form.get_by_label("Type Gull & Daughters to confirm").fill("gull & daughters")
    look_at(page, "client-close")
    form.get_by_role("button", name="Close for good").dblclick()

    expect(page.get_by_text("The client is closed")).to_be_visible()
    expect(_sublicense(page)).to_contain_text("0 available")
    assert page.get_by_role("button", name="Give seats").count() == 0
    assert Browser(usher).open("/c/gull-daughters").status_code == 404
    visited.open("clients?q=gull")
    expect(page.get_by_role("row", name="Gull & Daughters")).to_contain_text("Closed")


def test_branding_is_seen_on_page_and_email_before_it_is_saved(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Mole Marine", "mole-marine")
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open(f"clients/{client['id']}")
    page.get_by_role("link", name="Appearance").click()
    preview = page.get_by_role("figure", name="Landing page")
    expect(preview).to_contain_text("Welcome to Mole Marine")

    page.get_by_label("Color", exact=True).fill("#ffd400")
    expect(page.get_by_text("It is too light for links on white")).to_contain_text("#856e00")
    expect(page.get_by_text("Black text is put on it")).to_be_visible()
    page.get_by_label("Welcome", exact=True).fill("Ahoy!\nWrite to crew@mole.example.")
    expect(preview).to_contain_text("Write to crew@mole.example.")
    page.get_by_label("Drop a logo here").set_input_files(
        {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    expect(page.get_by_role("alert")).to_contain_text("Choose a PNG, JPEG or WebP file.")
    page.get_by_label("Drop a logo here").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": b"not a picture"}
    )
    expect(page.get_by_role("alert")).to_contain_text("cannot be read as a picture")
    page.get_by_label("Drop a logo here").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": logo()}
    )
    expect(preview.get_by_role("img", include_hidden=True)).to_have_attribute("src", _PICTURE)
    look_at(page, "client-appearance")

    page.get_by_text("Email", exact=True).click()
    email = page.get_by_role("region", name="The email")
    expect(email.get_by_role("img", name="Mole Marine")).to_have_attribute("src", _PICTURE)
    expect(email.get_by_role("link").or_(email.locator("a")).first).to_be_visible()
    look_at(page, "client-appearance-email")

    # Whoever leaves is asked first, and stays with what was entered.
    page.get_by_role("link", name="Overview", exact=True).last.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    served = Browser(usher).open("/c/mole-marine")
    assert "#ffd400" in served.text
    assert "crew@mole.example" in served.text
    assert f"/logos/{client['id']}/" in served.text

    page.get_by_role("button", name="Remove the logo").click()
    expect(page.get_by_text("The logo is removed when you save.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    assert "/logos/" not in Browser(usher).open("/c/mole-marine").text


def test_people_of_a_client_are_invited_and_their_seats_keep_it_open(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    create_client(usher, "Buoy Brothers", "buoy-brothers", seats=3)
    visited = visit()
    page, clicks = visited.page, Clicks()
    visited.sign_in()
    clicks.click(page.get_by_role("link", name="Clients"))
    clicks.click(page.get_by_role("link", name="Buoy Brothers", exact=True))
    clicks.click(page.get_by_role("link", name="Invite people"))
    clicks.click(page.get_by_role("button", name="Continue"))
    expect(page.get_by_label("Email addresses")).to_be_focused()
    paste(page, "bruno@buoy.example")
    clicks.click(page.get_by_role("button", name="Review"))
    clicks.click(page.get_by_role("button", name="Send 1 invite"))
    invited = usher.email("bruno@buoy.example")
    assert "Buoy Brothers" in invited["text"]
    # The client, its learners, add, the client, the sublicense and its choice, invite.
    clicks.check("invite somebody of a client", vendor="Panorama", takes=7)
    accepted = Browser(usher).register(link_in(invited), "Bruno", "Buoy")
    assert accepted.status_code == 200, accepted.text

    visited.open("clients?q=buoy")
    expect(page.get_by_role("row", name="Buoy Brothers")).to_contain_text("1 assigned")
    look_at(page, "clients-with-one")
    page.get_by_role("link", name="Buoy Brothers", exact=True).click()
    page.get_by_role("button", name="Close the client").click()
    form = page.get_by_role("dialog", name="Buoy Brothers cannot be closed yet")
    expect(form).to_contain_text(f"{PRODUCT}: 1 seat in use")
    look_at(page, "client-in-use")
    form.get_by_role("link", name="To its learners").click()
    expect(page.get_by_role("row", name="Bruno Buoy")).to_be_visible()
    page.go_back()

    page.get_by_role("button", name="Take back 2 free seats").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").dblclick()
    expect(_sublicense(page)).to_contain_text("0 available")
    expect(_sublicense(page)).to_contain_text("1 assigned")


def test_a_seat_that_somebody_else_took_meanwhile_is_said(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Late Lighters", "late-lighters", seats=2)
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in()
    visited.open(f"clients/{client['id']}")
    page.get_by_role("button", name="Take back 2 free seats").click()
    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        path = (
            f"/v1/organizations/{acme['id']}/clients/{client['id']}/sublicenses/{client['sublicense']}/seats"
        )
        assert api.post(path, json={"seats": -1}).status_code == 200
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Take back").click()

    expect(form.get_by_role("alert")).to_contain_text("The seats are in use")
    expect(form).to_contain_text("1 free seat comes back")
    form.get_by_role("button", name="Take back").click()
    expect(_sublicense(page)).to_contain_text("0 available")


def test_the_address_of_another_client_is_refused_beside_its_field(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    create_client(usher, "Taken Tugs", "taken-tugs")
    visited = visit(width=390)
    visited.expected = {409}
    page = visited.page
    visited.sign_in()
    visited.open("clients?create=true")
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Taken Tugs")
    form.get_by_role("button", name="Create the client").click()

    expect(form.get_by_role("alert").first).to_contain_text("taken")
    expect(form.get_by_label("Name", exact=True)).to_have_value("Taken Tugs")
    look_at(page, "clients-refused-390")


def test_a_clients_screens_in_other_looks(visit: Callable[..., Visit], usher: LocalUsher) -> None:
    client = create_client(usher, "Pilot Pier", "pilot-pier", seats=4)
    for language in LANGUAGES:
        visited = visit(language=language)
        visited.sign_in()
        visited.open("clients?q=p")
        look_in_turn(visited.page, "clients-found", language)
        visited.go(f"clients/{client['id']}")
        expect(_sublicense(visited.page)).to_be_visible()
        look_in_turn(visited.page, "client", language)
        visited.go(f"clients/{client['id']}?give=true")
        expect(visited.page.get_by_role("dialog")).to_be_visible()
        look_in_turn(visited.page, "client-give", language)
        visited.go(f"clients/{client['id']}/appearance")
        expect(visited.page.get_by_role("figure")).to_be_visible()
        look_in_turn(visited.page, "client-appearance", language)


def test_what_a_limited_manager_may_not_do_with_clients_is_absent(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    client = create_client(usher, "Ferry Friends", "ferry-friends", seats=1)
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    visited.open("clients?q=ferry")
    expect(page.get_by_role("row", name="Ferry Friends")).to_be_visible()
    assert page.get_by_role("button", name="Create a client").count() == 0

    visited.open(f"clients/{client['id']}")
    expect(_sublicense(page)).to_be_visible()
    for action in ("Give seats", "Change seats", "Take back", "Rename", "Close the client"):
        assert page.get_by_role("button", name=action).count() == 0
    visited.open(f"clients/{client['id']}/appearance")
    expect(page.get_by_role("figure", name="Landing page")).to_be_visible()
    assert page.get_by_label("Color", exact=True).count() == 0
