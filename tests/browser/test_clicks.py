"""Tasks that managers know from the five systems, each to its end, with the clicks that it takes.

The counts are printed beside those of the system that a task is known from (shown by pytest's `-s`). Further
tasks are counted where their stories are told, such as in test_stories.py.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.clicks import Clicks, paste
from tests.browser.conftest import Visit
from tests.browser.organizations import PRODUCT, Organization
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

SECOND = "Leadership Library"

Visits = Callable[..., Visit]


@pytest.fixture(scope="module")
def own(usher: LocalUsher) -> Organization:
    """An organization of these tests' own, with licenses of two products."""
    own = organizations.create(usher, "fir-and-co", "Fir & Co", seats=60)
    with usher.signed_in(OPERATOR) as operator:
        products = operator.get("/v1/operator/products").json()["items"]
        order = {
            "order_id": f"{own.slug}-2",
            "product": next(one["id"] for one in products if one["name"] == SECOND),
            "seats": 20,
            "valid_from": "2026-01-01",
            "valid_until": "2029-01-01",
            "flex": False,
        }
        granted = operator.post(f"/v1/operator/organizations/{own.id}/licenses", json=order)
        assert granted.status_code == 201, granted.text
    return own


def _post(usher: LocalUsher, own: Organization, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Prepare something through the API."""
    with usher.signed_in(own.manager) as api:
        answer = api.post(f"/v1/organizations/{own.id}/{path}", json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made


def _license(usher: LocalUsher, own: Organization, product: str) -> str:
    with usher.signed_in(own.manager) as api:
        items = api.get(f"/v1/organizations/{own.id}/licenses").json()["items"]
    return next(str(item["id"]) for item in items if item["product"]["name"] == product)


def _client(usher: LocalUsher, own: Organization, name: str, slug: str) -> None:
    """Create a client with five seats."""
    client = _post(usher, own, "clients", {"name": name, "slug": slug})["id"]
    seats = {"license": _license(usher, own, PRODUCT), "seats": 5}
    _post(usher, own, f"clients/{client}/sublicenses", seats)


def _learner(usher: LocalUsher, own: Organization, email: str, first_name: str) -> None:
    """Invite somebody, who accepts."""
    _post(usher, own, "invites", {"license": _license(usher, own, PRODUCT), "emails": email})
    accepted = Browser(usher).register(link_in(usher.email(email)), first_name, "Fir")
    assert accepted.status_code == 200, accepted.text


def _answer(usher: LocalUsher, own: Organization, words: str) -> str:
    """The link in the email that has the operators' answer."""

    def found() -> str | None:
        answers = (email for email in usher.mailbox(own.manager) if words in email["text"])
        links = (str(link) for email in answers for link in email["links"])
        return next((link for link in links if "/support-requests/" in link), None)

    return str(usher.wait_for(found, f"an email with the answer {words!r}"))


def _choose_file(page: Page, clicks: Clicks, target: Locator, file: FilePayload) -> None:
    with page.expect_file_chooser() as choosing:
        clicks.click(target)
    choosing.value.set_files(file)


def _sign_in_as_learner(page: Page, usher: LocalUsher, email: str) -> None:
    page.goto(f"{usher.base_url}/learn")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(usher.password)
    page.locator("form:has(input[name=password]) button[type=submit]").click()


def test_a_colleagues_invitation_is_revoked_and_a_later_one_can_be_accepted(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    colleague = {
        "email": f"rae@{own.domain}",
        "first_name": "Rae",
        "last_name": "Fir",
        "role": "full_manager",
    }
    _post(usher, own, "team", colleague)
    link = link_in(usher.email(colleague["email"]))
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Team"))
    clicks.click(page.get_by_role("button", name="Actions for Rae Fir"))
    clicks.click(page.get_by_role("menuitem", name="Revoke the invitation"))
    clicks.click(page.get_by_role("dialog").get_by_role("button", name="Revoke the invitation"))
    expect(page.get_by_role("row", name="Rae Fir")).to_have_count(0)
    # The team page, the pending one, revoke, yes.
    clicks.check("revoke a colleague's invitation", vendor="OpenSesame", takes=4)

    visited = visit(width=390)
    visited.expected = {404, 409, 410}
    visited.page.goto(link)
    expect(visited.page.get_by_role("heading", level=1)).to_be_visible()
    expect(visited.page.locator("input[name=password]")).to_have_count(0)
    _post(usher, own, "team", colleague)
    usher.wait_for(lambda: len(usher.mailbox(colleague["email"])) > 1, "a second invitation")
    visited.page.goto(link_in(usher.email(colleague["email"])))
    expect(visited.page.get_by_role("button", name="Create account and accept")).to_be_visible()


def test_a_seat_is_taken_for_oneself_and_found_among_ones_courses(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Licenses"))
    clicks.click(page.get_by_role("article", name=PRODUCT).get_by_role("button", name="Assign to me"))
    clicks.click(page.get_by_role("dialog").get_by_role("button", name="Assign to me"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    # The product, invite, continue, send; without a date.
    clicks.check("take a seat oneself", vendor="OffSec", takes=4)

    _sign_in_as_learner(page, usher, own.manager)
    expect(page.get_by_role("heading", name=PRODUCT)).to_be_visible()


def test_a_seat_is_asked_back_answered_and_gone_from_the_learners_courses(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    email = f"sam@{own.domain}"
    _learner(usher, own, email, "Sam")
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Learners", exact=True))
    clicks.click(page.get_by_role("link", name="Sam Fir"))
    clicks.click(page.get_by_role("button", name="Ask to give the seat back"))
    form = page.get_by_role("dialog")
    form.get_by_label("Message").fill("Sam has left us.")
    clicks.click(form.get_by_role("button", name="Send the request"))
    expect(form).to_have_count(0)
    clicks.keep("ask for an accepted seat to be given back", at=4)

    operator, clicks = visit(), Clicks()
    desk = operator.page
    operator.sign_in(OPERATOR, path="/operator/requests?kind=support")
    clicks.click(desk.get_by_role("link", name=f"Give back {email}"))
    clicks.click(desk.get_by_role("button", name="Give the seat back"))
    form = desk.get_by_role("dialog")
    form.get_by_label("Answer").fill("Done.")
    clicks.click(form.get_by_role("button", name="Give the seat back"))
    expect(desk.get_by_text("Done.", exact=True)).to_be_visible()
    clicks.keep("give a seat back as an operator", at=3)

    page.goto(_answer(usher, own, "Done."))
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()
    learner = visit(width=390).page
    _sign_in_as_learner(learner, usher, email)
    expect(learner.get_by_role("heading", level=1)).to_be_visible()
    expect(learner.get_by_role("button", name="Sign out")).to_be_visible()
    expect(learner.get_by_role("heading", name=PRODUCT)).to_have_count(0)


def test_progress_is_asked_to_be_transferred_and_the_answer_read(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    _learner(usher, own, f"tess@{own.domain}", "Tess")
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Learners", exact=True))
    clicks.click(page.get_by_role("link", name="Tess Fir"))
    clicks.click(page.get_by_role("button", name="Ask to transfer progress"))
    form = page.get_by_role("dialog")
    form.get_by_label("Training").fill("First Aid, older edition")
    form.get_by_label("Message").fill("From her own account.")
    clicks.click(form.get_by_role("button", name="Send the request"))
    expect(form).to_have_count(0)
    clicks.keep("ask for progress to be transferred", at=4)

    operator, clicks = visit(), Clicks()
    desk = operator.page
    operator.sign_in(OPERATOR, path="/operator/requests?kind=support")
    clicks.click(desk.get_by_role("link", name=f"Move tess@{own.domain}"))
    clicks.click(desk.get_by_role("button", name="Mark as done"))
    form = desk.get_by_role("dialog")
    form.get_by_label("Answer").fill("It is moved: two chapters.")
    clicks.click(form.get_by_role("button", name="Mark as done"))
    expect(desk.get_by_text("It is moved: two chapters.")).to_be_visible()
    clicks.keep("answer a request as an operator", at=3)

    page.goto(_answer(usher, own, "It is moved: two chapters."))
    expect(page.get_by_text("It is moved: two chapters.")).to_be_visible()


def test_a_group_is_made_with_courses_ten_are_invited_into_it_and_one_comes_again(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    people = [f"ten{number}@{own.domain}" for number in range(10)]
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Groups"))
    clicks.click(page.get_by_role("button", name="Create a group").first)
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Name").fill("Sawmill")
    form.get_by_label("Search by course name").fill("leader")
    clicks.click(form.get_by_role("checkbox", name=SECOND))
    clicks.click(form.get_by_role("button", name="Create the group"))
    expect(page.get_by_role("heading", name="Sawmill", level=1)).to_be_visible()
    # Groups, add, open it, courses, add, tick, finish.
    clicks.check("make a group with courses", vendor="360training", takes=7)

    clicks = Clicks()
    clicks.click(page.get_by_role("link", name="Invite new people"))
    expect(page.get_by_label("Email addresses")).to_be_visible()
    page.get_by_label("Email addresses").focus()
    paste(page, " ".join(people))
    clicks.click(page.get_by_role("button", name="Review"))
    clicks.click(page.get_by_role("button", name="Send 10 invites"))
    expect(page.get_by_role("heading", name="10 people were invited")).to_be_visible()
    # Add by hand, the group and its choice, send.
    clicks.check("invite ten into a group", vendor="Mandated Reporter Training", takes=4)

    learner = visit(width=390).page
    learner.goto(link_in(usher.email(people[0], subject=SECOND)))
    learner.get_by_label("First or only name").fill("Uli")
    learner.get_by_label("Choose a password").fill(usher.password)
    learner.get_by_role("button", name="Create account and accept").click()
    expect(learner.get_by_role("heading", name=SECOND)).to_be_visible()

    _post(usher, own, "invites", {"license": _license(usher, own, PRODUCT), "emails": people[0]})
    again, clicks = visit(width=390).page, Clicks()
    clicks.follow(again, link_in(usher.email(people[0], subject=PRODUCT)))
    answer = again.locator("form:has(input[name=password])")
    answer.locator("input[name=password]").fill(usher.password)
    clicks.click(answer.locator("button[type=submit]"))
    expect(again.get_by_role("heading", name=PRODUCT)).to_be_visible()
    expect(again.get_by_role("heading", name=SECOND)).to_be_visible()
    # The link in the email, accept.
    clicks.check("accept with an account that one has", vendor="OffSec", takes=2)


def test_codes_of_a_clients_sublicense_are_made_uploaded_and_one_redeemed(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    _client(usher, own, "Alder Works", "alder-works")
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Clients"))
    clicks.click(page.get_by_role("link", name="Alder Works", exact=True))
    clicks.click(page.get_by_role("article", name=PRODUCT).get_by_role("link", name="Create codes"))
    form = page.get_by_role("dialog")
    clicks.click(form.get_by_text("One use each", exact=True))
    form.get_by_label("How many codes").fill("3")
    clicks.click(form.get_by_role("button", name="Create", exact=True))
    expect(page.get_by_role("dialog", name="3 codes are created")).to_be_visible()
    # The codes, add, the client, the sublicense and its choice, save.
    clicks.check("generate redemption codes", vendor="Panorama", takes=6)

    clicks = Clicks()
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Clients"))
    clicks.click(page.get_by_role("link", name="Alder Works", exact=True))
    clicks.click(page.get_by_role("article", name=PRODUCT).get_by_role("link", name="Create codes"))
    clicks.click(form.get_by_text("My own", exact=True))
    own_codes: FilePayload = {"name": "own.txt", "mimeType": "text/plain", "buffer": b"ALDER-1\nALDER-2\n"}
    field = form.get_by_label("Choose a file of codes, or drop it here")
    _choose_file(page, clicks, field, own_codes)
    clicks.click(form.get_by_role("button", name="Create", exact=True))
    expect(page.get_by_role("dialog", name="2 codes are created")).to_be_visible()
    # The codes, upload, the file, the client, the sublicense and its choice, save.
    clicks.check("upload redemption codes", vendor="Panorama", takes=7)

    learner = visit(width=390).page
    learner.goto(f"{usher.base_url}/c/alder-works/ALDER-2")
    learner.get_by_label("Your email address").fill("vic@alder.example")
    learner.get_by_role("button", name="Continue by email").click()
    links = usher.email("vic@alder.example")["links"]
    learner.goto(next(link for link in links if "/learn/enter/" in link))
    learner.get_by_label("First or only name").fill("Vic")
    learner.get_by_label("Choose a password").fill(usher.password)
    learner.get_by_role("button", name="Create account and continue").click()
    expect(learner.get_by_role("heading", name=PRODUCT)).to_be_visible()


def test_a_spreadsheet_of_a_clients_people_is_imported_into_its_sublicense(
    visit: Visits, usher: LocalUsher, own: Organization
) -> None:
    _client(usher, own, "Birch Boats", "birch-boats")
    people: FilePayload = {
        "name": "people.csv",
        "mimeType": "text/csv",
        "buffer": b"Email,First name,Last name\nwim@birch.example,Wim,Birch\nxan@birch.example,Xan,Birch\n",
    }
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Clients"))
    clicks.click(page.get_by_role("link", name="Birch Boats", exact=True))
    clicks.click(page.get_by_role("article", name=PRODUCT).get_by_role("link", name="Import people"))
    form = page.get_by_role("dialog")
    _choose_file(page, clicks, form.get_by_label("Choose a file, or drop it here"), people)
    clicks.click(form.get_by_role("button", name="Check the file"))
    clicks.click(page.get_by_role("button", name="Invite all 2 people"))
    expect(page.get_by_text("All rows are done.")).to_be_visible()
    # The client, its learners, import, the client, the sublicense and its choice, the file, import.
    clicks.check("import a client's people", vendor="Panorama", takes=8)

    invited = usher.email("wim@birch.example")
    assert "Birch Boats" in invited["text"]
    accepted = Browser(usher).register(link_in(invited), "Wim", "Birch")
    assert PRODUCT in accepted.text


def test_the_activity_report_is_downloaded(
    visit: Visits, usher: LocalUsher, own: Organization, tmp_path: Path
) -> None:
    email = f"yve@{own.domain}"
    _learner(usher, own, email, "Yve")
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in(own.manager)
    clicks.click(page.get_by_role("link", name="Reports"))
    with page.expect_download() as downloading:
        clicks.click(page.get_by_role("button", name="Download as CSV"))
    saved = tmp_path / "activity.csv"
    downloading.value.save_as(saved)
    rows = list(csv.DictReader(saved.read_text("utf-8-sig").splitlines()))
    assert email in {row["email"] for row in rows}
    # The reports, download.
    clicks.check("download the activity report", vendor="OpenSesame", takes=2)
