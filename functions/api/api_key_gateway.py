"""The door for programs: an organization's API key in place of a person's token (decision 28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from functions.api.describing import Caller, caller_of, is_described
from usher.domain.errors import ForbiddenError

API_KEY_PATH = "/keys"
"""Before the path of a request that CloudFront saw coming with an organization's key.

The HTTP API asks for no token behind it, so that here the key says who is asking, and nothing else does.
"""

HEADER = "x-api-key"
_KEY = "key"


class KeyNotAcceptedError(ForbiddenError):
    """A program came where only a person may."""

    code = "key_not_accepted"
    title = "An API key may not do this"
    next_action = "Let a person who is signed in do it; no scope of a key allows it."


def api_key_gateway(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the event as the routes know it; one that came by the door was let in by its key alone."""
    door, _, rest = event["rawPath"].partition("/v1/")
    if door != API_KEY_PATH:
        return event
    given = {_KEY: event["headers"].get(HEADER, "")}
    context = {**event["requestContext"], "authorizer": given}
    return {**event, "rawPath": f"/v1/{rest}", "requestContext": context}


def key_of(event: Mapping[str, Any]) -> str | None:
    """Return the key with which a request came by the door, unchecked; None for one that came by another."""
    authorizer = event["requestContext"].get("authorizer") or {}
    key: str | None = authorizer.get(_KEY)
    return key


def refuse_programs(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse a program on a route for people, before anything is looked at."""
    route = app.context["_route"]
    for_people = is_described(route.func) and caller_of(route.func, route.openapi_path) is Caller.SIGNED_IN
    if for_people and key_of(app.current_event) is not None:
        raise KeyNotAcceptedError("This is for people, and not for programs.")
    return next_middleware(app)
