"""For other programs: webhooks, sent to a receiver that runs on this machine."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme
from tests.support.webhook_receiver import Receiver, Request, receiving


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(secure=False) as receiver:
        yield receiver


def received(acme: Acme, receiver: Receiver, type_: str, *, times: int = 1) -> Request:
    """The newest message of a type, once so many of it have come."""

    def found() -> Request | None:
        same = [one for one in receiver.requests if json.loads(one.body)["type"] == type_]
        return same[-1] if len(same) >= times else None

    request: Request = acme.usher.wait_for(found, f"a message of the type {type_}")
    return request


def test_a_webhook_is_made_tested_told_of_an_invite_logged_and_redelivered(
    acme: Acme, receiver: Receiver
) -> None:
    hooks = f"{acme.url}/webhooks"
    made = acme.http.post(hooks, json={"url": receiver.url, "events": ["invites.created"]})
    assert made.status_code == 201, made.text
    one, secret = f"{hooks}/{made.json()['id']}", made.json()["secret"]

    def log(state: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = acme.http.get(f"{one}/deliveries", params={"state": state}).json()[
            "items"
        ]
        return items

    assert acme.http.post(f"{one}/test").status_code == 201
    assert received(acme, receiver, "webhook.tested").verified(secret)["actor"] == "manager@acme.example"
    acme.usher.wait_for(lambda: log("delivered"), "the test in the log")

    acme.invite("course", "hook@team.example")
    request = received(acme, receiver, "invites.created")
    (invite,) = request.verified(secret)["data"]["invites"]
    assert invite["email"] == "hook@team.example"
    newest = acme.usher.wait_for(lambda: log("delivered")[:-1], "the invite in the log")[0]
    assert newest["id"] == request.headers["webhook-id"]
    assert [attempt["status"] for attempt in newest["attempts"]] == [204]

    assert acme.http.post(f"{one}/deliveries/{newest['id']}/redeliver").json()["state"] == "pending"
    again = received(acme, receiver, "invites.created", times=2)
    assert again.headers["webhook-id"] == request.headers["webhook-id"]
    assert acme.http.delete(one).status_code == 204


def test_private_addresses_are_refused(acme: Acme) -> None:
    answer = acme.http.post(f"{acme.url}/webhooks", json={"url": "https://169.254.169.254/latest"})

    assert (answer.status_code, answer.json()["code"]) == (422, "private_webhook_url")
