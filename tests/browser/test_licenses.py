"""Managers see their seats, ask for more, take the request back, and take a seat themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit


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
    seats = re.compile(r"(\d) of 5 seats assigned, 0 given to clients, (\d) available")
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
