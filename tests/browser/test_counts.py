"""Beside a list its filters say how many there are of each, and so does a license of its seats in use."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import look_at


def test_codes_learners_and_seats_in_use_are_counted(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    own = organizations.create(usher, "tally", "Tally Academy", seats=5)
    with usher.signed_in(own.manager) as api:
        (license_,) = api.get(f"/v1{own.path}/licenses").json()["items"]
        for code in ("TALLY-ONE", "TALLY-TWO"):
            new = {"kind": "registration", "code": code, "license": license_["id"]}
            assert api.post(f"/v1{own.path}/codes", json=new).status_code == 201
        made = api.get(f"/v1{own.path}/codes", params={"code": "TALLY-TWO"}).json()["items"]
        assert api.post(f"/v1{own.path}/codes/{made[0]['id']}/disable").status_code == 200
        asked = {"license": license_["id"], "emails": [f"ann@{own.domain}"]}
        assert api.post(f"/v1{own.path}/invites", json=asked).status_code == 201
        assert api.post(f"/v1{own.path}/licenses/{license_['id']}/self-assign").is_success
        codes = f"/v1{own.path}/codes"
        usher.wait_for(
            lambda: api.get(codes, params={"counts": "true"}).json()["counts"]["disabled"] == 1,
            "what happened to be counted",
        )
    visited.sign_in(own.manager)

    visited.open("codes")
    state = page.get_by_role("combobox", name="State")
    expect(state.get_by_role("option", name="Can be redeemed (1)")).to_be_attached()
    expect(state.get_by_role("option", name="Disabled (1)")).to_be_attached()
    expect(state.get_by_role("option", name="Used up (0)")).to_be_attached()
    expect(page.get_by_role("row", name="TALLY-TWO")).to_be_visible()
    look_at(page, "counted codes")

    page.get_by_role("link", name="Learners").click()
    expect(page.get_by_text("1 learner altogether.")).to_be_visible()

    visited.open(f"licenses/{license_['id']}")
    card = page.get_by_role("article", name=organizations.PRODUCT)
    for name, value in (("Learning now", "1"), ("Starting later", "0"), ("Held by open invites", "1")):
        expect(card.get_by_role("term").filter(has_text=name).locator("xpath=..")).to_contain_text(value)
    look_at(page, "counted seats")
