"""Sessions on the whole stack: renewed by their cookie, and over once they were signed out."""

from __future__ import annotations

import httpx
import pytest

from infra.local.seed import MANAGER
from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser, link_in


@pytest.fixture
def session(usher: LocalUsher) -> httpx.Client:
    """A client that has signed in and holds the cookie that renews it."""
    client = usher.client()
    assert sign_in(client, MANAGER, usher.password).status_code == 200
    return client


def sign_in(client: httpx.Client, email: str, password: str) -> httpx.Response:
    return client.post("/v1/session", json={"email": email, "password": password})


def test_a_session_is_renewed_until_it_is_signed_out(session: httpx.Client) -> None:
    renewed = session.post("/v1/session/refresh")
    copied = dict(session.cookies)
    out = session.delete("/v1/session")

    assert renewed.status_code == 200, renewed.text
    me = session.get("/v1/me", headers={"authorization": f"Bearer {renewed.json()['access_token']}"})
    assert me.json()["person"]["email"] == MANAGER
    assert out.status_code == 204
    assert not session.cookies
    session.cookies.update(copied)
    again = session.post("/v1/session/refresh")
    assert (again.status_code, again.json()["code"]) == (401, "session_over")


def test_a_copy_of_the_pages_cookie_is_worth_nothing_after_sign_out(usher: LocalUsher) -> None:
    acme, email = Acme(usher), "copied@team.example"
    acme.invite("course", email)
    browser = Browser(usher)
    browser.register(link_in(usher.email(email)), "Cop", "Ied")
    copied = dict(browser.http.cookies)
    browser.open("/learn")

    browser.submit("/learn/sign-out")

    with usher.client() as thief:
        thief.cookies.update(copied)
        answer = thief.get("/learn")
    assert (answer.status_code, answer.headers["location"]) == (303, "/learn")
