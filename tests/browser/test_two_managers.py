"""Two managers at once: no change is overwritten unseen, typed text stays, refusals stand beside rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.organizations import Organization, create
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher

MEANWHILE = "Somebody else has changed this meanwhile"


@pytest.fixture(scope="module")
def twins(usher: LocalUsher) -> Organization:
    """An organization that others leave alone."""
    return create(usher, "twins", "Twin Harbors", seats=5)


def _call(usher: LocalUsher, of: Organization, method: str, path: str, body: dict[str, Any]) -> Any:
    """Call the API as the organization's manager, who has the same name in both browsers."""
    with usher.signed_in(of.manager) as api:
        answer = api.request(method, f"/v1{of.path}{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()


def test_a_code_that_somebody_else_changed_is_overwritten_only_knowingly(
    visit: Callable[..., Visit], usher: LocalUsher, twins: Organization
) -> None:
    with usher.signed_in(twins.manager) as api:
        (license_,) = api.get(f"/v1{twins.path}/licenses").json()["items"]
    new = {"kind": "registration", "code": "TWIN-2027", "licenses": [license_["id"]]}
    code = _call(usher, twins, "POST", "/codes", new)
    one = f"/codes/{code['id']}"
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in(twins.manager, path=f"{twins.path}{one}?edit=true")
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Mine")
    _call(usher, twins, "PATCH", one, {"name": "Theirs", "cap": 7})

    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text(MEANWHILE)
    expect(form.get_by_role("alert")).to_contain_text("Changed by Sol Marti")
    expect(form.get_by_text("Somebody else has set this to: Theirs")).to_be_visible()
    expect(form.get_by_label("Name", exact=True)).to_have_value("Mine")
    expect(form.get_by_label("How many people")).to_have_value("7")
    look_at(page, "two-managers-code")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)

    with usher.signed_in(twins.manager) as api:
        saved = api.get(f"/v1{twins.path}{one}").json()
    assert (saved["name"], saved["cap"]) == ("Mine", 7)


def test_changes_of_different_fields_both_stand(
    visit: Callable[..., Visit], usher: LocalUsher, twins: Organization
) -> None:
    new = {"url": "https://hooks.twins.example/usher", "description": "Twins"}
    webhook = _call(usher, twins, "POST", "/webhooks", new)
    one = f"/webhooks/{webhook['id']}"
    visited = visit()
    visited.expected = {409}
    page = visited.page
    visited.sign_in(twins.manager, path=f"{twins.path}{one}?edit=true")
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("To the LMS")
    _call(usher, twins, "PATCH", one, {"url": "https://hooks.twins.example/other"})
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)

    with usher.signed_in(twins.manager) as api:
        saved = api.get(f"/v1{twins.path}{one}").json()
    assert (saved["url"], saved["description"]) == ("https://hooks.twins.example/other", "To the LMS")


def test_what_is_loaded_anew_takes_nothing_from_an_open_form(
    visit: Callable[..., Visit], usher: LocalUsher, twins: Organization
) -> None:
    new = {"url": "https://hooks.twins.example/kept", "description": "Kept"}
    webhook = _call(usher, twins, "POST", "/webhooks", new)
    one = f"/webhooks/{webhook['id']}"
    visited = visit()
    page = visited.page
    visited.sign_in(twins.manager, path=f"{twins.path}{one}")
    page.get_by_role("button", name="Send a test").click()  # what is under way is looked at again and again
    expect(page.get_by_role("table").get_by_text("webhook.tested")).to_be_visible()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Change").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Typed")
    _call(usher, twins, "PATCH", one, {"description": "Theirs"})

    expect(form.get_by_text("Somebody else has set this to: Theirs")).to_be_visible()
    expect(form.get_by_label("Name", exact=True)).to_have_value("Typed")


def _action(page: Page, name: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_refusal_stands_beside_its_row_until_it_is_closed(
    visit: Callable[..., Visit], usher: LocalUsher, twins: Organization
) -> None:
    colleague = {
        "email": "col@twins.example",
        "first_name": "Col",
        "last_name": "Ley",
        "role": "limited_manager",
    }
    _call(usher, twins, "POST", "/team", colleague)
    visited = visit()
    visited.expected = {429}
    page = visited.page
    visited.sign_in(twins.manager, path=f"{twins.path}/team")
    _action(page, "Col Ley", "Send again")
    expect(page.get_by_text("col@twins.example gets a new link")).to_be_visible()
    _action(page, "Col Ley", "Send again")

    refusal = page.get_by_role("alert").filter(has_text="Wait")
    expect(refusal).to_be_visible()
    row, said = page.get_by_role("row", name="Col Ley").bounding_box(), refusal.bounding_box()
    assert row is not None
    assert said is not None
    assert abs(said["y"] - (row["y"] + row["height"])) < 40, "it stands beside the row"
    look_at(page, "refusal-beside-row")
    page.get_by_role("button", name="Close").last.click()
    expect(refusal).to_have_count(0)


def test_the_zone_of_dates_is_named_once_and_now_is_by_the_servers_clock(
    visit: Callable[..., Visit], twins: Organization
) -> None:
    visited = visit()
    page = visited.page
    page.clock.set_system_time(datetime(2040, 1, 1, tzinfo=UTC))  # the license ends in 2029
    visited.sign_in(twins.manager, path=f"{twins.path}/licenses")

    license_ = page.get_by_role("article").filter(has_text="First Aid at Work")
    expect(license_).to_be_visible()
    expect(license_.get_by_text("Ended")).to_have_count(0)
    expect(page.get_by_text("Times in Europe/Zurich")).to_have_count(1)
    look_at(page, "zone-named")
