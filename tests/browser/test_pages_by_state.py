"""The people's pages that follow an answer, or refuse one, in each look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import organizations
from tests.browser.conftest import SCREENSHOTS, Visit
from tests.browser.organizations import Organization
from tests.browser.test_pages import FINDINGS, LOOKS
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

NOBODY = ""

_BUTTON = """() => document.querySelector("main .button")?.getBoundingClientRect().bottom ?? 0"""


@dataclass(frozen=True)
class Stop:
    """A page to look at: its name in pictures, its path, who opens it, and what it answers with."""

    name: str
    path: str
    who: str = NOBODY
    status: int = 200


class Setup:
    """People and invites of an organization, in the states that the pages show."""

    def __init__(self, usher: LocalUsher, own: Organization) -> None:
        self.usher, self.own = usher, own
        self.api = usher.signed_in(own.manager)
        self.url = f"/v1/organizations/{own.id}"
        (license_,) = self.api.get(f"{self.url}/licenses").json()["items"]
        self.license = license_["id"]
        self.cookies: dict[str, list[Any]] = {}

    def address(self, name: str) -> str:
        return f"{name}@{self.own.domain}"

    def invite(self, name: str) -> str:
        """Invite somebody to the course; the link."""
        sent = self.api.post(
            f"{self.url}/invites", json={"license": self.license, "emails": self.address(name)}
        )
        assert sent.status_code == 201, sent.text
        return link_in(self.usher.email(self.address(name)))

    def withdraw(self, name: str) -> None:
        (invite,) = self.api.get(f"{self.url}/invites", params={"email": self.address(name)}).json()["items"]
        assert self.api.post(f"{self.url}/invites/{invite['id']}/withdraw").is_success

    def invite_to_team(self, name: str) -> str:
        new = {
            "email": self.address(name),
            "first_name": "Mia",
            "last_name": "Sommer",
            "role": "full_manager",
        }
        sent = self.api.post(f"{self.url}/team", json=new)
        assert sent.status_code == 201, sent.text
        return link_in(self.usher.email(self.address(name), subject="team"))

    def open_join_page(self) -> None:
        settings = {"enabled": True, "slug": self.own.slug, "approval": True, "licenses": [self.license]}
        assert self.api.put(f"{self.url}/join-page", json=settings).is_success

    def ask(self, name: str) -> str:
        """Ask to join; the link that proves the address."""
        browser, page = Browser(self.usher), f"/join/{self.own.slug}"
        browser.open(page)
        assert browser.submit(page, action="ask", email=self.address(name)).is_success
        links = self.usher.email(self.address(name), subject="link to join")["links"]
        return next(str(link) for link in links if "/learn/enter/" in link)

    def register(self, name: str, link: str) -> None:
        """Become somebody by a link, and keep the cookies."""
        browser = Browser(self.usher)
        assert browser.register(link, name.title(), "Sommer").is_success
        self._keep(name, browser)

    def sign_in(self, name: str) -> None:
        """Sign in, and keep the cookies."""
        browser = Browser(self.usher)
        browser.open("/learn")
        address, password = self.address(name), self.usher.password
        assert browser.submit("/learn/sign-in", email=address, password=password).is_success
        self._keep(name, browser)

    def _keep(self, name: str, browser: Browser) -> None:
        self.cookies[name] = [
            {"name": one.name, "value": one.value, "url": self.usher.base_url}
            for one in browser.http.cookies.jar
        ]


@pytest.fixture(scope="module")
def setup(usher: LocalUsher) -> Setup:
    own = organizations.create(usher, "sommerfeld", "Sommerfeld Industrieservice", seats=20)
    return Setup(usher, own)


@pytest.fixture(scope="module")
def stops(setup: Setup) -> list[Stop]:
    """Every page, once all of it is there."""
    usher = setup.usher
    course = setup.invite("mia")
    setup.register("mia", course)
    setup.invite_to_team("mia")
    withdrawn, declined = setup.invite("wim"), setup.invite("dan")
    setup.withdraw("wim")
    browser = Browser(usher)
    browser.open(f"{declined}?decline=1")
    browser.submit(declined, action="decline")
    setup.open_join_page()
    asked, under_way = setup.ask("pia"), setup.ask("quentin")
    setup.register("pia", asked)
    setup.sign_in("manager")
    team = next(
        str(link) for email in usher.mailbox(setup.own.manager) for link in email["links"] if "/i/" in link
    )
    notices = usher.email(setup.own.manager, subject="asks to join")["links"]
    notice = next(str(link) for link in notices if "/learn/notices/" in link)
    return [
        Stop("dashboard-of-a-learner", "/learn", "mia"),
        Stop("dashboard-of-one-who-waits", "/learn", "pia"),
        Stop("dashboard-of-a-manager", "/learn", "manager"),
        Stop("course", "/learn?welcome=1", "mia"),
        Stop("course-again", course, "mia"),
        Stop("way-into-the-console", f"/learn/console/{setup.own.id}", "manager"),
        Stop("invite-accepted", course),
        Stop("invite-accepted-by-a-manager", team, "manager"),
        Stop("invite-withdrawn", withdrawn, status=410),
        Stop("invite-declined", declined),
        Stop("wrong-account", team, "mia"),
        Stop("verification", under_way),
        Stop("outcome", asked, "pia"),
        Stop("error-bad-link", "/i/nothing", status=404),
        Stop("error-no-page", "/learn/nothing", status=404),
        Stop("sso-failed", "/learn/sso/nothing/callback", status=400),
        Stop("unsubscribe", notice),
    ]


def look_at(page: Page, name: str) -> None:
    """Keep a picture; assert that axe finds nothing, nothing is too wide, and a button is in sight."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"page-{name}.png", full_page=True)
    findings: list[str] = page.evaluate(FINDINGS)
    width, seen = page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    bottom, height = page.evaluate(_BUTTON), page.evaluate("() => window.innerHeight")

    assert findings == [], name
    assert width <= seen, f"something is wider than the screen: {name}"
    assert bottom <= height, f"one has to scroll for the button: {name}"


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_pages_after_answers_in_every_look(
    visit: Callable[..., Visit], setup: Setup, stops: list[Stop], scheme: str, width: int, language: str
) -> None:
    visited = visit(scheme=scheme, width=width, language=language)
    visited.expected = {stop.status for stop in stops} - {200}
    page, base = visited.page, visited.usher.base_url
    short = language[:2]
    for stop in stops:
        page.context.clear_cookies()
        # What an invite is shown in is its own language, unless the reader chose one.
        page.context.add_cookies([{"name": "usher_language", "value": short, "url": base}])
        page.context.add_cookies(setup.cookies.get(stop.who, []))
        answer = page.goto(stop.path if stop.path.startswith(base) else base + stop.path)

        assert answer is not None
        assert answer.status == stop.status, stop.name
        assert page.locator("html").get_attribute("lang") == short, stop.name
        look_at(page, f"{stop.name}-{scheme}-{width}-{short}")
