"""The OpenAPI document: generated, fresh, and complete enough to write a client from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from pydantic import BaseModel

from functions.api import openapi, schemas

_PUBLIC = {
    "POST /v1/session",
    "POST /v1/session/discover",
    "POST /v1/session/refresh",
    "DELETE /v1/session",
    "GET /v1/downloads/{token}",
}
_WRITES_NOTHING = {"POST /v1/organizations/{organization}/downloads"}
"""Answers with a credential, which no receipt may hold, and has nothing to do twice (decision 60)."""
_SCHEMAS: dict[str, type[BaseModel]] = {
    name: shape
    for module in iter_modules(schemas.__path__)
    for name, shape in vars(import_module(f"{schemas.__name__}.{module.name}")).items()
    if isinstance(shape, type) and issubclass(shape, BaseModel)
}


pytestmark = pytest.mark.xdist_group("openapi")  # one worker generates the document for all of them


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(openapi.text())
    return document


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in _document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    holders = [operation.get("requestBody", {}), *operation["responses"].values()]
    for holder in holders:
        yield from holder.get("content", {}).values()


def test_the_committed_document_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["openapi", "--check"])

    assert openapi.main() == 0


def test_a_stale_document_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["openapi", "--check"])
    monkeypatch.setattr(openapi, "DOCUMENT", tmp_path / "openapi.json")

    assert openapi.main() == 1
    assert "make openapi" in capsys.readouterr().err


def test_the_text_ends_a_line_and_says_which_openapi_it_is() -> None:
    assert openapi.text().endswith("}\n")
    assert _document()["openapi"].startswith("3.1")


def test_each_operation_is_named_once_and_described() -> None:
    operations = dict(_operations())

    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids))
    for key, operation in operations.items():
        assert operation["summary"], key
        assert operation["description"], key
        assert len(operation["tags"]) == 1, key


def test_no_path_names_an_address() -> None:
    named = {part for path in _document()["paths"] for part in path.split("/") if part.startswith("{")}

    assert not {part for part in named if "mail" in part or "address" in part}


def test_each_operation_says_who_may_call_it() -> None:
    for key, operation in _operations():
        expected: list[dict[str, list[str]]] = [{"bearer": []}]
        if key in _PUBLIC:
            expected = []
        elif key == "GET /v1/entitlements":
            expected = [{"apiKey": []}]
        elif " /v1/organizations/" in key and not _is_for_people(key):
            expected = [{"bearer": []}, {"organizationKey": []}]

        assert operation["security"] == expected, key


def _is_for_people(key: str) -> bool:
    """Say whether it is for no API key: what is one's own, and who manages, signs in or has a program."""
    method, _, path = key.partition(" ")
    area = path.removeprefix("/v1/organizations/{organization}/").partition("/")[0]
    if area in {"team", "sso-connections", "webhooks"}:
        return method != "GET" or path.endswith("/check")
    return area in {"api-keys", "downloads", "notices"} or path.endswith(("/self-assign", "/send-copy"))


def test_each_post_but_those_of_sessions_takes_an_idempotency_key() -> None:
    for key, operation in _operations():
        headers = [each["name"] for each in operation.get("parameters", []) if each["in"] == "header"]

        takes_key = key.startswith("POST") and key not in _PUBLIC | _WRITES_NOTHING
        assert headers == (["Idempotency-Key"] if takes_key else []), key


def test_each_body_has_an_example_that_its_own_shape_takes() -> None:
    for key, operation in _operations():
        for content in _contents(operation):
            first, *_ = content["schema"].get("oneOf", [content["schema"]])
            name = first.get("$ref", "").rpartition("/")[2]

            assert content["example"], key
            if name == "GatewayMessage":
                assert content["example"].keys() == {"message"}, key
            elif name:
                _SCHEMAS[name].model_validate(content["example"])
            else:
                assert content["schema"]["type"] == "string", key
                assert isinstance(content["example"], str), key


def test_each_operation_says_what_it_answers() -> None:
    for key, operation in _operations():
        answers = {status: one for status, one in operation["responses"].items() if status.startswith("2")}

        assert answers, key
        for status, answer in answers.items():
            assert ("content" in answer) is (status != "204"), key


def test_each_refusal_names_its_codes() -> None:
    shared = _document()["components"]["responses"]
    for key, operation in _operations():
        for status, response in operation["responses"].items():
            resolved = shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
            if "application/problem+json" in resolved.get("content", {}):
                problem = resolved["content"]["application/problem+json"]["example"]

                assert f"`{problem['code']}`" in resolved["description"], key
                assert str(problem["status"]) == status, key


def test_what_api_gateway_answers_itself_is_no_problem_document() -> None:
    """Its throttle stands before every operation, and its authorizer before those that take a token."""
    shared = _document()["components"]["responses"]
    for key, operation in _operations():
        responses = {
            status: shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
            for status, response in operation["responses"].items()
        }

        assert responses["429"]["content"]["application/json"]["example"] == {"message": "Too Many Requests"}
        if {"bearer": []} in operation["security"]:
            refused = responses["401"]["content"]
            assert refused["application/json"]["example"] == {"message": "Unauthorized"}, key
            assert "application/problem+json" in refused, "the function refuses tokens of sessions that ended"


def test_no_reference_leads_nowhere() -> None:
    document = _document()

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "$ref":
                    yield inner
                else:
                    yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]

        assert found, reference
