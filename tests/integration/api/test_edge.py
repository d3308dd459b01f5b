"""What holds for every request: who is asking, limits, errors, headers and the log."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.api.app import Api
from functions.api.problems import MAX_BODY
from tests.support.api_caller import Answer, Caller, LambdaContext, answer_of, event_of
from tests.support.leaky_errors import LEAKY_ERRORS, LeakyError
from tests.support.tenant import Tenant
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.invites.invite_learners import InviteLearners
from usher.store.transaction import BusyError

PROBLEM = {"type", "title", "status", "detail", "code", "next_action"}


def _problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """Check what every problem has, and return it."""
    problem: dict[str, Any] = answer.json
    assert (answer.status, problem["code"]) == (status, code)
    assert problem["status"] == status
    assert problem.keys() >= PROBLEM
    assert problem["type"] == f"urn:usher:problem:{code}"
    assert all(problem[member] for member in PROBLEM)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    return problem


def test_nothing_is_cached(manager: Caller) -> None:
    assert manager.get("/v1/me").headers["Cache-Control"] == "no-store"


def test_without_claims_nobody_is_signed_in(caller: Caller) -> None:
    problem = _problem(caller.get("/v1/me"), 401, "unauthenticated")

    assert "Sign in" in problem["next_action"]


def test_an_address_that_was_never_verified_is_nobodys(caller: Caller, tenant: Tenant) -> None:
    event = event_of("GET", "/v1/me", person=tenant.full)
    event["requestContext"]["authorizer"]["jwt"]["claims"]["email_verified"] = "false"
    context: Any = LambdaContext()

    answer = answer_of(caller.api.answer(event, context, services=caller.services))

    _problem(answer, 401, "unauthenticated")


def test_an_unknown_address_is_a_problem_too(manager: Caller) -> None:
    _problem(manager.get("/v1/nowhere", x=1), 404, "route_not_found")


def test_another_method_names_those_that_are_served(manager: Caller, base: str) -> None:
    answer = manager.call("DELETE", f"{base}/invites")

    assert _problem(answer, 405, "method_not_allowed")["allowed"] == ["GET", "POST"]
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    "body",
    ["{", "[]", '"text"', "null", '{"emails": NaN}', "[" * 100_000],
    ids=["truncated", "list", "text", "null", "nan", "deep"],
)
def test_a_body_that_is_no_json_object_is_refused(manager: Caller, base: str, body: str) -> None:
    _problem(manager.post(f"{base}/invites", body), 400, "bad_json")


@pytest.mark.parametrize("body", ["/w==", "%%%"], ids=["no utf-8", "no base64"])
def test_bytes_that_are_no_text_are_refused(caller: Caller, base: str, tenant: Tenant, body: str) -> None:
    event = event_of("POST", f"{base}/invites", body=body, person=tenant.full)
    context: Any = LambdaContext()

    answer = caller.api.answer({**event, "isBase64Encoded": True}, context, services=caller.services)

    _problem(answer_of(answer), 400, "bad_json")


def test_a_body_in_base64_is_read(caller: Caller, base: str, tenant: Tenant) -> None:
    body = base64.b64encode(json.dumps({"name": "Zürich"}).encode()).decode()
    event = event_of("PATCH", base, body=body, person=tenant.full)
    context: Any = LambdaContext()

    answer = caller.api.answer({**event, "isBase64Encoded": True}, context, services=caller.services)

    assert answer_of(answer).json["name"] == "Zürich"


def test_a_body_beyond_the_limit_is_refused(manager: Caller, base: str) -> None:
    largest = json.dumps({"emails": "x" * (MAX_BODY - 14)})
    assert len(largest) == MAX_BODY

    assert manager.post(f"{base}/invites", largest).status == 422
    _problem(manager.post(f"{base}/invites", largest + " "), 413, "body_too_large")
    _problem(manager.post(f"{base}/invites", "ü" * (MAX_BODY // 2 + 1)), 413, "body_too_large")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_of_another_type_is_refused(manager: Caller, base: str, media_type: str) -> None:
    caller = replace(manager, headers={"Content-Type": media_type})
    event = event_of("PATCH", base, body='{"name": "A"}', person=manager.person, headers=caller.headers)
    event["headers"] = {"Content-Type": media_type}
    context: Any = LambdaContext()

    answer = answer_of(caller.api.answer(event, context, services=caller.services))

    _problem(answer, 415, "wrong_media_type")


def test_json_in_another_charset_name_or_case_is_read(manager: Caller, base: str) -> None:
    caller = replace(manager, headers={"content-type": "Application/JSON; charset=utf-8"})

    assert caller.patch(base, {"name": "Acme AG"}).status == 200


def test_fields_are_named_with_what_is_wrong_and_never_with_what_was_sent(
    caller: Caller,
) -> None:
    answer = caller.post("/v1/session", {"email": 7, "pasword": "Secret-Horse-9"})

    problem = _problem(answer, 422, "invalid")
    assert {one["field"]: one["reason"] for one in problem["errors"]} == {
        "email": "Input should be a valid string",
        "password": "is required",
        "pasword": "is not a known field",
    }
    assert "Secret" not in answer.text


def test_nested_fields_and_unions_are_named_as_people_write_them(
    operator: Caller, manager: Caller, base: str
) -> None:
    nested = operator.post(
        "/v1/operator/organizations",
        {
            "name": "B",
            "slug": "b",
            "time_zone": "UTC",
            "first_manager": {"email": "b@x.io", "last_name": "B"},
        },
    )
    union = manager.post(f"{base}/invites", {"license": "L", "emails": 7})
    missing = manager.post(f"{base}/invites")

    assert nested.json["errors"] == [{"field": "first_manager.first_name", "reason": "is required"}]
    assert union.json["errors"] == [
        {"field": "emails", "reason": "Input should be a valid string or Input should be a valid list"}
    ]
    assert missing.json["errors"] == [{"field": "body", "reason": "is required"}]


@pytest.fixture
def log(api: Api, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is written to the log, as it is written."""
    written = io.StringIO()
    monkeypatch.setattr(api._logger.registered_handler, "stream", written)
    return written


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Lets a service break; the answer to that is the edge's."""
    return monkeypatch


def test_contention_that_does_not_end_asks_to_come_again(
    manager: Caller, base: str, breaking: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise BusyError

    breaking.setattr(InviteLearners, "invite", busy)

    answer = manager.post(f"{base}/invites", {"license": "L", "emails": "a@x.io"})

    _problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("leaky", LEAKY_ERRORS, ids=lambda leaky: leaky.name)
def test_what_nobody_foresaw_tells_nothing_but_where_to_look(
    manager: Caller, base: str, breaking: pytest.MonkeyPatch, log: io.StringIO, leaky: LeakyError
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise leaky.make()

    breaking.setattr(InviteLearners, "invite", broken)

    answer = manager.post(f"{base}/invites", {"license": "L", "emails": "a@x.io"})

    assert _problem(answer, 500, "unexpected")["request_id"] == "request-1"
    (logged,) = [line for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "ERROR"]
    assert logged["exceptions"][0]["name"].endswith(type(leaky.make()).__qualname__)
    assert any(frame.endswith(" broken") for frame in logged["exceptions"][0]["frames"])
    assert not [secret for secret in leaky.secrets if secret in log.getvalue() + answer.text]


def test_the_log_names_no_person(
    caller: Caller,
    tenant: Tenant,
    base: str,
    caplog: pytest.LogCaptureFixture,
    id_of: Callable[[str], str],
) -> None:
    manager = caller.as_(Person(email=tenant.full.email))
    manager.post(f"{base}/invites", {"license": tenant.license().id, "emails": "ann@x.io"})
    manager.get(f"{base}/learners/{id_of('ann@x.io')}")
    caller.post("/v1/session", {"email": "ann@x.io", "password": "Secret-Horse-9"})

    answered = [record.__dict__ for record in caplog.records if record.message == "answered"]
    assert [record["status"] for record in answered] == [201, 404, 401]
    logged = str([record.__dict__ for record in caplog.records])
    assert "ann@x.io" not in logged
    assert "Secret" not in logged


def test_an_answer_that_breaks_the_contract_is_the_servers_fault(
    manager: Caller, context: Context, base: str, tenant: Tenant, breaking: pytest.MonkeyPatch
) -> None:
    assert context.now() == tenant.organization.created_at
    breaking.setattr("functions.api.views.common.organization", lambda _: {"id": 1})

    _problem(manager.get(base), 500, "unexpected")
