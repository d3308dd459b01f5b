"""The answers that the HTTP API gives itself, before a function is called, as the OpenAPI document has them.

They are no problem documents: API Gateway answers `application/json` with a `message`, which it lets nobody
change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCHEMA = {
    "title": "GatewayMessage",
    "description": "An answer of API Gateway itself.",
    "type": "object",
    "properties": {"message": {"title": "Message", "type": "string"}},
    "required": ["message"],
}
"""The schema `GatewayMessage`."""

THROTTLED = "throttled"
"""The shared response to a request above the limits of the stage."""

_JSON = "application/json"


def add_gateway_responses(
    responses: Mapping[str, Any], shared: dict[str, Any], *, signed_in: bool
) -> dict[str, Any]:
    """Return an operation's responses with those of API Gateway; `shared` gets the ones that it refers to.

    An operation whose route has the JWT authorizer (`signed_in`) has a 401 of it beside the function's.
    """
    shared[THROTTLED] = _throttled({})
    completed = dict(responses)
    if "429" in completed:
        completed["429"] = _throttled(_resolved(completed["429"], shared))
    else:
        completed["429"] = {"$ref": f"#/components/responses/{THROTTLED}"}
    if signed_in:
        _complete(
            _resolved(completed["401"], shared),
            why="API Gateway refuses a token that is missing, malformed or expired, as `application/json`.",
            message="Unauthorized",
        )
    return completed


def _throttled(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return the response with what API Gateway answers above the stage's limits; the function's stay."""
    throttled = {**response, "content": dict(response.get("content", {}))}
    _complete(
        throttled,
        why="API Gateway refuses requests above the limits of the stage, as `application/json`.",
        message="Too Many Requests",
    )
    return throttled


def _complete(response: dict[str, Any], *, why: str, message: str) -> None:
    description = response.get("description", "")
    if why not in description:
        response["description"] = f"{description} {why}".strip()
    response["content"][_JSON] = {
        "schema": {"$ref": "#/components/schemas/GatewayMessage"},
        "example": {"message": message},
    }


def _resolved(response: dict[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    name = str(response.get("$ref", "")).rpartition("/")[2]
    return shared[name] if name else response
