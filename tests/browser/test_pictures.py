"""The README's pictures: an organization in the middle of its work.

`UPDATE_PICTURES=1 make test TESTS=tests/browser/test_pictures.py` takes them anew, when the console changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.clicks import paste
from tests.browser.conftest import Visit
from tests.browser.organizations import PRODUCT, Organization
from tests.browser.pictures import take
from tests.local.conftest import ROOT, LocalUsher
from tests.local.test_story import Browser, link_in

PICTURES = ROOT / "docs" / "pictures"
NAMES = """Amara Osei, Ben Fischer, Chiara Ricci, Daniel Okafor, Elif Demir, Farid Haddad, Greta Lind,
Hugo Martin, Ines Duarte, Jonas Weber, Keiko Tanaka, Lena Novak, Mateo Cruz, Nadia Petrova,
Omar Saleh, Paula Sousa, Quentin Roy, Rosa Jimenez, Sven Dahl, Tara Singh"""
ACCEPTED = 6


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@brightwater.example"


@pytest.fixture(scope="module")
def brightwater(usher: LocalUsher) -> Organization:
    """An organization with licenses, people who were invited, and some who have accepted."""
    own = organizations.create(usher, "brightwater", "Brightwater Energy", seats=40)
    with usher.signed_in(OPERATOR) as operator:
        for number, product in enumerate(operator.get("/v1/operator/products").json()["items"][:3]):
            if product["name"] == PRODUCT:
                continue
            order = {
                "order_id": f"brightwater-more-{number}",
                "product": product["id"],
                "seats": 25 + 40 * number,
            }
            order |= {"valid_from": "2026-01-01", "valid_until": "2029-01-01", "flex": False}
            assert operator.post(f"/v1/operator/organizations/{own.id}/licenses", json=order).is_success
    names = re.split(r",\s+", NAMES)
    with usher.signed_in(own.manager) as api:
        url = f"/v1/organizations/{own.id}"
        licenses = api.get(f"{url}/licenses").json()["items"]
        (first,) = (one["id"] for one in licenses if one["product"]["name"] == PRODUCT)
        other = next(one["id"] for one in licenses if one["product"]["name"] != PRODUCT)
        for license_, invited in ((first, names), (other, names[8:14])):
            emails = "; ".join(f"{name} <{_address(name)}>" for name in invited)
            assert api.post(f"{url}/invites", json={"license": license_, "emails": emails}).is_success
    for name in names[:ACCEPTED]:
        first_name, last_name = name.split()
        accepted = Browser(usher).register(link_in(usher.email(_address(name))), first_name, last_name)
        assert accepted.status_code == 200, accepted.text
    return own


def test_the_readmes_pictures(visit: Callable[..., Visit], brightwater: Organization) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(brightwater.manager, path=f"{brightwater.path}/overview")
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_text(PRODUCT).first).to_be_visible()
    take(page, PICTURES, "overview")

    visited.open("invites")
    expect(page.get_by_role("row", name="Tara Singh").first).to_be_visible()
    take(page, PICTURES, "invites")

    visited.open("invites/new")
    page.get_by_role("checkbox", name=PRODUCT).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Email addresses").click()
    paste(
        page, "Uma Rao <uma.rao@brightwater.example>; vic@gmial.com, wen.li@brightwater.example; xenia@bright"
    )
    expect(page.get_by_role("button", name="Use vic@gmail.com")).to_be_visible()
    take(page, PICTURES, "invite")

    assert {picture.stem for picture in PICTURES.glob("*.png")} == {"overview", "invites", "invite"}
