"""Every text of every request is checked, and its refusal names it (decision 42).

The texts and their lengths are read from openapi.json, so that a new field is tested with the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.api_caller import Answer, Caller
from tests.support.request_texts import RequestText, body_of, query_of, request_texts
from tests.support.tenant import Tenant

TEXTS = list(dict.fromkeys(request_texts()))  # the kinds of a body share some
BOUNDED = [text for text in TEXTS if not text.is_chosen]
NO_TEXTS = ["\ud800", "\0", "a\x1b"]


def names_field(answer: Answer, text: RequestText) -> bool:
    """Whether the refusal names the field, or the list that it is an item of."""
    assert 400 <= answer.status < 500, (answer.status, answer.text)
    listed = text.name.removesuffix(".0")
    return bool({text.name, listed} & {one["field"] for one in answer.json.get("errors", [])})


def test_every_text_has_a_length_or_a_choice() -> None:
    assert len(TEXTS) > 150
    assert [str(text) for text in BOUNDED if text.longest is None] == []


@pytest.mark.parametrize("bad", NO_TEXTS, ids=ascii)
def test_no_text_of_a_request_has_characters_that_no_text_has(
    operator: Caller, things: Things, bad: str
) -> None:
    answers = {text: send(operator, things, text, bad) for text in TEXTS}

    assert len(answers) == len(TEXTS)
    assert [str(text) for text, answer in answers.items() if not names_field(answer, text)] == []
    assert {answer.json["code"] for answer in answers.values()} <= {"invalid", "bad_idempotency_key"}


def test_no_text_of_a_request_is_longer_than_the_document_says(
    manager: Caller, operator: Caller, things: Things
) -> None:
    unnamed = {}
    for text in BOUNDED:
        caller = operator if "/operator/" in text.route else manager
        too_long = "x" * ((text.longest or 0) + 1)
        answer = send(caller, things, text, too_long)
        if not names_field(answer, text):
            unnamed[str(text)] = answer.text

    assert unnamed == {}


@pytest.mark.parametrize("name", ["a\ud800", "\udfff"])
def test_the_name_of_an_unknown_field_may_be_no_text(manager: Caller, base: str, name: str) -> None:
    in_body = manager.post(f"{base}/groups", {"name": "Nurses", name: "x"})
    in_query = manager.get(f"{base}/groups", **{name: "x"})

    assert in_body.status == in_query.status == 422
    assert in_body.json["errors"][0]["field"] == in_query.json["errors"][0]["field"] == ascii(name)


@dataclass(frozen=True)
class Things:
    """What there has to be for a request to come as far as the text in it: ids, and the fields beside it."""

    ids: dict[str, str]
    seat_request: str

    def path(self, text: RequestText) -> str:
        """Return the path of the text's operation."""
        of_seats = {"request": self.seat_request} if "/seat-requests/" in text.route else {}
        return text.route.format_map(_Ids(self.ids | of_seats))

    def more(self, text: RequestText) -> dict[str, Any]:
        """Return the fields that an operation needs beside the required ones."""
        needs: dict[str, dict[str, Any]] = {
            "/invites": {"license": self.ids["license"]},
            "/invites/preview-email": {"license": self.ids["license"]},
            "/invites/preview": {"license": self.ids["license"]},
            "/codes": {"license": self.ids["license"]},
            "/codes/batch": {"license": self.ids["license"], "count": 1},
        }
        found = needs.get(text.route.removeprefix("/v1/organizations/{organization}"), {})
        return {name: value for name, value in found.items() if name != text.path[0]}


@pytest.fixture
def things(manager: Caller, tenant: Tenant, base: str) -> Things:
    license_ = tenant.license().id
    group = manager.post(f"{base}/groups", {"name": "Nurses"})
    webhook = manager.post(f"{base}/webhooks", {"url": "https://hooks.acme.example/usher"})
    support = manager.post(f"{base}/support-requests", {"kind": "other", "message": "Help"})
    code = manager.post(f"{base}/codes", {"kind": "registration", "license": license_})
    seats = manager.post(f"{base}/licenses/{license_}/seat-requests", {"seats": 5})
    connection = manager.post(
        f"{base}/sso-connections",
        {
            "name": "Acme ID",
            "issuer": "https://login.acme.example",
            "client_id": "usher",
            "client_secret": "secret",
            "domains": ["acme.example"],
        },
    )
    return Things(
        {
            "organization": tenant.id,
            "license": license_,
            "group": group.json["id"],
            "webhook": webhook.json["id"],
            "request": support.json["id"],
            "connection": connection.json["id"],
            "code": code.json["id"],
            "template": "invite",
        },
        seat_request=seats.json["id"],
    )


def send(caller: Caller, things: Things, text: RequestText, value: str) -> Answer:
    """Send the operation with the value in this text, all other required ones being good."""
    path = things.path(text)
    if text.where == "query":
        return caller.call(text.method, path, query={**query_of(text), text.path[0]: value})
    if text.where == "header":
        caller = caller.sending(idempotency_key=value)
    return caller.call(text.method, path, body=body_of(text, value, things.more(text)))


@pytest.mark.parametrize("bad", NO_TEXTS, ids=ascii)
def test_an_id_that_is_no_text_leads_nowhere(manager: Caller, operator: Caller, bad: str) -> None:
    for text in TEXTS:
        caller = operator if "/operator/" in text.route else manager
        path = text.route.format_map(_Ids()).replace("no-", bad)

        assert "{" not in text.route or caller.call(text.method, path).status == 404, path


@pytest.mark.parametrize("bad", ["\ud800", "\0"], ids=ascii)
@pytest.mark.parametrize("header", ["x-api-key", "cookie", "authorization", "user-agent", "content-type"])
def test_a_header_that_is_no_text_is_not_a_failure(caller: Caller, header: str, bad: str) -> None:
    sent = caller.sending(**{header: bad})

    assert sent.get("/v1/entitlements", email="ann@x.io", product="p").status == 401
    assert sent.post("/v1/session/refresh").status == 401


class _Ids(dict[str, str]):
    """The ids in paths; those that are not given lead nowhere."""

    def __missing__(self, key: str) -> str:
        return f"no-{key}"
