"""Cursors as the API shows them: encrypted, since those of the store name what is listed (decision 53).

A cursor stands in the address of the next page, which must have no address of a person and no code. It is
encrypted as opaque ids are, with the path of its list authenticated: another list refuses it.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from functions.api.router import SERVICES
from functions.api.services import Services

_NO_CURSOR = "-"
"""What no list takes for a cursor."""


def seal_cursors(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Decrypt the request's cursor, and encrypt the one in the answer."""
    services: Services = app.context[SERVICES]
    path, arguments = app.current_event.path, app.context["_route_args"]
    if arguments.get("cursor"):
        opened = services.cursors.open(path, arguments["cursor"])
        arguments["cursor"] = opened or _NO_CURSOR
    response = next_middleware(app)
    body = response.body
    if isinstance(body, dict) and isinstance(body.get("next"), str):
        response.body = {**body, "next": services.cursors.seal(path, body["next"])}
    return response
