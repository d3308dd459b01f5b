"""Managers ask the operators, who answer once and go on to the next; what was asked meanwhile says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import LIMITED, OPERATOR
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization, create
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in


@pytest.fixture(scope="module")
def asking(usher: LocalUsher) -> Organization:
    """An organization with two seats of First Aid at Work, one of which a learner has accepted."""
    organization = create(usher, "asking", "Asking Ltd", seats=2)
    with usher.signed_in(organization.manager) as api:
        url = f"/v1/organizations/{organization.id}"
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        sent = api.post(f"{url}/invites", json={"license": license_["id"], "emails": "ann@asking.example"})
        assert sent.status_code == 201, sent.text
    accepted = Browser(usher).register(link_in(usher.email("ann@asking.example")), "Ann", "Lee")
    assert accepted.status_code == 200, accepted.text
    return organization


def _ask(page: Page, kind: str) -> None:
    page.get_by_role("button", name="New request").first.click()
    page.get_by_role("dialog").get_by_role("combobox", name="What is it about?").click()
    page.get_by_role("option", name=kind).click()


def _choose_license(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("combobox", name="License").click()
    page.get_by_role("option", name="First Aid at Work").click()


def test_seats_are_asked_for_and_granted_by_an_operator(
    visit: Callable[..., Visit], asking: Organization
) -> None:
    managers, operators = visit(), visit()
    page = managers.page
    managers.sign_in(asking.manager, path=f"{asking.path}/requests")
    expect(page.get_by_role("heading", name="No seats were asked for yet")).to_be_visible()
    _ask(page, "More seats of a license")
    form = page.get_by_role("dialog")
    _choose_license(page)
    form.get_by_label("How many more").fill("7")
    form.get_by_label("Message").fill("For the new plant in Olten.")
    look_at(page, "requests-new")
    form.get_by_role("button", name="Send the request").dblclick()
    expect(page.get_by_role("link", name="7 more seats of First Aid at Work")).to_have_count(1)
    look_at(page, "requests-seats")

    desk = operators.page
    operators.sign_in(OPERATOR, path="/operator/requests")
    row = desk.get_by_role("row").filter(has_text="Asking Ltd")
    expect(row).to_contain_text("For the new plant in Olten.")
    look_at(desk, "operator-requests-seats")
    clicks = Clicks()
    clicks.click(row.get_by_role("link"))
    clicks.click(desk.get_by_role("button", name="Grant the seats"))
    look_at(desk, "operator-requests-grant")
    clicks.click(desk.get_by_role("dialog").get_by_role("button", name="Grant the seats"))
    expect(desk.get_by_text("The seats were added to the license.")).to_be_visible()
    look_at(desk, "operator-requests-granted")
    clicks.keep("grant more seats as an operator", at=3)

    email = managers.usher.email(asking.manager, subject="seats")
    answer = next(link for link in email["links"] if "/seat-requests/" in link)
    page.goto(answer)
    expect(page.get_by_text("The seats were added to the license.")).to_be_visible()
    look_at(page, "requests-granted")


def test_a_seat_is_given_back_on_request_and_the_next_request_comes_up(
    visit: Callable[..., Visit], asking: Organization
) -> None:
    managers, operators = visit(width=390, scheme="dark"), visit(scheme="dark")
    page = managers.page
    managers.sign_in(asking.manager, path=f"{asking.path}/requests?kind=support")
    _ask(page, "Give an accepted seat back")
    form = page.get_by_role("dialog")
    form.get_by_label("Learner's email address").fill("ann@asking.example")
    _choose_license(page)
    form.get_by_label("Message").fill("Ann has left the company.")
    form.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("link", name="Give back ann@asking.example")).to_be_visible()
    _ask(page, "Something else")
    form.get_by_label("Message").fill("Is there a course on ladders?")
    form.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("link", name="A question")).to_be_visible()
    kinds = page.get_by_role("navigation", name="Kinds of requests")
    expect(kinds.locator("[aria-current]")).to_have_count(1)
    look_at(page, "requests-support-390")

    desk = operators.page
    operators.sign_in(OPERATOR, path="/operator/requests?kind=support")
    desk.get_by_role("link", name="Give back ann@asking.example").click()
    desk.get_by_role("button", name="Give the seat back").click()
    desk.get_by_role("dialog").get_by_label("Answer").fill("Done, and Ann was told.")
    desk.get_by_role("dialog").get_by_role("button", name="Give the seat back").dblclick()
    expect(desk.get_by_text("Done, and Ann was told.")).to_be_visible()
    look_at(desk, "operator-requests-released-dark")
    desk.get_by_role("link", name="Next open request").click()
    expect(desk.get_by_role("heading", level=1)).not_to_contain_text("ann@asking.example")

    page.get_by_role("link", name="Give back ann@asking.example").click()
    expect(page.get_by_text("Done, and Ann was told.")).to_be_visible()
    look_at(page, "requests-released-390")


def test_a_request_is_taken_back_and_whoever_answers_it_then_is_told(
    visit: Callable[..., Visit], asking: Organization
) -> None:
    managers, operators = visit(), visit(width=390)
    page = managers.page
    managers.sign_in(asking.manager, path=f"{asking.path}/requests?new=other")
    form = page.get_by_role("dialog")
    form.get_by_label("Message").fill("Can the welcome text be longer?")
    form.get_by_role("button", name="Send the request").click()
    page.get_by_role("row").filter(has_text="Can the welcome text be longer?").get_by_role("link").click()
    expect(page.get_by_text("There is no answer yet.")).to_be_visible()
    request = page.url.rpartition("/")[2]

    desk = operators.page
    operators.expected = {409}
    operators.sign_in(OPERATOR, path=f"/operator/requests/support/{request}")
    look_at(desk, "operator-requests-question-390")
    desk.get_by_role("button", name="Answer").click()

    page.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The request was taken back.")).to_be_visible()

    form = desk.get_by_role("dialog")
    form.get_by_label("Answer").fill("It can.")
    form.get_by_role("button", name="Answer").click()
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_role("button", name="Cancel").click()
    expect(desk.get_by_text("Taken back").first).to_be_visible()
    expect(desk.get_by_role("button", name="Answer")).to_have_count(0)


def test_who_may_not_ask_sees_no_button(visit: Callable[..., Visit]) -> None:
    visited = visit()
    visited.sign_in(LIMITED)
    visited.open("requests?kind=support")

    expect(visited.page.get_by_role("navigation", name="Kinds of requests")).to_be_visible()
    expect(visited.page.get_by_role("button", name="New request")).to_have_count(0)
