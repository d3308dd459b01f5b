"""The people's pages in a browser: what is asked for is in sight, in each look, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.seed import MANAGER, OPERATOR
from tests.browser.conftest import HEIGHTS, SCREENSHOTS, Visit
from tests.local.conftest import LocalUsher

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS = [
    (scheme, width, language) for scheme in SCHEMES for width in HEIGHTS for language in ("en-US", "de-DE")
]
LONG = "Grundlagen des Brandschutzes und der Ersten Hilfe am Arbeitsplatz"
"""A product's name as long as German ones are."""

ANN = "ann@pages.example"
DEE = "dee@pages.example"

FINDINGS = """() => axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`))"""

_BOTTOM = """() => document.querySelector("main .button").getBoundingClientRect().bottom"""


class Setup:
    """Creates what the pages show, through the API."""

    def __init__(self, usher: LocalUsher) -> None:
        self.usher = usher
        self._manager, self._operator = usher.signed_in(MANAGER), usher.signed_in(OPERATOR)
        self._id = self._manager.get("/v1/me").json()["organizations"][0]["id"]
        owned = self._manager.get(f"/v1/organizations/{self._id}/licenses").json()["items"]
        self._licenses = {one["product"]["kind"]: one["id"] for one in owned}
        self._licenses["long"] = self._long_license()
        self._names = {one["product"]["kind"]: one["product"]["name"] for one in owned} | {"long": LONG}

    def link(self, email: str, *kinds: str, **more: str) -> str:
        """Invite somebody; the path of the link in the email."""
        licenses = [self._licenses[kind] for kind in kinds]
        self.post("invites", {"licenses": licenses, "emails": email, **more})
        name = self._names[kinds[0]]
        link = self.usher.wait_for(lambda: self._link_of_invite(email, name), f"an invite of {email}")
        return str(link).removeprefix(self.usher.base_url)

    def open_ways_in(self) -> None:
        """Make a code, and switch the join page on."""
        course = self._licenses["course"]
        self.post("codes", {"kind": "registration", "code": "PAGES-2027", "license": course, "cap": 20})
        answer = self._manager.put(
            f"/v1/organizations/{self._id}/join-page",
            json={"enabled": True, "slug": "pages", "domains": [], "licenses": [course]},
        )
        assert answer.is_success, answer.text

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call the API as a manager of the organization."""
        answer = self._manager.post(f"/v1/organizations/{self._id}/{path}", json=body)
        assert answer.is_success, answer.text
        posted: dict[str, Any] = answer.json()
        return posted

    def _link_of_invite(self, email: str, name: str) -> str | None:
        about = [sent for sent in self.usher.mailbox(email) if name in sent["subject"]]
        return next((link for sent in about for link in sent["links"] if "/i/" in link), None)

    def _long_license(self) -> str:
        product = self._operator.post("/v1/operator/products", json={"name": LONG, "kind": "course"}).json()
        today = datetime.now(UTC).date()
        answer = self._operator.post(
            f"/v1/operator/organizations/{self._id}/licenses",
            json={
                "order_id": "pages",
                "product": product["id"],
                "flex": False,
                "seats": 5,
                "valid_from": today.isoformat(),
                "valid_until": (today + timedelta(days=300)).isoformat(),
            },
        )
        assert answer.is_success, answer.text
        return str(answer.json()["id"])


@pytest.fixture(scope="module")
def setup(usher: LocalUsher) -> Setup:
    return Setup(usher)


@pytest.fixture(scope="module")
def pages(setup: Setup) -> dict[str, str]:
    """The paths of pages with something to do, by the names of their pictures."""
    setup.open_ways_in()
    invite = setup.link("one@pages.example", "course")
    return {
        "invite": invite,
        "invite-long": setup.link("long@pages.example", "long", message="See you in class. " * 20),
        "invite-several": setup.link("several@pages.example", "course", "subscription"),
        "invite-known": setup.link(MANAGER, "course"),
        "invite-decline": f"{invite}?decline=1",
        "landing-page": "/c/acme",
        "landing-page-code": "/c/acme/PAGES-2027",
        "join-page": "/join/pages",
        "sign-in": "/learn",
        "password-forgotten": "/learn/password",
        "password-reset": "/learn/password?step=code",
    }


def look_at(page: Page, name: str) -> None:
    """Keep a picture; assert that axe finds nothing, nothing is too wide, and the button is in sight."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"page-{name}.png", full_page=True)
    findings: list[str] = page.evaluate(FINDINGS)
    width, seen = page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    bottom, height = page.evaluate(_BOTTOM), page.evaluate("() => window.innerHeight")

    assert findings == [], name
    assert width <= seen, f"something is wider than the screen: {name}"
    assert bottom <= height, f"one has to scroll for the button: {name}"


@pytest.mark.parametrize("language", ["en-US", "de-DE"])
def test_what_is_asked_for_is_in_sight_in_every_look(
    visit: Callable[..., Visit], pages: dict[str, str], language: str
) -> None:
    visited = visit(language=language)
    page = visited.page
    for name, path in pages.items():
        page.goto(visited.usher.base_url + path)
        for scheme, width, _ in (look for look in LOOKS if look[2] == language):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            page.emulate_media(color_scheme=scheme)
            look_at(page, f"{name}-{scheme}-{width}-{language[:2]}")


def test_a_new_person_accepts_and_finds_the_course_and_when_it_starts(
    visit: Callable[..., Visit], setup: Setup
) -> None:
    visited = visit(width=390)
    page = visited.page
    start = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    page.goto(visited.usher.base_url + setup.link(ANN, "course", access_start=start))
    page.get_by_label("First or only name").fill("Ann")
    password = page.get_by_label("Choose a password")
    password.fill("short")
    page.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(password).to_have_attribute("type", "password")
    password.fill(visited.usher.password)
    page.get_by_role("button", name="Create account and accept").click()

    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    out = page.get_by_role("button", name="Sign out").bounding_box()
    assert out is not None
    assert out["height"] < 48, "it stands on one line"
    with page.expect_download() as saved:
        page.get_by_role("link", name="Add to calendar").click()
    assert saved.value.suggested_filename == "start.ics"
    look_at(page, "dashboard-light-390")


def test_a_code_takes_three_clicks_and_one_email(
    visit: Callable[..., Visit], pages: dict[str, str], usher: LocalUsher
) -> None:
    visited = visit()
    page = visited.page
    page.goto(usher.base_url + pages["landing-page"])
    page.get_by_label("Code", exact=True).fill("pages-2027")
    page.get_by_label("Your email address").fill(DEE)
    page.get_by_role("button", name="Continue by email").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()

    page.goto(next(one for one in usher.email(DEE)["links"] if "/learn/enter/" in one))
    page.get_by_label("First or only name").fill("Dee")
    page.get_by_label("Choose a password").fill(usher.password)
    look_at(page, "verification-light-1440")
    page.get_by_role("button", name="Create account and continue").click()

    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    look_at(page, "course-light-1440")
    assert len(usher.mailbox(DEE)) == 1


def test_without_scripts_nothing_is_offered_that_needs_them(
    chromium: Browser, pages: dict[str, str], usher: LocalUsher
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(usher.base_url + pages["invite"])

    expect(page.get_by_label("Choose a password")).to_be_visible()
    expect(page.get_by_role("button", name="Show password")).to_have_count(0)
    context.close()


def test_a_logo_that_does_not_load_leaves_the_organizations_name(
    visit: Callable[..., Visit], setup: Setup, pages: dict[str, str]
) -> None:
    logo = f"{setup.usher.base_url}/logos/gone.png"
    visited = visit(width=390)
    visited.expected = {404}
    page = visited.page
    page.route("**/c/acme", lambda route: _with_logo(route, logo))

    page.goto(setup.usher.base_url + pages["landing-page"])
    box = page.get_by_role("img", name="Acme Learning").bounding_box()

    assert box is not None
    assert box["width"] > 80, "its name, and no sliver"
    page.screenshot(path=SCREENSHOTS / "page-broken-logo-light-390.png")


def _with_logo(route: Any, logo: str) -> None:
    """Answer with the page as it is with a logo."""
    answer = route.fetch()
    name = '<p class="sender">Acme Learning</p>'
    body = answer.text()
    assert name in body
    image = f'<img class="sender" src="{logo}" alt="Acme Learning">'
    policy = answer.headers["content-security-policy"].replace("img-src data:", "img-src data: 'self'")
    headers = {**answer.headers, "content-security-policy": policy}
    route.fulfill(response=answer, body=body.replace(name, image), headers=headers)


def test_the_origin_answers_for_its_icon_and_for_crawlers(usher: LocalUsher) -> None:
    icon = httpx.get(f"{usher.base_url}/favicon.ico", trust_env=False)
    robots = httpx.get(f"{usher.base_url}/robots.txt", trust_env=False)

    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/x-icon")
    assert icon.content.startswith(b"\x00\x00\x01\x00")
    assert robots.headers["content-type"].startswith("text/plain")
    assert "Disallow: /" in robots.text
