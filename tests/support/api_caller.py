"""Calls of the HTTP API as API Gateway makes them: events of payload format 2.0, and their answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode

from functions.api.api_key_gateway import API_KEY_PATH, HEADER
from functions.api.app import Api
from functions.api.openapi import DOCUMENT
from functions.api.problems import MEDIA_TYPE
from functions.api.services import Services
from usher.domain.people import Person


@dataclass
class LambdaContext:
    """The context that Lambda passes to a handler."""

    function_name: str = "api"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:api"
    aws_request_id: str = "aws-request"


@dataclass(frozen=True)
class Answer:
    """An answer of the API."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str
    encoded: bool = False

    @property
    def content(self) -> bytes:
        """The body as the browser gets it."""
        return base64.b64decode(self.text) if self.encoded else self.text.encode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Caller:
    """A caller of the API; its methods that change it return another caller."""

    api: Api
    services: Services
    person: Person | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    path_prefix: str = ""

    def with_key(self, text: str) -> Caller:
        """A program with an organization's API key, under the path prefix that CloudFront adds."""
        return replace(self, person=None, path_prefix=API_KEY_PATH, headers={**self.headers, HEADER: text})

    def as_(self, person: Person | None) -> Caller:
        return replace(self, person=person)

    def sending(self, **headers: str) -> Caller:
        """With further headers; `idempotency_key` becomes Idempotency-Key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Answer:
        return self.call("POST", path, body=body)

    def patch(self, path: str, body: Any = None) -> Answer:
        return self.call("PATCH", path, body=body)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        cookies: list[str] | None = None,
    ) -> Answer:
        event = event_of(
            method,
            self.path_prefix + path,
            body=body,
            query=query,
            cookies=cookies,
            person=self.person,
            headers=self.headers,
        )
        served = (each for each in self.api.routes if each.method == method and each.rule.match(path))
        if (route := next(served, None)) is not None:
            operation = f"{method} {route.openapi_path}"  # API Gateway's own word for it
            event["routeKey"] = f"ANY {self.path_prefix}/{{proxy+}}" if self.path_prefix else operation
        context: Any = LambdaContext()
        answer = answer_of(self.api.answer(event, context, services=self.services))
        if route is not None:
            _require_described(answer, method=method, path=route.openapi_path)
        return answer


@cache
def _document() -> Any:
    return json.loads(DOCUMENT.read_text())


def _require_described(answer: Answer, *, method: str, path: str) -> None:
    """Fail if openapi.json does not have the answer's status or, of a refusal, its code."""
    document = _document()
    response = document["paths"][path][method.lower()]["responses"].get(str(answer.status))
    assert response is not None, f"{method} {path} answers {answer.status}"
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    assert not answer.text or kind in response["content"], f"{method} {path} answers {kind}"
    if kind == MEDIA_TYPE:
        code = answer.json["code"]
        assert f"`{code}`" in response["description"], f"{method} {path} refuses with {code}"


def event_of(
    method: str,
    path: str,
    *,
    body: Any = None,
    query: Mapping[str, Any] | None = None,
    cookies: list[str] | None = None,
    person: Person | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the event of a request; a body that is not text is sent as JSON.

    A parameter whose value is a list is repeated in the address; API Gateway joins the values by commas.
    """
    sent = dict(headers or {})
    if body is not None:
        sent.setdefault("content-type", "application/json")
        body = body if isinstance(body, str) else json.dumps(body)
    asked = {
        name: value if isinstance(value, list) else [str(value)] for name, value in (query or {}).items()
    }
    given = {name: ",".join(values) for name, values in asked.items()}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": unquote(path),
        "rawQueryString": urlencode(asked, doseq=True, errors="replace"),
        "headers": {"host": "localhost", **sent},
        "requestContext": {
            "requestId": "request-1",
            "stage": "$default",
            "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
        },
        "isBase64Encoded": False,
    }
    if given:
        event["queryStringParameters"] = given
    if cookies:
        event["cookies"] = cookies
    if body is not None:
        event["body"] = body
    if person is not None:
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims_of(person), "scopes": None}}
    return event


def answer_of(answer: Mapping[str, Any]) -> Answer:
    """Return the function's answer, parsed."""
    return Answer(
        status=answer["statusCode"],
        headers=dict(answer["headers"]),
        cookies=list(answer.get("cookies", [])),
        text=answer.get("body") or "",
        encoded=bool(answer.get("isBase64Encoded")),
    )


def claims_of(person: Person) -> dict[str, str]:
    """Return an ID token's claims in the form in which the HTTP API's authorizer hands them over."""
    claims = {
        "email": person.email,
        "email_verified": "true",
        "given_name": person.first_name,
        "family_name": person.last_name,
        "token_use": "id",
    }
    return claims | ({"cognito:groups": "[operators]"} if person.operator else {})
