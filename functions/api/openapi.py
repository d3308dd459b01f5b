"""Writes openapi.json from the routes: `python -m functions.api.openapi [--check]`."""

from __future__ import annotations

import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from inspect import getdoc
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import Server

from functions.api.api_key_gateway import KeyNotAcceptedError
from functions.api.app import resolver, routes
from functions.api.areas import AREAS, module_of
from functions.api.descriptions import Caller, Description, caller_of, description_of
from functions.api.examples import example_of
from functions.api.gateway_responses import SCHEMA, add_gateway_responses
from functions.api.idempotency import HEADER, REPLAYED
from functions.api.problems import (
    MEDIA_TYPE,
    RETRY_BUSY_AFTER,
    BadFieldsError,
    BadJsonError,
    BodyTooLargeError,
    StillBusyError,
    UnexpectedError,
    WrongMediaTypeError,
    problem_of,
    status_of,
)
from functions.api.published_events import DELIVERED, event_name, event_schemas, summary_of
from functions.api.router import JSON
from functions.api.schemas.common import Problem
from usher.domain.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    TooSoonError,
    UnauthenticatedError,
    UsherError,
)
from usher.domain.integrations.api_keys import InvalidApiKeyError
from usher.domain.organizations import OrganizationClosedError
from usher.domain.suspensions import OrganizationSuspendedError
from usher.services.receipts import MAX_KEY, BadKeyError, KeyReusedError

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "openapi.json"

_ABOUT = (
    "Usher gives people seats in courses: an organization holds licenses, its managers invite learners by "
    "email, learners accept, and access starts at once or on a date.\n\n"
    'Ids are ULIDs, times RFC 3339 in UTC. Lists are `{"items": [...], "next": cursor or null}`. Every '
    "refusal is an `application/problem+json` document (RFC 9457) with a stable `code` and a `next_action`."
)
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`access_token` of `POST /v1/session`.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "The learning platform's key.",
    },
    "organizationKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "An organization's API key, of `POST /v1/organizations/{organization}/api-keys`. Its "
        "scopes say what it may do.",
    },
}
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A name for this request, such as a UUID. The same request with the same key within a day "
    f"gets the first answer again, with the header `{REPLAYED}: true`, and does nothing more.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
    "example": "5f0c6a52-5f0e-4a3b-9a3e-0d8f4f2a7c11",
}
_SECURITY: dict[Caller, list[dict[str, list[str]]]] = {
    Caller.ANYONE: [],
    Caller.SIGNED_IN: [{"bearer": []}],
    Caller.MANAGER: [{"bearer": []}, {"organizationKey": []}],
    Caller.PLATFORM: [{"apiKey": []}],
}
_WEBHOOKS_TAG = {
    "name": "webhooks sent",
    "description": "The messages that are sent to an organization's webhooks: events as the API shows them, "
    "signed as in Standard Webhooks. Delivery is at least once, and not in order.",
}
_SIGNATURE_HEADERS = [
    {"name": name, "in": "header", "required": True, "description": what, "schema": {"type": "string"}}
    for name, what in (
        ("webhook-id", "The event's id: the same however often the message is sent."),
        ("webhook-timestamp", "When this attempt was made, in seconds since 1970."),
        ("webhook-signature", "`v1,` and the signature in Base64; several where secrets overlap."),
    )
]
_ORDERED = " Orders are identified by `order_id`; the form of the key is checked all the same."
_IN_FEW_COMBINATIONS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_CHANGING = frozenset({"PUT", "PATCH", "DELETE"})
_GENERATED = frozenset({"HTTPValidationError", "ValidationError", "ResponseValidationError"})
"""Powertools' own shapes of errors, which Usher never answers."""


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    described = routes()  # which the resolver has when they are loaded
    generated: dict[str, Any] = json.loads(
        resolver().get_openapi_json_schema(
            title="Usher",
            version=_version(),
            openapi_version="3.1.0",
            description=_ABOUT,
            servers=[Server(url="/")],
        )
    )
    components = generated["components"]["schemas"]
    schemas = {name: schema for name, schema in components.items() if name not in _GENERATED}
    schemas["Problem"] = Problem.model_json_schema()
    schemas["GatewayMessage"] = dict(SCHEMA)
    schemas |= event_schemas()
    shared: dict[str, Any] = {}
    for route in described:
        operation = generated["paths"][route.openapi_path][route.method.lower()]
        caller = caller_of(route.func, route.openapi_path)
        operation["security"] = _SECURITY[caller]
        _describe(operation, route, caller, schemas, shared)
    generated["components"] = {"responses": shared, "schemas": schemas, "securitySchemes": _SCHEMES}
    generated["tags"] = [
        {"name": area, "description": (module_of(area).__doc__ or "").strip()} for area in AREAS
    ] + [_WEBHOOKS_TAG]
    generated["webhooks"] = _webhooks(schemas)
    return generated


def _webhooks(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the messages that are sent to webhooks, by type of event."""
    return {
        name: {
            "post": {
                "operationId": f"on{kind.__name__}",
                "summary": name,
                "description": summary_of(kind),
                "tags": [_WEBHOOKS_TAG["name"]],
                "security": [],
                "parameters": _SIGNATURE_HEADERS,
                "requestBody": {
                    "required": True,
                    "content": {
                        JSON: {
                            "schema": (schema := {"$ref": f"#/components/schemas/{event_name(kind)}"}),
                            "example": example_of(schema, schemas),
                        }
                    },
                },
                "responses": {
                    "2XX": {
                        "description": "The message was received; after any other answer it is sent again."
                    },
                    "410": {"description": "The receiver is gone; the webhook is disabled."},
                },
            }
        }
        for name, kind in DELIVERED.items()
    }


@cache
def text() -> str:
    """Return the document as the text of the file; to generate it takes a second."""
    return json.dumps(document(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file; with --check, return 1 if it is stale."""
    fresh = text()
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(fresh, encoding="utf-8")
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == fresh:
        return 0
    sys.stderr.write("openapi.json is stale: run `make openapi` and commit it.\n")
    return 1


def _describe(
    operation: dict[str, Any],
    route: Any,  # noqa: ANN401 - Powertools' own
    caller: Caller,
    schemas: Mapping[str, Any],
    shared: dict[str, Any],
) -> None:
    """Complete the operation that Powertools generated by the route's description and docstring."""
    description = description_of(route.func)
    summary, _, more = (getdoc(route.func) or "").partition("\n\n")
    operation["operationId"] = _camel(route.func.__name__)
    operation["summary"] = summary.rstrip(".")
    operation["description"] = " ".join(more.split())
    operation["tags"] = [_area(route.func.__module__)]
    operation.pop("deprecated", None)
    has_body = "requestBody" in operation
    if has_body:
        _exemplify(operation["requestBody"]["content"]["application/json"], schemas)
    answers = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    for status, answer in answers.items():
        answer["description"] = HTTPStatus(int(status)).phrase
        if int(status) == HTTPStatus.NO_CONTENT:
            answer.pop("content", None)
        if description.csv:
            answer["content"][JSON]["schema"] = answer["content"][JSON]["schema"]["anyOf"][0]
        if description.files:
            answer["content"] = {
                media_type: {"schema": {"type": "string", "format": "binary", "examples": [example]}}
                for media_type, example in description.files.items()
            }
        for content in answer.get("content", {}).values():
            _exemplify(content, schemas)
        if description.csv:
            answer["content"]["text/csv"] = {"schema": {"type": "string"}, "example": description.csv}
    if description.idempotent:
        operation.setdefault("parameters", []).append(_key_of(description))
    shared_kinds = _shared(operation, description, caller, method=route.method, has_body=has_body)
    refusals = description.refusals
    if route.method == "GET":  # authorize refuses no reading so
        closed = (OrganizationClosedError, OrganizationSuspendedError)
        refusals = tuple(kind for kind in refusals if kind not in closed)
    kinds = [*refusals, *shared_kinds]
    signed_in = caller in (Caller.SIGNED_IN, Caller.MANAGER)
    operation["responses"] = add_gateway_responses(
        answers | _refusals(kinds, shared), shared, signed_in=signed_in
    )


def _shared(
    operation: Mapping[str, Any], description: Description, caller: Caller, *, method: str, has_body: bool
) -> Iterator[type[UsherError]]:
    """Yield the refusals that follow from a route's caller, method and parameters."""
    if caller is Caller.SIGNED_IN:
        yield from (UnauthenticatedError, KeyNotAcceptedError)
    if caller is Caller.MANAGER:
        yield from (UnauthenticatedError, InvalidApiKeyError, ForbiddenError)
    if description.idempotent:
        yield BadKeyError
        yield KeyReusedError
    if description.idempotent or (method in _CHANGING and caller is not Caller.ANYONE):
        yield StillBusyError
    if has_body:
        yield from (BadJsonError, BodyTooLargeError, WrongMediaTypeError)
    if any(each["in"] == "path" for each in operation.get("parameters", [])):
        yield NotFoundError
    yield from (BadFieldsError, UnexpectedError)


def _refusals(kinds: Iterable[type[UsherError]], shared: dict[str, Any]) -> dict[str, Any]:
    """Return a response for each status, or a reference to one that routes share.

    Shared are responses with a single code, and those whose status comes in few combinations of codes.
    """
    by_status: dict[int, list[type[UsherError]]] = defaultdict(list)
    for kind in dict.fromkeys(kinds):
        by_status[int(status_of(kind))].append(kind)
    responses: dict[str, Any] = {}
    for status, of_status in by_status.items():
        response = _refusal(of_status)
        if len(of_status) == 1 or status in _IN_FEW_COMBINATIONS:
            name = "_or_".join(kind.code for kind in of_status)
            shared[name] = response
            response = {"$ref": f"#/components/responses/{name}"}
        responses[str(status)] = response
    return responses


def _refusal(kinds: Sequence[type[UsherError]]) -> dict[str, Any]:
    """Return a response that names each code that can occur, with the first as its example."""
    problem = _occurrence(kinds[0])
    response: dict[str, Any] = {
        "description": "; ".join(f"`{kind.code}`: {kind.title}" for kind in kinds),
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": problem},
        },
    }
    if "retry_after" in problem:
        seconds = {"type": "integer"}
        response["headers"] = {"Retry-After": {"description": "Seconds.", "schema": seconds}}
    return response


def _occurrence(kind: type[UsherError]) -> dict[str, Any]:
    if issubclass(kind, TooSoonError):
        return problem_of(kind(kind.title, retry_after=60))
    error = kind(retry_after=RETRY_BUSY_AFTER) if kind is StillBusyError else kind()
    # Of an error about one of several fields, the example names the first.
    first = error.fields[:1] if isinstance(error, InvalidError) else ()  # a 404 may be about the path
    return problem_of(error, locate=lambda name: name if name in first else None)


def _key_of(description: Description) -> dict[str, Any]:
    ordered = any(kind.code == "order_reused" for kind in description.refusals)
    return {**_KEY, "description": f"{_KEY['description']}{_ORDERED}"} if ordered else dict(_KEY)


def _exemplify(content: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    content["example"] = example_of(content["schema"], schemas)


def _area(module: str) -> str:
    return module.rpartition(".")[2]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


if __name__ == "__main__":
    sys.exit(main())
