"""How many clicks and emails the ways in take, from the page to the course (three and one at most)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.integration.pages.conftest import PASSWORD, Answer, Browser
from tests.support.codes import code_of
from tests.support.join_pages import set_page
from tests.support.published_events import data_of
from tests.support.reading_back import events_of, every_event, seats
from tests.support.tenant import Tenant
from usher.domain.effects.kinds import Email
from usher.domain.effects.table import effects_of
from usher.gateways.identity import Identity, WrongCredentialsError
from usher.gateways.links import Keys, Links

ANN = "ann@x.io"
NAMES = {"first_name": "Ann", "last_name": "Lee"}


@dataclass
class Walk:
    """A person who opens a page, and counts what they click and what comes by email."""

    tenant: Tenant
    browser: Browser
    keys: Keys
    clicks: int = 0
    pages: list[Answer] = field(default_factory=list)

    def click(self, action: str, **typed: str) -> Answer:
        """Press a button, and follow where it leads."""
        self.clicks += 1
        answer = self.browser.submit(action, **typed)
        return self.browser.follow() if answer.status == 303 else answer

    def open_email(self) -> Answer:
        """Click the link in the newest email."""
        self.clicks += 1
        *_, asked = events_of(self.tenant, "email_verification.requested")
        token = Links(self.keys).verification_token(str(data_of(asked)["verification"]))
        return self.browser.get(f"/learn/enter/{token}")

    @property
    def emails(self) -> list[str]:
        """The templates of the emails that Ann was sent."""
        return [
            effect.template
            for event in every_event(self.tenant)
            for effect in effects_of(event)
            if isinstance(effect, Email) and effect.to == ANN
        ]


@pytest.fixture
def walk(tenant: Tenant, browser: Browser, keys: Keys) -> Walk:
    return Walk(tenant=tenant, browser=browser, keys=keys)


@pytest.mark.parametrize("path", ["/c/acme", "/c/acme/WELCOME-2027"])
def test_a_code_takes_a_new_person_three_clicks_and_one_email(walk: Walk, path: str) -> None:
    code_of(walk.tenant, walk.tenant.license())
    walk.browser.get(path)

    walk.click("ask", code="welcome-2027", email=ANN)
    walk.open_email()
    landed = walk.click("register", **NAMES, password=PASSWORD)

    assert "Fire safety" in landed.text
    assert "You are signed in with ann@x.io." in landed.text
    assert (walk.clicks, walk.emails) == (3, ["verification_link"])


def test_a_code_takes_a_person_with_an_account_one_click_and_no_email(
    walk: Walk, account: Callable[[str], None]
) -> None:
    code_of(walk.tenant, walk.tenant.license())
    account(ANN)
    walk.browser.get("/c/acme")

    landed = walk.click("sign_in", code="welcome-2027", email=ANN, password=PASSWORD)

    assert "Fire safety" in landed.text
    assert (walk.clicks, walk.emails) == (1, [])


def test_a_form_sent_with_the_enter_key_signs_in_whoever_wrote_a_password(
    walk: Walk, account: Callable[[str], None]
) -> None:
    code_of(walk.tenant, walk.tenant.license())
    account(ANN)
    walk.browser.get("/c/acme")

    landed = walk.click("ask", code="welcome-2027", email=ANN, password=PASSWORD)

    assert "Fire safety" in landed.text


def test_a_link_takes_a_person_with_an_account_three_clicks_and_one_email(
    walk: Walk, account: Callable[[str], None]
) -> None:
    code_of(walk.tenant, walk.tenant.license())
    account(ANN)
    walk.browser.get("/c/acme")

    walk.click("ask", code="welcome-2027", email=ANN)
    walk.open_email()
    landed = walk.click("sign_in", password=PASSWORD)

    assert "Fire safety" in landed.text
    assert (walk.clicks, walk.emails) == (3, ["verification_link"])


def test_the_join_page_takes_a_new_person_three_clicks_and_one_email(walk: Walk) -> None:
    set_page(walk.tenant, walk.tenant.license(), slug="acme-academy")
    walk.browser.get("/join/acme-academy")

    walk.click("ask", email=ANN)
    walk.open_email()
    landed = walk.click("register", **NAMES, password=PASSWORD)

    assert "Fire safety" in landed.text
    assert (walk.clicks, walk.emails) == (3, ["verification_link"])


def test_whoever_writes_somebody_elses_address_makes_no_account_and_redeems_nothing(
    walk: Walk, identity: Identity
) -> None:
    """A password that comes with an address which nobody has proven is nobody's."""
    license_ = walk.tenant.license()
    code_of(walk.tenant, license_)
    walk.browser.get("/c/acme")
    known_to_a_stranger = "a stranger's password"

    walk.click("ask", code="welcome-2027", email=ANN, password=known_to_a_stranger)
    walk.browser.get("/c/acme")
    walk.click("ask", code="welcome-2027", email=ANN)

    assert not identity.has_account(email=ANN)
    assert seats(walk.tenant, license_)[1] == 0
    walk.open_email()
    walk.click("register", **NAMES, password=PASSWORD)
    with pytest.raises(WrongCredentialsError):
        identity.sign_in(email=ANN, password=known_to_a_stranger)


def test_a_code_is_asked_for_once_more_where_it_is_missing(walk: Walk) -> None:
    walk.browser.get("/c/acme")

    page = walk.click("ask", email=ANN)

    assert page.status == 422
    assert page.html.with_id("email")["value"] == ANN
    assert "aria-invalid" in page.html.with_id("code")
