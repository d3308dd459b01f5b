"""Managers invite people by pasted addresses, see what comes of it, and resend, move and withdraw them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.seed import LIMITED, MANAGER
from tests.browser import organizations
from tests.browser.clicks import Clicks, paste
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import LANGUAGES, look_at, look_in_turn
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

NOBODY = "bounce@simulator.amazonses.com"
"""An address at which nothing arrives."""

PAGE = 100
MANY = PAGE + 11
"""Invites that one page of the list does not hold."""


class Organization:
    """Acme Learning as its manager's program sees it."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api
        (managed,) = api.get("/v1/me").json()["organizations"]
        self.id: str = managed["id"]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._api.post(f"/v1/organizations/{self.id}/{path}", json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def license(self, product: str) -> dict[str, Any]:
        items = self._api.get(f"/v1/organizations/{self.id}/licenses").json()["items"]
        found: dict[str, Any] = next(item for item in items if item["product"]["name"] == product)
        return found

    def states(self, q: str) -> set[str]:
        """The states of the invites that a search finds."""
        answer = self._api.get(f"/v1/organizations/{self.id}/invites", params={"q": q})
        return {item["state"] for item in answer.json()["items"]}

    def listed(self, q: str) -> dict[str, Any]:
        """The first invite that a search finds."""
        answer = self._api.get(f"/v1/organizations/{self.id}/invites", params={"q": q})
        found: dict[str, Any] = answer.json()["items"][0]
        return found

    def invite(self, *emails: str, product: str = "Language Library") -> None:
        self.post("invites", {"license": self.license(product)["id"], "emails": list(emails)})


@pytest.fixture
def acme(usher: LocalUsher) -> Iterator[Organization]:
    with usher.signed_in(MANAGER) as api:
        yield Organization(api)


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("row", name=name)


def test_from_a_license_to_sent_in_four_clicks_and_one_paste(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in()
    visited.open("licenses")
    clicks = Clicks()
    people = [f"person{number}@four.example" for number in range(3)]

    clicks.click(page.get_by_role("article", name="First Aid at Work").get_by_role("link", name="Invite"))
    clicks.click(page.get_by_role("button", name="Continue"))
    expect(page.get_by_label("Email addresses")).to_be_focused()
    paste(page, ", ".join(people))
    clicks.click(page.get_by_role("button", name="Review"))
    expect(page.get_by_text("3 people get an email that invites them to First Aid at Work.")).to_be_visible()
    clicks.click(page.get_by_role("button", name="Send 3 invites"))

    expect(page.get_by_role("heading", name="3 people were invited")).to_be_visible()
    clicks.check("invite by a paste", vendor="OffSec", takes=5)  # product, invite, when, continue, send
    assert clicks.count <= 4
    assert all(usher.email(email) for email in people)


def test_twelve_addresses_in_any_form_with_a_typo_a_wrong_one_and_one_named_twice(
    visit: Callable[..., Visit],
) -> None:
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in()
    visited.open("invites/new")
    page.get_by_role("checkbox", name="Language Library").check()
    page.get_by_role("button", name="Continue").click()
    paste(
        page,
        "Ann Lee <ann@paste.example>; Orr, Bo <bo@paste.example>\n"
        "- cy@paste.example\n- dee@paste.example\n\nmailto:ed@paste.example, ANN@paste.example\n"
        "Flo\tflo@paste.example\nGus\tgus@paste.example\n"
        "hal@paste.example ida@paste.example jon@paste.example kim@paste.example\n"
        "lou@gmial.com\nmo@paste",
    )

    expect(page.get_by_text("12 addresses · 1 was named again and counts once")).to_be_visible()
    paste(page, "kim@paste.example")
    paste(page, "kim@paste.example, mo@paste")
    expect(page.get_by_text("12 addresses · 4 were named again and count once")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="kim@paste.example")).to_have_count(1)
    looks = page.get_by_role("list", name="Addresses to look at")
    expect(looks.get_by_role("listitem")).to_have_count(2)
    looks.get_by_role("button", name="Use lou@gmail.com").click()
    expect(looks.get_by_role("listitem")).to_have_count(1)
    looks.get_by_role("button", name="Remove mo@paste").click()
    expect(looks).to_have_count(0)
    expect(page.get_by_text("Language Library: 12 seats")).to_be_visible()
    page.get_by_label("Message").fill("See you on Monday!")
    page.get_by_text("More options").click()
    page.get_by_label("Language").select_option("Deutsch")
    page.get_by_role("button", name="Review").click()

    email = page.get_by_role("region", name="The email")
    expect(email).to_contain_text("ann@paste.example")
    expect(email.get_by_text("See you on Monday!")).to_be_visible()
    page.get_by_role("button", name="Send 12 invites").dblclick()
    expect(page.get_by_role("heading", name="12 people were invited")).to_be_visible()
    page.get_by_role("link", name="To the invites").click()

    expect(_row(page, "Bo Orr")).to_contain_text("Language Library")
    page.get_by_role("link", name="Bo Orr").click()
    expect(page.get_by_text("Deutsch", exact=True)).to_be_visible()
    assert usher.email("lou@gmail.com")
    assert len(usher.mailbox("ann@paste.example")) == 1


def test_more_addresses_than_seats_are_said_and_not_sent(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("licenses")
    page.get_by_role("article", name="Data Protection").get_by_role("link", name="Invite").click()
    page.get_by_role("radio", name="On a date").check()
    page.get_by_role("button", name="Continue").click()
    paste(page, " ".join(f"many{number}@few.example" for number in range(6)))
    expect(page.get_by_text("Data Protection, with Exam: 1 seat is missing, 5 left")).to_be_visible()
    page.get_by_role("button", name="Review").click()

    expect(page.get_by_role("alert")).to_contain_text("Not enough seats")
    expect(page.get_by_role("button", name=re.compile("^Send"))).to_be_disabled()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Remove many0@few.example").click()
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("button", name="Send 5 invites")).to_be_enabled()

    page.get_by_role("link", name="Team").click()
    expect(page.get_by_role("dialog", name="Leave without sending?")).to_be_visible()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Team", level=1)).to_be_visible()


def test_groups_and_a_clients_sublicense_can_be_invited_to(
    visit: Callable[..., Visit], acme: Organization
) -> None:
    library = acme.license("Leadership Library")["id"]
    group = acme.post("groups", {"name": "Quay shift", "licenses": [library]})["id"]
    client = acme.post("clients", {"name": "Quay Works", "slug": "quay-works"})["id"]
    acme.post(f"clients/{client}/sublicenses", {"license": library, "seats": 3})
    visited = visit()
    page = visited.page
    visited.sign_in()

    page.goto(f"{visited.usher.base_url}/organizations/{client}/invites")
    expect(page.get_by_role("heading", name="Nobody has been invited yet")).to_be_visible()
    page.goto(f"{visited.usher.base_url}/organizations/{acme.id}/invites/new?group={group}")
    page.get_by_label("Email addresses").click()
    paste(page, "night@shift.example")
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Send 1 invite").click()
    page.get_by_role("link", name="To the invites").click()
    expect(_row(page, "night@shift.example")).to_contain_text("Quay shift")

    page.get_by_role("link", name="Invite learners").click()
    page.get_by_role("combobox", name="For").click()
    page.get_by_role("option", name="Quay Works").click()
    page.get_by_role("checkbox", name="Leadership Library").check()
    page.get_by_role("button", name="Continue").click()
    paste(page, "quay@client.example")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_text("gets an email from Quay Works")).to_be_visible()
    page.get_by_role("button", name="Send 1 invite").click()
    page.get_by_role("link", name="To the invites").click()

    expect(_row(page, "quay@client.example")).to_be_visible()
    assert page.title() == "Invites · Quay Works"


def test_many_are_withdrawn_after_ten_seconds_in_which_it_can_be_undone(
    visit: Callable[..., Visit], acme: Organization
) -> None:
    people = [f"out{number}@many.example" for number in range(3)]
    acme.invite(*people)
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("invites?q=out")
    expect(page.get_by_role("row")).to_have_count(4)

    page.get_by_role("checkbox", name="Select all that are loaded").check()
    expect(page.get_by_text("3 selected")).to_be_visible()
    look_at(page, "invites-selected-light-1440")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Being withdrawn")).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Being withdrawn")).to_have_count(0)
    assert acme.states("out") == {"pending"}

    page.get_by_role("checkbox", name="Select all that are loaded").check()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("3 invites were withdrawn; their seats are back.")).to_be_visible()
    expect(page.get_by_role("cell", name="Withdrawn")).to_have_count(3)
    assert acme.states("out") == {"withdrawn"}


def test_what_is_refused_of_many_says_why_and_for_whom(
    visit: Callable[..., Visit], acme: Organization
) -> None:
    acme.invite("soon1@again.example", "soon2@again.example")
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("invites?q=soon")
    for _ in range(2):
        page.get_by_role("checkbox", name="Select all that are loaded").check()
        page.get_by_role("button", name="Send again").click()
        page.get_by_role("dialog").get_by_role("button", name="Send again").click()
        expect(page.get_by_role("dialog", name="Send 2 invites again?")).to_have_count(0)

    expect(page.get_by_text("2 invites were sent again.")).to_be_visible()
    refused = page.get_by_role("dialog", name="2 invites were not changed")
    expect(refused.get_by_role("alert")).to_contain_text("Wait")  # at most once a minute
    expect(refused.get_by_text("soon1@again.example")).to_be_visible()


def test_all_that_match_are_sent_again_loaded_or_not_and_what_bounced_stands_out(
    visit: Callable[..., Visit], usher: LocalUsher
) -> None:
    own = organizations.create(usher, "many-mills", "Many Mills", seats=MANY)
    people = [f"all{number}@{own.domain}" for number in range(MANY - 1)]
    with usher.signed_in(own.manager) as api:
        url = f"/v1/organizations/{own.id}"
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        sent = api.post(f"{url}/invites", json={"license": license_["id"], "emails": [NOBODY, *people]})
        assert sent.status_code == 201, sent.text
        usher.wait_for(
            lambda: (
                api.get(f"{url}/invites", params={"email": NOBODY}).json()["items"][0]["delivery"]
                == "bounced"
            ),
            "the bounce",
        )
    visited = visit()
    page = visited.page
    visited.sign_in(own.manager, path=f"{own.path}/invites?q={NOBODY}")
    expect(_row(page, NOBODY)).to_contain_text("Check the address")

    visited.open("invites?q=all")
    page.get_by_role("checkbox", name="Select all that are loaded").check()
    expect(page.get_by_text(f"{PAGE} selected")).to_be_visible()
    page.get_by_role("button", name="Select all that match").click()
    page.get_by_role("button", name="Send again").click()
    page.get_by_role("dialog", name="Send all that match again?").get_by_role(
        "button", name="Send again"
    ).click()

    expect(page.get_by_text(f"{MANY - 1} invites were sent again.")).to_be_visible()
    with usher.signed_in(own.manager) as api:
        listed = api.get(f"{url}/invites", params={"q": "all", "limit": MANY}).json()["items"]
    assert [invite["sent"]["count"] for invite in listed] == [2] * (MANY - 1)


def test_one_invite_is_moved_accepted_and_tells_its_history(
    visit: Callable[..., Visit], acme: Organization
) -> None:
    acme.invite("vera@one.example", product="First Aid at Work")
    visited = visit()
    page, usher = visited.page, visited.usher
    visited.sign_in()
    visited.open("invites?q=vera")
    page.get_by_role("link", name="vera@one.example").click()
    expect(page.get_by_role("heading", name="vera@one.example", level=1)).to_be_focused()
    expect(page.get_by_role("list").get_by_text("Invited")).to_be_visible()

    page.get_by_role("button", name="Change the start").click()
    form = page.get_by_role("dialog")
    form.get_by_role("radio", name="On a date").check()
    last = form.get_by_label("Date", exact=True).get_attribute("max")
    form.get_by_label("Date", exact=True).fill(str(last))
    form.get_by_role("button", name="Change the start").click()
    expect(page.get_by_text("The start of 1 invite was changed.")).to_be_visible()
    assert usher.email("vera@one.example", subject="start")

    Browser(usher).register(link_in(usher.email("vera@one.example", subject="First Aid")), "Vera", "Voss")
    page.reload()

    expect(page.get_by_text("Scheduled")).to_be_visible()
    expect(page.get_by_role("list").get_by_text("Accepted")).to_be_visible()
    moved = page.get_by_role("listitem").filter(has_text="Start changed")
    expect(moved).to_contain_text("Mara Keller")
    assert page.get_by_role("button", name="Withdraw").count() == 0


def test_the_list_is_narrowed_sorted_searched_and_downloaded_by_its_address(
    visit: Callable[..., Visit], acme: Organization, tmp_path: Path
) -> None:
    acme.invite("zoe@sorted.example", "abe@sorted.example")
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("invites")
    page.get_by_role("link", name=re.compile("^Waiting")).click()
    expect(page).to_have_url(re.compile(r"show=waiting"))
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="License").click()
    page.get_by_role("option", name="Language Library").click()
    page.keyboard.press("Escape")
    page.get_by_role("columnheader", name="Learner").get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"sort=name"))
    expect(page.get_by_role("rowheader").first).to_contain_text("abe@sorted.example")
    page.reload()
    expect(page.get_by_role("rowheader").first).to_contain_text("abe@sorted.example")

    page.get_by_role("searchbox").fill("zoe@")
    expect(page.get_by_role("rowheader")).to_have_count(1)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download CSV").click()
    saved = tmp_path / "invites.csv"
    downloading.value.save_as(saved)
    (line,) = saved.read_text("utf-8-sig").splitlines()[1:]
    assert "zoe@sorted.example" in line
    page.get_by_role("searchbox").fill("nobody at all")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(page).to_have_url(re.compile(r"/invites$"))

    visited.open("invites?expired=true")
    expect(page.get_by_role("link", name=re.compile("^Expired"))).to_have_attribute("aria-current", "page")


def test_a_limited_manager_sees_invites_and_changes_none(
    visit: Callable[..., Visit], acme: Organization
) -> None:
    acme.invite("seen@limited.example")
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    visited.open("invites?q=seen")

    expect(_row(page, "seen@limited.example")).to_be_visible()
    assert page.get_by_role("checkbox").count() == 0
    assert page.get_by_role("link", name="Invite learners").count() == 0
    assert page.get_by_role("button", name="Actions for").count() == 0
    page.get_by_role("link", name="seen@limited.example").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    assert page.get_by_role("button", name="Send again").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_in_its_looks(visit: Callable[..., Visit], acme: Organization, language: str) -> None:
    invited = f"look-{language[:2]}@one.example"
    acme.invite(invited)
    visited = visit(language=language)
    page = visited.page
    visited.sign_in()
    german = language == "de-DE"
    visited.open(f"invites/new?license={acme.license('Language Library')['id']}")
    page.get_by_role("textbox").first.click()
    paste(page, "Ann Lee <ann@looks.example>, bo@looks.example, cy@gmial.com, dee@looks, ann@looks.example")
    looks = "Adressen zum Prüfen" if german else "Addresses to look at"
    missing = "Die Endung fehlt" if german else "The ending is missing"
    expect(page.get_by_role("list", name=looks)).to_contain_text(missing)
    expect(page.get_by_text("Language Library: 3")).to_be_visible()
    look_in_turn(page, "invites-people", language)
    page.get_by_role("button", name="Prüfen" if german else "Review", exact=True).click()
    expect(page.get_by_role("region", name="Die E-Mail" if german else "The email")).to_be_visible()
    look_in_turn(page, "invites-review", language)

    page.goto(page.url.split("/invites")[0] + "/invites?q=look-")
    page.get_by_role("link", name=invited).click()
    expect(page.get_by_role("heading", name="Verlauf" if german else "History")).to_be_visible()
    look_in_turn(page, "invite", language)
