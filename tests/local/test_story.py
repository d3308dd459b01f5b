"""The spine's whole story, as a manager and a learner live it: over HTTP, with the emails that were sent."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.local.conftest import LocalUsher

TWELVE = """Ann Lee <ann@team.example>, bo@team.example cy@team.example; dee@team.example
eve@team.example, fay@team.example gus@team.example hal@team.example
ida@team.example jon@team.example kim@team.example lea@team.example"""

REMINDED = "reminded@team.example"

_CSRF = re.compile(r'name="csrf"[^>]*?value="([^"]+)"')


class Acme:
    """An organization, through its full manager: the demonstration's, unless another is named."""

    def __init__(self, usher: LocalUsher, manager: str = "manager@acme.example") -> None:
        self.usher = usher
        self.http = usher.signed_in(manager)
        organizations = self.http.get("/v1/me").json()["organizations"]
        self.url = f"/v1/organizations/{organizations[0]['id']}"

    def license(self, kind: str, *, flex: bool | None = None) -> dict[str, Any]:
        """The license of this kind."""
        items = self.http.get(f"{self.url}/licenses").json()["items"]
        return next(
            item for item in items if item["product"]["kind"] == kind and flex in (None, item["flex"])
        )

    def available(self, kind: str) -> int:
        """Seats that can be given now."""
        available: int = self.license(kind)["seats"]["available"]
        return available

    def invite(self, kind: str, emails: str, **fields: Any) -> dict[str, dict[str, Any]]:
        """Invite; the invites by address."""
        flex = fields.pop("flex", None)
        answer = self.http.post(
            f"{self.url}/invites",
            json={"license": self.license(kind, flex=flex)["id"], "emails": emails, **fields},
        )
        assert answer.status_code == 201, answer.text
        return {result["email"]: result["invite"] for result in answer.json()["results"]}

    def post(self, invite: dict[str, Any], action: str) -> httpx.Response:
        """Do something with an invite."""
        return self.http.post(f"{self.url}/invites/{invite['id']}/{action}")

    def patch(self, invite: dict[str, Any], access_start: str | None) -> httpx.Response:
        """Move a start."""
        return self.http.patch(f"{self.url}/invites/{invite['id']}", json={"access_start": access_start})

    def person(self, kind: str, email: str) -> str:
        """The address of the one with this email among `learners` or the `team`."""
        (found,) = self.http.get(f"{self.url}/{kind}", params={"email": email}).json()["items"]
        return f"{self.url}/{kind}/{found['id']}"

    def pending(self, **filters: Any) -> list[dict[str, Any]]:
        """The pending invites."""
        items: list[dict[str, Any]] = self.http.get(
            f"{self.url}/invites", params={"state": "pending", **filters}
        ).json()["items"]
        return items


class Browser:
    """A person with a browser that runs no script."""

    def __init__(self, usher: LocalUsher) -> None:
        self.http = usher.client()
        self.http.follow_redirects = True
        self.page: httpx.Response | None = None

    def open(self, url: str) -> httpx.Response:
        """Follow a link."""
        self.page = self.http.get(url)
        return self.page

    def submit(self, url: str, **fields: str) -> httpx.Response:
        """Send the form of the page that was opened last."""
        assert self.page is not None
        csrf = _CSRF.search(self.page.text)
        assert csrf is not None, self.page.text
        self.page = self.http.post(url, data={"csrf": csrf[1], **fields})
        return self.page

    def register(self, link: str, first_name: str, last_name: str) -> httpx.Response:
        """Open an emailed link, register and accept."""
        assert self.open(link).status_code == 200
        return self.submit(
            link,
            action="register",
            first_name=first_name,
            last_name=last_name,
            password=LocalUsher.password,
        )


def link_in(email: dict[str, Any]) -> str:
    """The invite's link in an email."""
    link: str = next(link for link in email["links"] if "/i/" in link)
    return link


def sent_at(email: dict[str, Any]) -> datetime:
    """When an email was sent, by the stack's clock."""
    return datetime.fromisoformat(email["sent_at"])


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


def test_a_manager_sees_licenses_of_every_kind_with_their_seats(acme: Acme) -> None:
    items = acme.http.get(f"{acme.url}/licenses").json()["items"]

    totals = sorted((item["product"]["kind"], item["flex"], item["seats"]["total"]) for item in items)
    assert totals == [
        ("course", False, 25),
        ("course_exam_bundle", True, 5),
        ("subscription", False, 100),
        ("subscription", True, 100),
    ]


def test_twelve_pasted_addresses_are_invited_accept_expire_and_give_their_seats_back(  # noqa: PLR0915 - one story, in its order
    acme: Acme, usher: LocalUsher
) -> None:
    before = acme.available("course")
    product = acme.license("course")["product"]["id"]

    invites = acme.invite("course", TWELVE, message="See you in class")

    assert len(invites) == 12
    assert acme.available("course") == before - 12
    first_email = usher.email("ann@team.example")
    assert "See you in class" in first_email["text"]
    assert "See you in class" in first_email["html"]
    usher.wait_for(
        lambda: (
            acme.http.get(f"{acme.url}/invites/{invites['bo@team.example']['id']}").json()["delivery"]
            == "delivered"
        ),
        "a delivery report",
    )

    # Ann clicks, registers and is in; a second click leads to the course.
    ann = Browser(usher)
    landed = ann.register(link_in(first_email), "Ann", "Lee")
    assert landed.url.path == "/learn"
    assert "First Aid at Work" in landed.text
    again = ann.open(link_in(first_email))
    (course,) = re.findall(r'<a class="button" href="([^"]+)"[^>]*>Go to course<', again.text)
    assert "stands for the learning platform" in ann.open(course).text
    key = {"x-api-key": usher.entitlements_key}
    entitlement = acme.http.get(
        "/v1/entitlements", params={"email": "ann@team.example", "product": product}, headers=key
    ).json()
    assert entitlement["entitled"] is True
    assert entitlement["state"] == "active"

    # Bo is sent a new link: the old one is dead.
    old_link = link_in(usher.email("bo@team.example"))
    assert acme.post(invites["bo@team.example"], "resend").status_code == 200
    again = acme.post(invites["bo@team.example"], "resend")
    assert again.status_code == 429
    assert int(again.headers["retry-after"]) <= 60
    new_link = usher.wait_for(
        lambda: next(
            (link_in(mail) for mail in usher.mailbox("bo@team.example") if link_in(mail) != old_link), None
        ),
        "Bo's second email",
    )
    assert "newer" in Browser(usher).open(old_link).text
    assert Browser(usher).open(new_link).status_code == 200

    # Cy is withdrawn: told by email, the link dead, the seat back, and not again.
    cy_link = link_in(usher.email("cy@team.example"))
    assert acme.post(invites["cy@team.example"], "withdraw").json()["state"] == "withdrawn"
    assert acme.available("course") == before - 11
    assert acme.post(invites["cy@team.example"], "withdraw").json()["code"] == "invite_withdrawn"
    usher.wait_for(lambda: len(usher.mailbox("cy@team.example")) == 2, "word of the withdrawal")
    assert "withdrawn" in Browser(usher).open(cy_link).text
    assert acme.post(invites["ann@team.example"], "withdraw").json()["code"] == "already_accepted"

    # Dee starts later, by the manager's wish, and hears of it.
    start = (datetime.now(UTC) + timedelta(days=5)).date()
    moved = acme.patch(invites["dee@team.example"], start.isoformat()).json()
    zurich = datetime(start.year, start.month, start.day, tzinfo=ZoneInfo("Europe/Zurich"))
    assert datetime.fromisoformat(moved["access_start"]) == zurich
    usher.wait_for(lambda: len(usher.mailbox("dee@team.example")) == 2, "word of the new start")
    dee = Browser(usher)
    assert dee.register(link_in(usher.mailbox("dee@team.example")[-1]), "Dee", "Dow").url.path == "/learn"
    waiting = acme.http.get(
        "/v1/entitlements", params={"email": "dee@team.example", "product": product}, headers=key
    ).json()
    assert (waiting["entitled"], waiting["state"]) == (False, "scheduled")

    # Ten days later the rest have expired, their seats are back, and Dee's access has started.
    invited = sent_at(usher.mailbox("eve@team.example")[0])
    said = usher.travel(days=10)
    expired = [invite for invite in acme.pending(expired="true") if invite["email"] in invites]
    assert len(expired) == 9
    assert acme.available("course") == before - 2
    assert usher.email("dee@team.example", subject="you can start")["links"]
    started = acme.http.get(
        "/v1/entitlements", params={"email": "dee@team.example", "product": product}, headers=key
    ).json()
    assert (started["entitled"], started["state"]) == (True, "active")
    assert "expired" in Browser(usher).open(new_link).text

    # Each thing came at its moment: the reminder after a week, the managers' digest the morning after.
    reminder, notice = usher.mailbox("eve@team.example")[0], usher.mailbox("manager@acme.example")[0]
    assert "reminder" in reminder["subject"].lower()
    assert timedelta(days=7) <= sent_at(reminder) - invited < timedelta(days=7, minutes=30)
    assert "expired" in notice["subject"]
    assert "eve@team.example" in notice["text"]
    morning = sent_at(notice).astimezone(ZoneInfo("Europe/Zurich"))
    assert (morning.hour, morning.minute < 30) == (6, True)
    assert timedelta(days=10) < sent_at(notice) - invited < timedelta(days=11, hours=1)
    assert sum(int(count) for count in re.findall(r"expired (\d+)", said)) >= 9, (
        "and what other tests invited"
    )
    assert "digests" in said

    # A week on, whoever is invited now is reminded.
    acme.invite("course", REMINDED)
    usher.email(REMINDED)
    usher.travel(days=7)

    # An expired invite blocks nothing: it can be resent, and takes a seat again.
    resent = acme.post(invites["eve@team.example"], "resend").json()
    assert resent["expired"] is False
    assert acme.available("course") == before - 4, "Eve's, and the one who was reminded"


def test_reminders_go_out_three_days_before_expiry(acme: Acme, usher: LocalUsher) -> None:
    """Each travel takes seconds: the story above invited and travelled for this as well."""
    if not usher.mailbox(REMINDED):
        acme.invite("course", REMINDED)
        usher.email(REMINDED)
        usher.travel(days=7)

    usher.wait_for(lambda: len(usher.mailbox(REMINDED)) == 2, "the reminder")
    links = {link_in(mail) for mail in usher.mailbox(REMINDED)}
    assert len(links) == 1


def test_declining_tells_the_managers_and_gives_the_seat_back(acme: Acme, usher: LocalUsher) -> None:
    before = acme.available("course")
    acme.invite("course", "no@team.example")
    link = link_in(usher.email("no@team.example"))
    browser = Browser(usher)
    browser.open(f"{link}?decline=1")

    declined = browser.submit(link, action="decline")

    assert declined.status_code == 200
    assert acme.available("course") == before
    assert "no@team.example" in usher.email("manager@acme.example", subject="declined")["text"]
    assert "declined" in Browser(usher).open(link).text


def test_a_subscription_takes_no_chosen_date_and_only_a_flex_one_can_be_moved(acme: Acme) -> None:
    refused = acme.http.post(
        f"{acme.url}/invites",
        json={
            "license": acme.license("subscription", flex=False)["id"],
            "emails": "sub@team.example",
            "access_start": "2030-01-01",
        },
    )
    fixed = acme.invite("subscription", "fixed@team.example", flex=False)["fixed@team.example"]
    flex = acme.invite("subscription", "flex@team.example", flex=True)["flex@team.example"]
    license_ = acme.license("subscription", flex=True)
    later = (datetime.fromisoformat(license_["valid_until"]) - timedelta(days=30)).date().isoformat()

    assert refused.status_code == 422
    assert refused.json()["code"] == "start_not_choosable"
    assert acme.patch(fixed, later).json()["code"] == "start_not_editable"
    assert acme.patch(flex, later).status_code == 200


def test_a_batch_that_cannot_be_whole_changes_nothing(acme: Acme) -> None:
    before = acme.available("course_exam_bundle")
    bundle = acme.license("course_exam_bundle")["id"]

    too_many = acme.http.post(
        f"{acme.url}/invites",
        json={"license": bundle, "emails": [f"many{n}@team.example" for n in range(before + 3)]},
    )
    bad = acme.http.post(
        f"{acme.url}/invites", json={"license": bundle, "emails": "good@team.example, no-address"}
    )

    assert too_many.status_code == 409
    assert too_many.json()["code"] == "no_seats"
    assert too_many.json()["shortfall"][0]["missing"] == 3
    assert bad.status_code == 422
    assert bad.json()["addresses"][0]["address"] == "no-address"
    assert acme.available("course_exam_bundle") == before


def test_the_same_idempotency_key_invites_once(acme: Acme) -> None:
    before = acme.available("course")
    body = {"license": acme.license("course")["id"], "emails": "once@team.example"}
    key = {"idempotency-key": "story-once"}

    first = acme.http.post(f"{acme.url}/invites", json=body, headers=key)
    replay = acme.http.post(f"{acme.url}/invites", json=body, headers=key)
    other = acme.http.post(f"{acme.url}/invites", json=body | {"emails": "twice@team.example"}, headers=key)

    assert (first.status_code, first.json()) == (replay.status_code, replay.json())
    assert other.json()["code"] == "idempotency_key_reused"
    assert acme.available("course") == before - 1


def test_a_limited_manager_reads_and_changes_nothing(acme: Acme, usher: LocalUsher) -> None:
    with usher.signed_in("limited@acme.example") as limited:
        listed = limited.get(f"{acme.url}/invites")
        refused = limited.post(
            f"{acme.url}/invites",
            json={"license": acme.license("course")["id"], "emails": "x@team.example"},
        )

    assert listed.status_code == 200
    assert refused.status_code == 403
    assert refused.json()["next_action"]


def test_nobody_else_gets_in(acme: Acme, usher: LocalUsher) -> None:
    with usher.client() as stranger:
        without_token = stranger.get(f"{acme.url}/invites")
        expired = stranger.get(f"{acme.url}/invites", headers={"authorization": "Bearer a.b.c"})
        nowhere = stranger.get("/v1/nowhere")
        forged = stranger.get("/i/01HZZZZZZZZZZZZZZZZZZZZZZZ.1.k1." + "A" * 43)
        without_key = stranger.get("/v1/entitlements", params={"email": "a@x.io", "product": "p"})
    with usher.signed_in("operator@usher.example") as operator:
        not_theirs = operator.get(f"{acme.url}/invites")

    assert without_token.status_code == 401
    assert expired.status_code == 401
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "route_not_found")
    assert forged.status_code == 404
    assert without_key.status_code == 401
    assert not_theirs.status_code == 404


@pytest.mark.parametrize(
    "path", ["/i/", "/i/a/b", "/join/", "/join/a/b", "/c/", "/c/x/y/z", "/learn/unknown"]
)
def test_a_mistyped_address_is_a_page_that_says_so(usher: LocalUsher, path: str) -> None:
    with usher.client() as stranger:
        answer = stranger.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in answer.text


def test_a_link_with_a_slash_too_many_leads_to_its_page(usher: LocalUsher) -> None:
    with usher.client() as stranger:
        moved = stranger.get("/c/acme/?from=poster")
        page = stranger.get(moved.headers["location"])

    assert (moved.status_code, moved.headers["location"]) == (308, "/c/acme?from=poster")
    assert page.status_code == 200


def test_the_wrong_person_signed_in_is_told_so_and_changes_nothing(acme: Acme, usher: LocalUsher) -> None:
    acme.invite("course", "right@team.example, wrong@team.example")
    wrong = Browser(usher)
    wrong.register(link_in(usher.email("wrong@team.example")), "Wim", "Rong")
    link = link_in(usher.email("right@team.example"))

    page = wrong.open(link)
    refused = wrong.submit(link, action="accept")

    assert "wrong@team.example" in page.text
    assert refused.status_code == 403
    assert [i["email"] for i in acme.pending(email="right@team.example")] == ["right@team.example"]


def test_a_forgotten_password_is_set_anew_with_the_emailed_code(acme: Acme, usher: LocalUsher) -> None:
    acme.invite("course", "forgets@team.example")
    link = link_in(usher.email("forgets@team.example"))
    Browser(usher).register(link, "Fern", "Orget")
    browser = Browser(usher)
    browser.open("/learn/password")
    browser.submit("/learn/password", action="send", email="forgets@team.example")
    email = usher.email("forgets@team.example", subject="new password")
    code = re.search(r"\d{6}", email["text"] + email["html"])
    assert code is not None

    landed = browser.submit(
        "/learn/password",
        action="reset",
        email="forgets@team.example",
        code=code[0],
        password="Brand-new-pass-9",
    )

    assert landed.url.path == "/learn"
    assert "First Aid at Work" in landed.text
    with usher.client() as old_password:
        refused = old_password.post(
            "/v1/session", json={"email": "forgets@team.example", "password": LocalUsher.password}
        )
    assert refused.json()["code"] == "wrong_credentials"
