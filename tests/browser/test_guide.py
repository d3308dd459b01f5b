"""The guide that a new manager begins with, and its pictures of what learners see.

`UPDATE_PICTURES=1 make test TESTS=tests/browser/test_guide.py` takes them anew, when learners' pages change.
The last tests hold what the console shows against them: they pass once it is built with the new ones.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from infra.local.seed import LIMITED, MANAGER, OPERATOR
from tests.browser import organizations
from tests.browser.conftest import HEIGHTS, Visit
from tests.browser.organizations import Organization
from tests.browser.pictures import take
from tests.browser.test_accessibility import LANGUAGES, look_in_turn
from tests.local.conftest import ROOT, LocalUsher
from tests.local.test_story import link_in

PICTURES = ROOT / "web" / "src" / "screens" / "guide" / "pictures"
WIDTH = 390
LEARNERS = {
    "en": ("Ann", "Lee"),
    "de": ("Anna", "Lehmann"),
    "fr": ("Anne", "Leroy"),
    "es": ("Ana", "Lopez"),
}
"""Whom the pictures show, by the language of their pages and of the managers who see them."""

MOST_BYTES = 30_000
"""Of a picture, since the guide shows four."""


@pytest.fixture(scope="module")
def own(usher: LocalUsher) -> Organization:
    """An organization of these tests' own, with two products."""
    own = organizations.create(usher, "north-harbor", "North Harbor", seats=30)
    with usher.signed_in(OPERATOR) as operator:
        products = operator.get("/v1/operator/products").json()["items"]
        order = {
            "order_id": f"{own.slug}-2",
            "product": next(one["id"] for one in products if one["kind"] == "subscription"),
            "seats": 12,
            "valid_from": "2026-01-01",
            "valid_until": "2029-01-01",
            "flex": False,
        }
        granted = operator.post(f"/v1/operator/organizations/{own.id}/licenses", json=order)
        assert granted.status_code == 201, granted.text
    return own


def _invite(usher: LocalUsher, own: Organization, learner: str, number: int) -> str:
    """Invite the learner to the license of this number; the link in the email."""
    url = f"/v1/organizations/{own.id}"
    with usher.signed_in(own.manager) as api:
        license_ = api.get(f"{url}/licenses").json()["items"][number]
        sent = api.post(f"{url}/invites", json={"license": license_["id"], "emails": learner})
        assert sent.status_code == 201, sent.text
    return link_in(usher.email(learner, subject=license_["product"]["name"]))


def _size(picture: Path) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height


@pytest.mark.parametrize(("language", "name"), LEARNERS.items())
def test_the_pictures_show_the_way_of_new_people_and_of_those_with_an_account(
    visit: Callable[..., Visit], own: Organization, language: str, name: tuple[str, str]
) -> None:
    visited = visit(width=WIDTH, language=language)
    page, usher = visited.page, visited.usher
    first_name, last_name = name
    learner = f"{first_name}.{last_name}@{own.domain}".lower()
    answer = page.locator("form:has(input[name=password])")
    page.goto(f"{_invite(usher, own, learner, 0)}?lang={language}")
    answer.locator("input[name=first_name]").fill(first_name)
    answer.locator("input[name=last_name]").fill(last_name)
    answer.locator("input[name=password]").fill(usher.password)
    answer.scroll_into_view_if_needed()
    take(page, PICTURES, f"{language}/new-1-invitation")
    answer.locator("button[type=submit]").click()
    expect(page.get_by_text(organizations.PRODUCT).first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language
    take(page, PICTURES, f"{language}/new-2-courses")

    later = visit(width=WIDTH, language=language).page
    answer = later.locator("form:has(input[name=password])")
    later.goto(f"{_invite(usher, own, learner, 1)}?lang={language}")
    answer.locator("input[name=password]").fill(usher.password)
    take(later, PICTURES, f"{language}/known-1-invitation")
    answer.locator("button[type=submit]").click()
    expect(later.get_by_text(organizations.PRODUCT).first).to_be_visible()
    take(later, PICTURES, f"{language}/known-2-courses")

    kept = sorted((PICTURES / language).glob("*.png"))
    assert [picture.stem for picture in kept] == [
        "known-1-invitation",
        "known-2-courses",
        "new-1-invitation",
        "new-2-courses",
    ]
    assert {_size(picture) for picture in kept} == {(WIDTH, HEIGHTS[WIDTH])}
    assert max(picture.stat().st_size for picture in kept) <= MOST_BYTES


def test_who_accepts_the_invitation_to_a_team_begins_with_the_guide(
    visit: Callable[..., Visit], own: Organization
) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    with usher.signed_in(own.manager) as api:
        new = {"email": f"tom@{own.domain}", "first_name": "Tom", "last_name": "Ott", "role": "full_manager"}
        assert api.post(f"/v1/organizations/{own.id}/team", json=new).status_code == 201
    page.goto(link_in(usher.email(new["email"])))
    answer = page.locator("form:has(input[name=password])")
    answer.locator("input[name=first_name]").fill("Tom")
    answer.locator("input[name=last_name]").fill("Ott")
    answer.locator("input[name=password]").fill(usher.password)
    answer.locator("button[type=submit]").click()
    page.locator(f'form[action$="{own.id}"] button').click()

    expect(page.get_by_role("heading", name="First steps", level=1)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=organizations.PRODUCT).first).to_contain_text(
        "seats left"
    )
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the picture").first.click()
    assert saving.value.suggested_filename == "new-1-invitation.png"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the text").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert "North Harbor" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="Invite learners").click()
    expect(page.get_by_role("heading", name="Invite", level=1)).to_be_visible()


def test_the_guide_is_found_again_in_the_menu(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    page.get_by_role("button", name="Account:").click()
    page.get_by_role("menuitem", name="First steps").click()

    expect(page.get_by_role("heading", name="First steps", level=1)).to_be_visible()
    expect(page.get_by_text("A full manager invites people.")).to_be_visible()
    assert page.get_by_role("link", name="Invite learners").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_in_every_look(visit: Callable[..., Visit], language: str) -> None:
    visited = visit(language=language)
    visited.sign_in(MANAGER)
    visited.open("guide")
    pictures = visited.page.locator("figure img")
    expect(pictures).to_have_count(4)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
    shown = visited.page.request.get(pictures.first.evaluate("picture => picture.src"))
    assert shown.body() == (PICTURES / language[:2] / "new-1-invitation.png").read_bytes()
    look_in_turn(visited.page, "guide", language)
