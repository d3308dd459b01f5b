"""The team, as its people live it: invited, resent, revoked, declined, joined, changed, removed."""

from collections.abc import Iterator

import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser, link_in


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


def invite(acme: Acme, email: str, role: str = "limited_manager") -> str:
    """Invite a manager; the link in their email."""
    body = {"email": email, "first_name": "Tim", "last_name": "Two", "role": role}
    answer = acme.http.post(f"{acme.url}/team", json=body)
    assert answer.status_code == 201, answer.text
    return link_in(acme.usher.email(email, subject="team"))


def path(acme: Acme, email: str) -> str:
    return acme.person("team", email)


def states(acme: Acme) -> dict[str, tuple[str, str]]:
    items = acme.http.get(f"{acme.url}/team").json()["items"]
    return {item["email"]: (item["state"], item["role"]) for item in items}


def test_a_manager_is_invited_resent_joins_is_promoted_and_removed(acme: Acme, usher: LocalUsher) -> None:
    email = "tim+team@acme.example"
    old_link = invite(acme, email)
    assert acme.http.post(f"{path(acme, email)}/resend").status_code == 200
    new_link = usher.wait_for(
        lambda: next((link_in(mail) for mail in usher.mailbox(email) if link_in(mail) != old_link), None),
        "the second email",
    )
    assert "newer" in Browser(usher).open(old_link).text

    browser = Browser(usher)
    browser.register(new_link, "Tim", "Two")
    browser.submit(f"/learn/console/{acme.url.rpartition('/')[2]}", action="begin")
    console = browser.http.post("/v1/session/refresh")
    assert console.status_code == 200, "joining the team leads into the console, signed in"
    assert [one["name"] for one in console.json()["organizations"]] == ["Acme Learning"]
    assert states(acme)[email] == ("active", "limited_manager")
    assert email in usher.email("manager@acme.example", subject="joined")["text"]
    assert acme.http.patch(path(acme, email), json={"role": "full_manager"}).status_code == 200
    with usher.signed_in(email) as tim:
        muted = tim.put(f"{acme.url}/notices", json={"muted": ["invite_declined"]})
        assert muted.json() == {"muted": ["invite_declined"]}
        assert tim.get(f"{acme.url}/notices").json() == muted.json()
        assert acme.http.delete(path(acme, email)).status_code == 204
        assert tim.get(f"{acme.url}/team").status_code == 404
    assert email not in states(acme)


def test_a_revoked_link_is_dead_and_a_later_invitation_works(acme: Acme, usher: LocalUsher) -> None:
    email = "rev@acme.example"
    dead_link = invite(acme, email)

    assert acme.http.post(f"{path(acme, email)}/revoke").status_code == 200
    assert email not in states(acme)
    assert "withdrawn" in Browser(usher).open(dead_link).text
    invite(acme, email)
    link = usher.wait_for(
        lambda: next((link_in(mail) for mail in usher.mailbox(email) if link_in(mail) != dead_link), None),
        "the later invitation",
    )
    Browser(usher).register(link, "Rea", "Vok")

    assert states(acme)[email] == ("active", "limited_manager")


def test_who_declines_disappears_and_managers_are_told(acme: Acme, usher: LocalUsher) -> None:
    email = "no@acme.example"
    link = invite(acme, email)
    browser = Browser(usher)
    browser.open(f"{link}?decline=1")

    assert browser.submit(link, action="decline").status_code == 200
    assert email not in states(acme)
    assert email in usher.email("manager@acme.example", subject="declined to join")["text"]


def test_the_last_full_manager_stays(acme: Acme) -> None:
    own = path(acme, "manager@acme.example")

    assert acme.http.delete(own).json()["code"] == "last_full_manager"
    assert acme.http.patch(own, json={"role": "limited_manager"}).json()["code"] == "last_full_manager"
