"""The join page, as its people live it: asked, proven and in; waiting for a seat; gone when off."""

from typing import Any

import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser

PAGE = "/join/newcomers"
DOMAIN = "newcomers.example"


class Newcomers:
    """A client of the demonstration organization, with one seat, through its provider's manager."""

    def __init__(self, usher: LocalUsher) -> None:
        acme = Acme(usher)
        self.usher, self.http = usher, acme.http
        clients = f"{acme.url}/clients"
        client = self._post(clients, {"name": "Newcomers", "slug": "newcomers"})
        self.url = f"/v1/organizations/{client['id']}"
        self.sublicenses = f"{clients}/{client['id']}/sublicenses"
        course = acme.license("course")["id"]
        self.sublicense = self._post(self.sublicenses, {"license": course, "seats": 1})["id"]

    def more_seats(self, seats: int) -> None:
        """Move seats from the provider's license to the client's."""
        self._post(f"{self.sublicenses}/{self.sublicense}/seats", {"seats": seats})

    def put_page(self, **settings: Any) -> dict[str, Any]:
        """Replace the join page's settings."""
        body = {"enabled": True, "slug": "newcomers", "domains": [DOMAIN], **settings}
        answer = self.http.put(f"{self.url}/join-page", json=body)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def approve(self, email: str) -> dict[str, Any]:
        """Approve a request to join."""
        (request,) = self.http.get(f"{self.url}/join-requests", params={"email": email}).json()["items"]
        return self._post(f"{self.url}/join-requests/{request['id']}/approve")

    def learners(self) -> set[str]:
        """Who is a learner of the client."""
        return {one["email"] for one in self.http.get(f"{self.url}/learners").json()["items"]}

    def _post(self, url: str, body: Any = None) -> dict[str, Any]:
        answer = self.http.post(url, json=body)
        assert answer.status_code in {200, 201}, answer.text
        posted: dict[str, Any] = answer.json()
        return posted


def ask(usher: LocalUsher, email: str) -> str:
    """Ask to join on the page; the link that proves the address."""
    browser = Browser(usher)
    assert browser.open(PAGE).status_code == 200
    sent = browser.submit(PAGE, action="ask", email=email)
    assert "Check your email" in sent.text
    links = usher.email(email, subject="link to join")["links"]
    return next(str(link) for link in links if "/learn/enter/" in link)


@pytest.fixture(scope="module")
def newcomers(usher: LocalUsher) -> Newcomers:
    return Newcomers(usher)


def test_a_person_asks_proves_the_address_and_is_in_and_the_next_one_waits_for_a_seat(
    newcomers: Newcomers, usher: LocalUsher
) -> None:
    page = newcomers.put_page(licenses=[newcomers.sublicense], when_full="waiting_list")
    assert page["url"] == f"{usher.base_url}{PAGE}"
    stranger = Browser(usher)
    stranger.open(PAGE)
    refused = stranger.submit(PAGE, action="ask", email="ann@x.io")
    assert f"Use an address at {DOMAIN}." in refused.text

    landed = Browser(usher).register(ask(usher, f"ann@{DOMAIN}"), "Ann", "Lee")
    assert landed.url.path == "/learn"
    assert "First Aid at Work" in landed.text

    waits = Browser(usher).register(ask(usher, f"bo@{DOMAIN}"), "Bo", "Orr")
    assert "You are on the waiting list" in waits.text
    assert newcomers.learners() == {f"ann@{DOMAIN}"}
    newcomers.more_seats(1)
    usher.email(f"bo@{DOMAIN}", subject="you are in")
    assert newcomers.learners() == {f"ann@{DOMAIN}", f"bo@{DOMAIN}"}


def test_a_manager_approves_and_off_means_gone_at_once(newcomers: Newcomers, usher: LocalUsher) -> None:
    newcomers.put_page(approval=True)
    pending = Browser(usher).register(ask(usher, f"cy@{DOMAIN}"), "Cy", "Poe")
    assert "Your request is sent" in pending.text
    assert f"cy@{DOMAIN}" in usher.email("manager@acme.example", subject="asks to join")["text"]
    assert newcomers.approve(f"cy@{DOMAIN}")["state"] == "admitted"
    usher.email(f"cy@{DOMAIN}", subject="you are in")

    under_way = ask(usher, f"dee@{DOMAIN}")
    newcomers.put_page(enabled=False)

    assert Browser(usher).open(PAGE).status_code == 404
    late = Browser(usher).open(under_way)
    assert late.status_code == 404
    assert "The page is closed" in late.text
