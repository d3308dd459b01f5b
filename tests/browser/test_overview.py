"""A new organization learns how to begin, and what it invites is counted.

What needs the managers is shown by test_stories.py, whose clock can be moved until invites have expired.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from infra.local.seed import MANAGER
from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in


@pytest.fixture(scope="module")
def new(usher: LocalUsher) -> Organization:
    """A new organization with seats, which has invited nobody."""
    return organizations.create(usher, "plain-planks", "Plain Planks", seats=10)


def test_a_new_organization_is_taught_to_invite(visit: Callable[..., Visit], new: Organization) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(new.manager, path=f"{new.path}/overview")

    steps = page.get_by_role("region", name="Invite your first learners")
    expect(steps.get_by_role("listitem")).to_have_count(3)
    expect(steps).to_contain_text("You have 10 seats")
    look_at(page, "overview-new")
    steps.get_by_role("link", name="Choose a license").click()
    expect(page.get_by_role("heading", name="Licenses", level=1)).to_be_focused()


def test_who_may_not_invite_is_told_who_may(
    visit: Callable[..., Visit], usher: LocalUsher, new: Organization
) -> None:
    reader = {"email": f"lou@{new.domain}", "first_name": "Lou", "last_name": "Plank"}
    with usher.signed_in(new.manager) as api:
        invited = api.post(f"/v1/organizations/{new.id}/team", json={**reader, "role": "limited_manager"})
        assert invited.status_code == 201, invited.text
    accepted = Browser(usher).register(link_in(usher.email(reader["email"])), "Lou", "Plank")
    assert accepted.status_code == 200, accepted.text
    visited = visit()
    page = visited.page
    visited.sign_in(reader["email"], path=f"{new.path}/overview")

    expect(page.get_by_text("A full manager of your organization can invite learners.")).to_be_visible()
    assert page.get_by_role("link", name="Choose a license").count() == 0


def test_what_is_invited_is_counted(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        licenses = api.get(f"/v1/organizations/{acme['id']}/licenses").json()["items"]
        language = next(one for one in licenses if one["product"]["name"] == "Language Library")
        sent = api.post(
            f"/v1/organizations/{acme['id']}/invites",
            json={"license": language["id"], "emails": "counted@overview.example"},
            headers={"idempotency-key": "overview-counted"},
        )
        assert sent.status_code == 201, sent.text
        usher.wait_for(
            lambda: api.get(f"/v1/organizations/{acme['id']}/overview").json()["invites"]["pending"],
            "the count of invites",
        )
    visited.sign_in()

    expect(page.get_by_text(re.compile("invitations? (is|are) open"))).to_be_visible()
    expect(page.get_by_role("heading", name="Invitations of the last 30 days")).to_be_visible()
