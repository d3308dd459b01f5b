"""Reports show a period as charts, with the numbers behind them, the people, and a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.organizations import Organization, create
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in


@pytest.fixture(scope="module")
def reporting(usher: LocalUsher) -> Organization:
    """An organization that invited four: one accepted, one was withdrawn; and its manager took a seat."""
    organization = create(usher, "reporting", "Reporting Ltd", seats=20)
    with usher.signed_in(organization.manager) as api:
        url = f"/v1/organizations/{organization.id}"
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        emails = "ann@reporting.example, bo@reporting.example, cy@reporting.example, di@reporting.example"
        sent = api.post(f"{url}/invites", json={"license": license_["id"], "emails": emails})
        assert sent.status_code == 201, sent.text
        invites = {one["email"]: one["invite"]["id"] for one in sent.json()["results"]}
        withdrawn = api.post(f"{url}/invites/{invites['di@reporting.example']}/withdraw")
        assert withdrawn.status_code == 200, withdrawn.text
        taken = api.post(f"{url}/licenses/{license_['id']}/self-assign")
        assert taken.is_success, taken.text
    accepted = Browser(usher).register(link_in(usher.email("ann@reporting.example")), "Ann", "Lee")
    assert accepted.status_code == 200, accepted.text
    return organization


def test_charts_tell_a_period_in_numbers_and_by_keyboard(
    visit: Callable[..., Visit], reporting: Organization
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(reporting.manager, path=f"{reporting.path}/reports")

    outcomes = page.get_by_role("region", name="What became of invites")
    expect(outcomes.get_by_role("listitem").filter(has_text="Invited 4")).to_be_visible()
    expect(outcomes.get_by_role("listitem").filter(has_text="Accepted 1")).to_be_visible()
    expect(outcomes.get_by_role("listitem").filter(has_text="Withdrawn 1")).to_be_visible()
    expect(page.get_by_text("Half of them accepted on the same day")).to_be_visible()
    seats = page.get_by_role("region", name="Seats in use")
    expect(seats.get_by_role("listitem").filter(has_text="First Aid at Work 4")).to_be_visible()

    slider = outcomes.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", r := slider.get_attribute("aria-valuetext") or "")
    assert "Invited 4, Accepted 1, Withdrawn 1" in r
    look_at(page, "reports-own")
    outcomes.get_by_text("Show the numbers").click()
    newest = outcomes.get_by_role("row").nth(1)
    expect(newest.get_by_role("cell")).to_have_text(["4", "1", "0", "0", "1"])

    page.get_by_role("combobox", name="Period").click()
    page.get_by_role("option", name="Last 90 days").click()
    expect(outcomes.get_by_role("slider")).to_have_attribute("aria-valuemax", "12")
    expect(page).to_have_url(re.compile(r"range=90d"))
    outcomes.get_by_role("link", name="Withdrawn 1").click()
    expect(page.get_by_role("row").filter(has_text="di@reporting.example")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="bo@reporting.example")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"range=90d"))


def test_people_are_listed_narrowed_and_downloaded(
    visit: Callable[..., Visit], reporting: Organization, tmp_path: Path
) -> None:
    visited = visit(width=390, scheme="dark")
    page = visited.page
    visited.sign_in(reporting.manager, path=f"{reporting.path}/reports")
    expect(page.get_by_role("region", name="How people came")).to_be_visible()
    look_at(page, "reports-own-dark-390")
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="ann@reporting.example")).to_contain_text("Accepted")
    look_at(page, "reports-people-dark-390")

    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="How they came").click()
    page.get_by_role("option", name="Manager's own seat").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text=reporting.manager)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="ann@reporting.example")).to_have_count(0)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    file = tmp_path / "activity.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["email"] for row in rows] == [reporting.manager]


def test_own_dates_stand_in_the_address_and_a_wrong_period_says_why(
    visit: Callable[..., Visit], reporting: Organization
) -> None:
    visited = visit()
    visited.expected = {422}
    page = visited.page
    visited.sign_in(reporting.manager, path=f"{reporting.path}/reports?from=2019-01-01&to=2019-02-01")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("From")).to_have_value("2019-01-01")
    page.get_by_role("combobox", name="Period").click()
    page.get_by_role("option", name="This quarter").click()
    expect(page.get_by_role("region", name="How people came")).to_be_visible()
    expect(page).not_to_have_url(re.compile(r"from="))
