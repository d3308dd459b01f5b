"""Managers see what needs them and get there with one click; a new organization learns how to begin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from infra.local.seed import LIMITED, MANAGER
from tests.browser.conftest import HEIGHTS, Visit
from tests.browser.test_accessibility import look_at


def _needing(route: Route) -> None:
    """Answer the real overview, of an organization where a lot needs its managers."""
    overview: dict[str, Any] = route.fetch().json()
    overview |= {"learners": 1284, "imports_running": 1, "last_activity": overview["as_of"]}
    overview["invites"] |= {
        "pending": 318,
        "accepted": 1284,
        "expired": 2,
        "bounced": 1,
        "expiring_soon": 12,
    }
    overview["join_requests"] = {"pending": 3, "waiting": 1}
    overview["open_requests"] = {"seats": 1, "support": 0}
    first, second, *_ = overview["seats"]
    first["seats"] = {"total": 25, "assigned": 25, "reserved": 6, "sublicensed": 0, "available": 0}
    second["seats"] = {"total": 500, "assigned": 371, "reserved": 40, "sublicensed": 100, "available": 29}
    route.fulfill(json=overview)


def _busy(route: Route) -> None:
    summary: dict[str, Any] = route.fetch().json()
    for number, day in enumerate(summary["days"]):
        sent = (number * 37) % 23 if number % 7 < 5 else 0
        day |= {"invited": sent, "accepted": (number * 17) % 13, "declined": number % 6 == 0}
        day |= {"expired": (number % 9 == 4) * 4, "withdrawn": (number % 11 == 3) * 2}
    summary["days_to_acceptance"] = [
        {"days": 0, "count": 61},
        {"days": 1, "count": 48},
        {"days": 3, "count": 30},
        {"days": 9, "count": 8},
    ]
    route.fulfill(json=summary)


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
)
def test_what_needs_the_managers_leads_to_where_it_is_seen_to(
    visit: Callable[..., Visit], scheme: str, width: int
) -> None:
    visited = visit(scheme=scheme, width=width)
    page = visited.page
    assert width in HEIGHTS
    page.route(
        "**/overview", lambda route: _needing(route) if "/v1/" in route.request.url else route.continue_()
    )
    page.route("**/reports/summary*", _busy)
    visited.sign_in()

    matters = page.get_by_role("region", name="What needs you now")
    expect(matters.get_by_role("listitem").first).to_contain_text("1 invitation did not arrive")
    expect(matters).to_contain_text("2 invitations have expired")
    expect(matters).to_contain_text("3 people ask to join")
    expect(matters).to_contain_text("1 import is running")
    expect(page.get_by_role("img", name=re.compile("sent, .* accepted"))).to_be_visible()
    expect(page.get_by_text("Half of them accept within 1 day")).to_be_visible()
    expect(page.get_by_text("40 reserved by invitations")).to_be_visible()
    look_at(page, f"overview-busy-{scheme}-{width}")

    page.get_by_text("As a table").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(
        len(page.locator("tbody tr").all()) + 1
    )
    matters.get_by_role("link", name="No seats left: First Aid at Work").click()
    expect(page.get_by_role("heading", name="First Aid at Work", level=1)).to_be_focused()


def test_a_new_organization_is_taught_to_invite(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page

    def as_new(route: Route) -> None:
        overview: dict[str, Any] = route.fetch().json()
        overview["learners"] = 0
        overview["invites"] = dict.fromkeys(overview["invites"], 0)
        route.fulfill(json=overview)

    page.route("**/v1/organizations/*/overview", as_new)
    visited.sign_in()

    steps = page.get_by_role("region", name="Invite your first learners")
    expect(steps.get_by_role("listitem")).to_have_count(3)
    expect(steps).to_contain_text(re.compile(r"You have \d+ seats"))
    look_at(page, "overview-new")
    steps.get_by_role("link", name="Choose a license").click()
    expect(page.get_by_role("heading", name="Licenses", level=1)).to_be_focused()


def test_who_may_not_invite_is_told_who_may(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page

    def as_new(route: Route) -> None:
        overview: dict[str, Any] = route.fetch().json()
        overview["learners"] = 0
        overview["invites"] = dict.fromkeys(overview["invites"], 0)
        route.fulfill(json=overview)

    page.route("**/v1/organizations/*/overview", as_new)
    visited.sign_in(LIMITED)

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
