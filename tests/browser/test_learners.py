"""Managers find a learner, see what they have, move a start, ask the operators, and erase."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from infra.local.seed import LIMITED
from tests.browser.conftest import Visit
from tests.browser.people import enroll
from tests.browser.test_accessibility import LANGUAGES, look_in_turn
from tests.local.conftest import LocalUsher

ANN, BEN, ZOE = "ann.lee@learners.example", "ben.frei@learners.example", "zoe.ortiz@learners.example"


def _day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


@pytest.fixture(scope="module")
def learners(usher: LocalUsher) -> None:
    enroll(usher, ANN, ("Ann", "Lee"), "Data Protection, with Exam", access_start=_day(20))
    enroll(usher, BEN, ("Ben", "Frei"), "First Aid at Work")
    enroll(usher, ZOE, ("Zoe", "Ortiz"), "Language Library")


@pytest.mark.usefixtures("learners")
def test_a_learner_is_found_by_name_filter_and_order_and_the_address_keeps_them(
    visit: Callable[..., Visit],
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    page.get_by_role("link", name="Learners", exact=True).click()
    expect(page.get_by_role("row", name="Ann Lee")).to_contain_text("Starts later")
    expect(page.get_by_role("row", name="Ben Frei")).to_contain_text("First Aid at Work Active")

    page.get_by_role("button", name="Name").click()
    expect(page).to_have_url(re.compile("sort=-name"))
    by_last_name = re.compile("Zoe Ortiz.*Ann Lee.*Ben Frei", re.DOTALL)
    expect(page.get_by_role("table", name="Learners")).to_contain_text(by_last_name)

    page.get_by_role("searchbox", name="Name or address").fill("ann l")
    expect(page.get_by_role("row", name="Ben Frei")).to_have_count(0)
    expect(page.get_by_role("row", name="Ann Lee")).to_be_visible()
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("ann l")
    expect(page.get_by_role("row", name="Ann Lee")).to_be_visible()
    page.get_by_role("combobox", name="State").select_option(label="Ended")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()

    page.get_by_role("combobox", name="License").select_option(label="First Aid at Work")
    expect(page.get_by_role("row", name="Ann Lee")).to_have_count(0)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV").click()
    rows = list(csv.DictReader(downloading.value.path().read_text("utf-8-sig").splitlines()))
    assert BEN in {row["email"] for row in rows}
    assert ANN not in {row["email"] for row in rows}


@pytest.mark.usefixtures("learners")
def test_a_start_is_moved_and_the_history_tells_it(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in()
    visited.open("learners")
    page.get_by_role("link", name="Ann Lee").click()
    expect(page.get_by_role("heading", name="Ann Lee", level=1)).to_be_focused()
    course = page.get_by_role("article", name="Data Protection, with Exam")

    course.get_by_role("button", name="Move the start").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Starts on").fill(_day(30))
    form.get_by_role("button", name="Move the start").dblclick()

    expect(page.get_by_text(f"{ANN} is told.")).to_be_visible()
    history = page.get_by_role("region", name="What happened")
    expect(history).to_contain_text("The start was moved")
    expect(history).to_contain_text("Accepted the invitation")
    expect(history).to_contain_text("Was invited")
    assert usher.email(ANN, subject="start")

    visited.expected = {422}
    course.get_by_role("button", name="Move the start").click()
    form.get_by_label("Starts on").evaluate("field => field.removeAttribute('max')")
    form.get_by_label("Starts on").fill(_day(800))
    form.get_by_role("button", name="Move the start").click()
    expect(form.get_by_role("alert")).to_be_visible()


@pytest.mark.usefixtures("learners")
def test_the_operators_are_asked_once_for_a_seat_and_for_progress(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("learners")
    page.get_by_role("link", name="Ben Frei").click()

    page.get_by_role("button", name="Ask to give the seat back").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Message").fill("Ben has left us.")
    form.get_by_role("button", name="Send the request").dblclick()
    expect(page.get_by_text("The request was sent.")).to_be_visible()

    page.get_by_role("button", name="Ask to transfer progress").click()
    form.get_by_label("Training").fill("First Aid, older edition")
    form.get_by_label("Message").fill("From his own account.")
    form.get_by_role("button", name="Send the request").click()
    history = page.get_by_role("region", name="What happened")
    expect(history.get_by_text("A support request was filed")).to_have_count(2)


@pytest.mark.usefixtures("learners")
def test_data_is_exported_and_a_learner_erased_by_typing_the_address(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("learners?q=zoe")
    page.get_by_role("link", name="Zoe Ortiz").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download their data").click()
    assert downloading.value.suggested_filename == f"{ZOE}.json"
    assert ZOE in downloading.value.path().read_text()

    page.get_by_role("button", name="Erase this learner").click()
    form = page.get_by_role("dialog", name="Erase Zoe Ortiz for good?")
    expect(form.get_by_role("button", name="Erase for good")).to_be_disabled()
    form.get_by_label("to confirm").fill(ZOE)
    form.get_by_role("button", name="Erase for good").click()

    expect(page.get_by_role("heading", name="Learners", level=1)).to_be_visible()
    expect(page.get_by_text("Zoe Ortiz is being erased.")).to_be_visible()
    expect(page.get_by_role("link", name="Zoe Ortiz")).to_have_count(0)


@pytest.mark.usefixtures("learners")
def test_the_palette_finds_learners_and_a_limited_manager_may_only_look(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    page.keyboard.press("Control+K")
    page.get_by_role("combobox").fill("ben")
    page.get_by_role("option", name="Ben Frei").click()

    expect(page.get_by_role("article", name="First Aid at Work")).to_be_visible()
    expect(page.get_by_role("region", name="What happened")).to_contain_text("Was invited")
    assert page.get_by_role("main").get_by_role("button").all_inner_texts() == []


@pytest.mark.usefixtures("learners")
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_learner_in_every_look(visit: Callable[..., Visit], language: str) -> None:
    visited = visit(language=language)
    page = visited.page
    visited.sign_in()
    visited.open("learners?q=ann")
    expect(page.get_by_role("link", name="Ann Lee")).to_be_visible()
    look_in_turn(page, "learners-found", language)

    page.get_by_role("link", name="Ann Lee").click()
    expect(page.get_by_role("article", name="Data Protection, with Exam")).to_be_visible()
    expect(
        page.get_by_role("region", name="What happened").or_(page.get_by_role("region", name="Was geschah"))
    ).to_be_visible()
    look_in_turn(page, "learner", language)
