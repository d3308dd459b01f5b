"""Managers make a group with its courses, put learners into it, give it a license, and take somebody out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import LIMITED, MANAGER, OPERATOR
from tests.browser.conftest import Visit
from tests.browser.people import enroll
from tests.browser.test_accessibility import LANGUAGES, look_in_turn
from tests.local.conftest import LocalUsher

GIA, HUGO = "gia.sala@groups.example", "hugo.baum@groups.example"


@pytest.fixture(scope="module")
def learners(usher: LocalUsher) -> None:
    enroll(usher, GIA, ("Gia", "Sala"), "Language Library")
    enroll(usher, HUGO, ("Hugo", "Baum"), "Leadership Library")


@pytest.fixture(scope="module")
def night_shift(usher: LocalUsher, learners: None) -> str:  # noqa: ARG001 - they are its members
    """The path of a group with a license and two members."""
    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        url = f"/v1/organizations/{acme['id']}"
        licenses = api.get(f"{url}/licenses").json()["items"]
        (language,) = (one["id"] for one in licenses if one["product"]["name"] == "Language Library")
        made = api.post(f"{url}/groups", json={"name": "Night shift", "licenses": [language]})
        assert made.status_code == 201, made.text
        group = made.json()["id"]
        added = api.post(f"{url}/groups/{group}/members", json={"emails": [GIA, HUGO]})
        assert added.status_code == 201, added.text
    return f"groups/{group}"


def _add(page: Page, emails: str) -> None:
    page.get_by_role("button", name="Add members", exact=True).click()
    page.get_by_role("dialog").get_by_label("Email addresses").fill(emails)


@pytest.mark.usefixtures("learners")
def test_a_group_is_made_with_courses_found_by_name_and_filled_with_pasted_addresses(
    visit: Callable[..., Visit],
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("groups")
    page.get_by_role("button", name="Create a group").first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Name").fill("Plant Nord")
    form.get_by_label("Search by course name").fill("leader")
    expect(form.get_by_role("checkbox")).to_have_count(1)
    form.get_by_label("Search by course name").press("Enter")  # a search sends no form
    form.get_by_role("checkbox", name="Leadership Library").check()
    form.get_by_role("button", name="Create the group").dblclick()
    expect(page.get_by_role("heading", name="Plant Nord", level=1)).to_be_focused()
    expect(page.get_by_role("article", name="Leadership Library")).to_be_visible()

    _add(page, f"Gia Sala <{GIA}>; {HUGO}\n{GIA}")
    expect(form.get_by_text("2 learners are named.")).to_be_visible()
    expect(form).to_contain_text("1 seat is needed of")  # Hugo has one
    expect(form).to_contain_text("1 has it already")
    form.get_by_role("button", name="Add 2 members").dblclick()

    expect(page.get_by_text("2 learners are in Plant Nord.")).to_be_visible()
    expect(page.get_by_role("row", name="Gia Sala")).to_contain_text(GIA)
    expect(page.get_by_role("row", name="Hugo Baum")).to_be_visible()
    page.get_by_role("link", name="Gia Sala").click()
    expect(page.get_by_role("region", name="Groups").get_by_role("link", name="Plant Nord")).to_be_visible()
    expect(page.get_by_role("article", name="Leadership Library")).to_contain_text("a group")


def test_whoever_is_no_learner_is_named_before_anything_happens(
    visit: Callable[..., Visit], night_shift: str
) -> None:
    visited = visit()
    visited.expected = {404, 409, 422}
    page = visited.page
    visited.sign_in()
    visited.open(night_shift)

    _add(page, f"{GIA}, nobody@groups.example")
    form = page.get_by_role("dialog")
    expect(form.get_by_role("alert")).to_contain_text("nobody@groups.example")
    expect(form.get_by_role("button", name="Add 0 members")).to_be_disabled()

    form.get_by_role("button", name="Leave this one out").click()
    expect(form.get_by_label("Email addresses")).to_have_value(GIA)
    expect(form.get_by_role("alert")).to_have_count(0)
    expect(form.get_by_text("1 is a member already.")).to_be_visible()


def test_a_license_is_added_and_given_to_members_once_its_seats_were_shown(
    visit: Callable[..., Visit], night_shift: str
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open(night_shift)

    page.get_by_role("button", name="Add licenses").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("checkbox", name="Language Library")).to_have_count(0)  # the group has it
    form.get_by_label("Search by course name").fill("aid")
    form.get_by_role("checkbox", name="First Aid at Work").check()
    form.get_by_role("checkbox", name="Give them to the 2 present members, too").check()
    expect(form).to_contain_text("2 seats are needed of")
    form.get_by_role("button", name="Add 1 license").dblclick()
    expect(page.get_by_text("1 license was added to Night shift.")).to_be_visible()

    course = page.get_by_role("article", name="First Aid at Work")
    course.get_by_role("button", name="Give to members who lack it").click()
    expect(form).to_contain_text("No seat is needed. 2 have it already")
    expect(form.get_by_role("button", name="Give 0 seats")).to_be_disabled()
    page.keyboard.press("Escape")

    course.get_by_role("button", name="Remove from the group").click()
    form.get_by_role("button", name="Remove from the group").click()
    expect(course).to_have_count(0)


@pytest.fixture(scope="module")
def knots(usher: LocalUsher) -> str:
    """The name of a product of which there is one seat."""
    name = "Knots and Hitches"
    with usher.signed_in(OPERATOR) as api:
        product = api.post("/v1/operator/products", json={"name": name, "kind": "course"})
        assert product.status_code == 201, product.text
        organizations = api.get("/v1/operator/organizations").json()["items"]
        acme = next(one["id"] for one in organizations if one["name"] == "Acme Learning")
        order = {"order_id": "knots-1", "product": product.json()["id"], "flex": False, "seats": 1}
        order |= {"valid_from": "2026-01-01", "valid_until": "2030-01-01"}
        granted = api.post(f"/v1/operator/organizations/{acme}/licenses", json=order)
        assert granted.status_code == 201, granted.text
    return name


def test_too_few_seats_are_told_before_anything_happens(
    visit: Callable[..., Visit], night_shift: str, knots: str
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open(f"{night_shift}?add=licenses")
    form = page.get_by_role("dialog")
    form.get_by_role("checkbox", name=knots).check()
    form.get_by_role("checkbox", name="Give them to the 2 present members, too").check()

    expect(form).to_contain_text("1 seat is missing")
    expect(form.get_by_role("button", name="Add 1 license")).to_be_disabled()


def test_a_member_is_taken_out_unless_it_is_undone(visit: Callable[..., Visit], night_shift: str) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in()
    visited.open(night_shift)
    page.get_by_role("searchbox", name="Name or address").fill("bau")
    expect(page.get_by_role("row", name="Gia Sala")).to_have_count(0)
    expect(page.get_by_role("row", name="Hugo Baum")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=bau"))
    page.get_by_role("button", name="Clear the search").click()
    expect(page.get_by_role("row", name="Gia Sala")).to_be_visible()
    removed = page.get_by_role("button", name="Take out: Hugo Baum")
    removed.click()
    expect(removed).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(removed).to_be_visible()

    removed.click()
    page.get_by_role("status").get_by_role("button", name="Close").click()  # at once, then
    expect(page.get_by_role("region", name="Members")).to_contain_text("1 member")
    expect(page.get_by_role("row", name="Hugo Baum")).to_have_count(0)
    with usher.signed_in(MANAGER) as api:
        organization = page.url.split("/organizations/")[1].split("/")[0]
        members = api.get(f"/v1/organizations/{organization}/{night_shift}/members").json()["items"]
    assert [member["email"] for member in members] == [GIA]


def test_a_group_is_renamed_found_and_deleted(visit: Callable[..., Visit], night_shift: str) -> None:
    assert night_shift
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in()
    visited.open("groups?create=true")
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Name").fill("night SHIFT")
    form.get_by_role("button", name="Create the group").click()
    expect(form.get_by_role("alert")).to_be_visible()  # there is one of this name
    form.get_by_role("textbox", name="Name").fill("Early shift")
    form.get_by_role("button", name="Create the group").click()

    page.get_by_role("button", name="Rename").click()
    form.get_by_role("textbox", name="Name").fill("Morning shift")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Morning shift", level=1)).to_be_visible()
    page.get_by_role("link", name="All groups").click()
    page.get_by_role("searchbox", name="Name of the group").fill("morn")
    expect(page.get_by_role("row", name="Night shift")).to_have_count(0)
    expect(page).to_have_url(re.compile("q=morn"))
    page.get_by_role("link", name="Morning shift").click()
    page.get_by_role("button", name="Delete").click()
    form.get_by_role("button", name="Delete").click()

    expect(page.get_by_role("heading", name="Groups", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Night shift")).to_be_visible()
    expect(page.get_by_role("link", name="Morning shift")).to_have_count(0)


def test_a_limited_manager_may_only_look(visit: Callable[..., Visit], night_shift: str) -> None:
    assert night_shift
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    page.keyboard.press("Control+K")
    page.get_by_role("combobox").fill("night")
    page.get_by_role("option", name="Night shift").click()
    expect(page.get_by_role("row", name="Gia Sala")).to_be_visible()

    assert page.get_by_role("main").get_by_role("button").all_inner_texts() == ["Columns"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_group_in_every_look(visit: Callable[..., Visit], night_shift: str, language: str) -> None:
    visited = visit(language=language)
    page = visited.page
    visited.sign_in()
    visited.open(night_shift)
    expect(page.get_by_role("row", name="Gia Sala")).to_be_visible()
    look_in_turn(page, "group", language)

    visited.go(f"{night_shift}?add=members")
    page.get_by_role("dialog").get_by_role("textbox").fill(f"{GIA}, {HUGO}")
    expect(page.get_by_role("dialog").get_by_text("Language Library")).to_be_visible()
    look_in_turn(page, "group-add-members", language)
    visited.go(f"{night_shift}?add=licenses")
    expect(page.get_by_role("dialog").get_by_role("checkbox").first).to_be_visible()
    look_in_turn(page, "group-add-licenses", language)
