"""Managers see their seats, ask for more, take the request back, and take a seat themselves."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

ANN, BEN, CARA, DAN = (f"{name}@seats-lab.example" for name in ("ann.lund", "ben.ode", "cara.wu", "dan.ivo"))


@dataclass(frozen=True)
class Lab:
    """An organization with a license of four seats, held by three learners and one invite, and an empty one.

    Attributes:
        held: the path of the screen of the license that is held.
        empty: that of a license of three seats that nobody has.
    """

    organization: Organization
    held: str
    empty: str


@pytest.fixture(scope="module")
def lab(usher: LocalUsher) -> Lab:
    made = organizations.create(usher, "seats-lab", "Seats Lab", seats=4)
    with usher.signed_in(OPERATOR) as operator:
        products = operator.get("/v1/operator/products").json()["items"]
        order = {
            "order_id": "seats-lab-2",
            "product": next(one["id"] for one in products if one["name"] == "Language Library"),
            "seats": 3,
            "valid_from": "2026-01-01",
            "valid_until": "2029-01-01",
            "flex": False,
        }
        granted = operator.post(f"/v1/operator/organizations/{made.id}/licenses", json=order)
        assert granted.status_code == 201, granted.text
    empty = granted.json()["id"]
    with usher.signed_in(made.manager) as api:
        url = f"/v1/organizations/{made.id}"
        (held,) = (one["id"] for one in api.get(f"{url}/licenses").json()["items"] if one["id"] != empty)
        sent = api.post(f"{url}/invites", json={"license": held, "emails": [ANN, BEN, CARA, DAN]})
        assert sent.status_code == 201, sent.text
    for email, first_name, last_name in ((ANN, "Ann", "Lund"), (CARA, "Cara", "Wu"), (DAN, "Dan", "Ivo")):
        accepted = Browser(usher).register(link_in(usher.email(email)), first_name, last_name)
        assert accepted.status_code == 200, accepted.text
    return Lab(made, f"{made.path}/licenses/{held}", f"{made.path}/licenses/{empty}")


def test_more_seats_are_asked_for_once_and_the_request_taken_back(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("licenses")
    card = page.get_by_role("article", name="First Aid at Work")

    card.get_by_role("button", name="Ask for more seats").click()
    form = page.get_by_role("dialog")
    form.get_by_label("How many more").fill("15")
    form.get_by_label("Message").fill("For the new plant.")
    form.get_by_role("button", name="Send the request").dblclick()

    expect(card.get_by_text("15 more seats were asked for")).to_have_count(1)
    card.get_by_role("button", name="Take back").click()
    expect(card.get_by_text("15 more seats were asked for")).to_have_count(0)


def test_a_seat_for_oneself_is_taken_from_those_left(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in()
    visited.open("licenses")
    card = page.get_by_role("article", name="Data Protection, with Exam")
    seats = re.compile(
        r"(\d) of 5 seats assigned, \d of them reserved by invitations, 0 given to clients, (\d) available"
    )
    expect(card.get_by_role("img")).to_have_attribute("aria-label", seats)
    shown = seats.fullmatch(card.get_by_role("img").get_attribute("aria-label") or "")
    assert shown
    left = int(shown[2])

    card.get_by_role("button", name="Assign to me").click()
    page.get_by_role("dialog").get_by_role("button", name="Assign to me").click()
    expect(card.get_by_text(f"{left - 1} available")).to_be_visible()

    card.get_by_role("button", name="Assign to me").click()
    again = page.get_by_role("dialog")
    again.get_by_role("button", name="Assign to me").click()
    expect(again.get_by_role("alert")).to_contain_text("already")
    expect(card.get_by_text(f"{left - 1} available")).to_be_visible()


def test_a_notices_link_to_a_license_opens_it_and_a_wrong_one_says_so(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.expected = {404}
    page = visited.page
    visited.sign_in()
    visited.open("licenses")
    page.get_by_role("link", name="Language Library").click()
    expect(page.get_by_role("heading", name="Language Library", level=1)).to_be_focused()
    address = page.url
    page.reload()
    expect(page.get_by_role("heading", name="Language Library", level=1)).to_be_visible()

    page.goto(address[:-3] + "XXX")

    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_who_sits_in_a_license_is_listed_by_state_and_downloaded(
    visit: Callable[..., Visit], lab: Lab
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(lab.organization.manager, path=lab.held)
    reserved = "4 of 4 seats assigned, 1 of them reserved by invitations, 0 given to clients, 0 available"
    bar = page.get_by_role("article", name="First Aid at Work").get_by_role("img")
    expect(bar).to_have_attribute("aria-label", reserved)
    expect(page.get_by_text("1 reserved by an invitation")).to_be_visible()

    people = page.get_by_role("table", name="Who has a seat")
    expect(people.get_by_role("row", name="Ann Lund")).to_contain_text("an invitation")
    expect(people.get_by_role("row", name="Ann Lund")).to_contain_text("Active")
    expect(people.get_by_role("row", name=BEN)).to_contain_text("on acceptance")
    page.get_by_role("combobox", name="State").select_option(label="Invited")
    expect(people.get_by_role("row", name="Ann Lund")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"state=reserved"))
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV").click()
    rows = list(csv.DictReader(downloading.value.path().read_text("utf-8-sig").splitlines()))
    assert [row["email"] for row in rows] == [BEN]
    people.get_by_role("link", name=BEN).click()
    expect(page.get_by_role("heading", name=BEN, level=1)).to_be_visible()
    page.go_back()
    page.get_by_role("combobox", name="State").select_option(label="Ended")
    page.get_by_role("button", name="Clear the filters").click()
    people.get_by_role("link", name="Ann Lund").click()
    expect(page.get_by_role("heading", name="Ann Lund", level=1)).to_be_visible()


def test_learners_are_given_a_seat_once_it_was_said_who_gets_one(
    visit: Callable[..., Visit], lab: Lab
) -> None:
    visited = visit()
    visited.expected = {409}
    page, usher = visited.page, visited.usher
    visited.sign_in(lab.organization.manager, path=lab.empty)
    expect(page.get_by_text("Nobody has a seat yet")).to_be_visible()
    page.get_by_role("button", name="Give to learners").click()
    form = page.get_by_role("dialog")
    addresses = form.get_by_label("Email addresses")
    form.get_by_label("Find a learner").fill("lun")
    page.get_by_role("option", name="Ann Lund").click()
    expect(addresses).to_have_value(ANN)
    expect(form.get_by_text("1 seat is needed; 2 stay free.")).to_be_visible()

    addresses.fill(f"{ANN}, {CARA}, nobody@seats-lab.example")
    expect(form.get_by_role("alert")).to_contain_text("nobody@seats-lab.example")
    form.get_by_role("button", name="Leave this one out").click()
    expect(form.get_by_text("Gets a seat")).to_have_count(2)
    form.get_by_role("button", name="Give 2 seats").dblclick()
    expect(page.get_by_text("2 learners were given Language Library.")).to_be_visible()
    expect(page.get_by_role("row", name="Cara Wu")).to_contain_text("a manager, by hand")

    page.get_by_role("button", name="Give to learners").click()
    addresses.fill(ANN)
    expect(form.get_by_text("Has it already")).to_have_count(1)
    expect(form.get_by_text("Nobody is left to be given a seat.")).to_be_visible()
    expect(form.get_by_role("button", name="Give 0 seats")).to_be_disabled()

    addresses.fill(DAN)
    give = form.get_by_role("button", name="Give 1 seat")
    expect(give).to_be_enabled()
    with usher.signed_in(lab.organization.manager) as api:
        invites = f"/v1/organizations/{lab.organization.id}/invites"
        sent = api.post(
            invites, json={"license": lab.empty.rpartition("/")[2], "emails": "eve@seats-lab.example"}
        )
        assert sent.status_code == 201, sent.text
    give.click()
    expect(form.get_by_role("alert")).to_contain_text("Not enough seats")
    expect(form.get_by_text("1 seat too few: only 0 left.")).to_be_visible()
    expect(form.get_by_text("No seat left")).to_be_visible()
    expect(give).to_be_disabled()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_the_screen_of_a_license_is_accessible_in_every_look(
    visit: Callable[..., Visit], lab: Lab, scheme: str, width: int
) -> None:
    visited = visit(scheme=scheme, width=width)
    page = visited.page
    visited.sign_in(lab.organization.manager, path=lab.held)
    expect(page.get_by_role("table", name="Who has a seat")).to_be_visible()
    look_at(page, f"license-{scheme}-{width}")
    page.goto(f"{visited.usher.base_url}{lab.held}?give=true")
    page.get_by_role("dialog").get_by_label("Email addresses").fill(f"{ANN}, {DAN}")
    expect(page.get_by_text("Nobody is left to be given a seat.")).to_be_visible()
    look_at(page, f"license-give-{scheme}-{width}")
