"""The event log tells who did what to whom, is narrowed by its address, and says when something is new."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.organizations import Organization, create
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in


@pytest.fixture(scope="module")
def logging(usher: LocalUsher) -> Organization:
    """An organization in which two were invited, and one of them accepted."""
    organization = create(usher, "logging", "Logging Ltd", seats=9)
    _invite(usher, organization, "ann@logging.example, bo@logging.example")
    accepted = Browser(usher).register(link_in(usher.email("ann@logging.example")), "Ann", "Lee")
    assert accepted.status_code == 200, accepted.text
    return organization


def _invite(usher: LocalUsher, organization: Organization, emails: str) -> None:
    with usher.signed_in(organization.manager) as api:
        url = f"/v1/organizations/{organization.id}"
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        sent = api.post(f"{url}/invites", json={"license": license_["id"], "emails": emails})
        assert sent.status_code == 201, sent.text


def _sentence(page: Page, text: str) -> None:
    expect(page.get_by_role("row").filter(has_text=text)).to_have_count(1)


def test_events_are_sentences_that_lead_to_what_they_are_about(
    visit: Callable[..., Visit], logging: Organization
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(logging.manager, path=f"{logging.path}/events")

    accepted = page.get_by_role("row").filter(
        has_text="ann@logging.example accepted the invite to First Aid at Work"
    )
    expect(accepted).to_have_count(1)
    _sentence(page, "invited 2 people to First Aid at Work")
    look_at(page, "events-own")

    accepted.get_by_role("button", name="Details").click()
    details = page.get_by_role("dialog")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    details.get_by_role("button", name="Copy as JSON").click()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert (copied["type"], copied["actor"]) == ("invite.accepted", "ann@logging.example")
    look_at(page, "events-details")
    details.get_by_role("link", name="Open the invite").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ann@logging.example")


def test_filters_stand_in_the_address(visit: Callable[..., Visit], logging: Organization) -> None:
    visited = visit(width=390)
    page = visited.page
    visited.sign_in(logging.manager, path=f"{logging.path}/events")
    expect(page.get_by_role("row").filter(has_text="invited 2 people")).to_have_count(1)

    page.get_by_role("combobox", name="What happened").fill("accepted")
    page.get_by_role("option", name="Invite accepted").click()
    expect(page.get_by_role("row").filter(has_text="invited 2 people")).to_have_count(0)
    _sentence(page, "ann@logging.example accepted the invite")
    expect(page).to_have_url(re.compile(r"type=invite\.accepted"))
    page.reload()
    _sentence(page, "ann@logging.example accepted the invite")

    page.get_by_role("button", name="More filters").click()
    learner = page.get_by_role("combobox", name="Learner")
    learner.fill("ann")
    page.get_by_role("option", name="Ann Lee").click()
    expect(page.get_by_role("button", name="1 filter")).to_be_visible()
    look_at(page, "events-filters-390")
    page.keyboard.press("Escape")
    _sentence(page, "ann@logging.example accepted the invite")
    look_at(page, "events-390")

    page.goto(f"{visited.usher.base_url}{logging.path}/events?type=invite.declined")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    _sentence(page, "invited 2 people")


def test_what_is_new_is_told_and_shown_on_request(
    visit: Callable[..., Visit], usher: LocalUsher, logging: Organization
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(logging.manager, path=f"{logging.path}/events")
    expect(page.get_by_role("row").filter(has_text="invited 2 people")).to_have_count(1)

    _invite(usher, logging, "cy@logging.example")
    page.get_by_role("button", name="Show what is new").click()
    _sentence(page, "invited cy@logging.example to First Aid at Work")
    expect(page.get_by_role("button", name="Show what is new")).to_have_count(0)
