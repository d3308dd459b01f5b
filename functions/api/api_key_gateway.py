"""Identifies programs by an organization's API key, in place of a person's token (decision 28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from functions.api.descriptions import Caller, caller_of, is_described
from usher.domain.errors import ForbiddenError

API_KEY_PATH = "/keys"
"""The prefix that CloudFront adds to the path of a request with an organization's API key.

The HTTP API's route for it has no authorizer, so the key alone identifies the caller.
"""

HEADER = "x-api-key"
_KEY = "key"


class KeyNotAcceptedError(ForbiddenError):
    """A program called a route for signed-in people."""

    code = "key_not_accepted"
    title = "An API key may not do this"
    next_action = "Let a person who is signed in do it; no scope of a key allows it."


def api_key_gateway(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event under API_KEY_PATH with its route's path and its key as the authorizer's result."""
    prefix, _, rest = event["rawPath"].partition("/v1/")
    if prefix != API_KEY_PATH:
        return event
    authorizer = {_KEY: event["headers"].get(HEADER, "")}
    context = {**event["requestContext"], "authorizer": authorizer}
    return {**event, "rawPath": f"/v1/{rest}", "requestContext": context}


def key_of(event: Mapping[str, Any]) -> str | None:
    """Return the API key of a request under API_KEY_PATH, unchecked; None for any other request."""
    authorizer = event["requestContext"].get("authorizer") or {}
    key: str | None = authorizer.get(_KEY)
    return key


def refuse_programs(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse a program's call of a route for signed-in people, before the request is validated."""
    route = app.context["_route"]
    for_people = is_described(route.func) and caller_of(route.func, route.openapi_path) is Caller.SIGNED_IN
    if for_people and key_of(app.current_event) is not None:
        raise KeyNotAcceptedError("This is for people, and not for programs.")
    return next_middleware(app)
