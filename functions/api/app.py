"""The HTTP API: the routes of all areas, with the limits, errors, headers and log of every request."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.api_key_gateway import api_key_gateway, refuse_programs
from functions.api.areas import AREAS, areas_of, module_of
from functions.api.cursors import seal_cursors
from functions.api.descriptions import is_described
from functions.api.problems import (
    MAX_BODY,
    MEDIA_TYPE,
    BadFieldsError,
    BadJsonError,
    BodyTooLargeError,
    UnexpectedError,
    WrongMediaTypeError,
    WrongMethodError,
    headers_of,
    problem_of,
    refusal_of,
)
from functions.api.request_fields import check_texts, path_of, sent_path_of
from functions.api.router import JSON, SERVICES
from functions.api.services import Services
from functions.correlation import correlate
from functions.http_events import well_formed
from functions.metrics import MetricName, Metrics
from usher.domain.errors import UsherError
from usher.domain.licenses import NotEnoughSeatsError

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""The headers of every answer."""

_BYTES_IN_BASE64 = 3 / 4


class Api:
    """The HTTP API. It answers one event at a time: Powertools keeps the current one on a class."""

    def __init__(self, *, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics
        self.resolver = resolver()

    @property
    def routes(self) -> list[Any]:
        """The routes of all areas."""
        return routes()

    def warm_up(self) -> None:
        """Load all routes and build their validation, which first requests would wait for otherwise."""
        for route in self.routes:
            _ = route.dependant

    def answer(
        self, event: Mapping[str, Any], context: LambdaContext, *, services: Services
    ) -> dict[str, Any]:
        """Answer one event of the HTTP API (payload format 2.0)."""
        correlate(self._logger, event["requestContext"]["requestId"])
        event = {**event, "headers": well_formed(event.get("headers") or {})}
        headers = {name.lower(): value for name, value in event["headers"].items()}
        event = api_key_gateway({**event, "headers": headers})
        try:
            check_body(event)
            headers["content-type"] = JSON  # Powertools compares it as a whole
        except UsherError as error:
            answer = _answer_of(self._problem(error))
        else:
            _load(areas_of(APIGatewayProxyEventV2({**event}).path))
            # All instances share the resolver, whose answer to errors is that of the instance that answers.
            self.resolver.exception_handler(Exception)(self._problem)
            self.resolver.append_context(**{SERVICES: services})  # type: ignore[no-untyped-call]  # Powertools left it without types
            answer = self.resolver.resolve(event, context)
        answer["headers"] = {**answer["headers"], **HEADERS}
        answer["body"] = answer.get("body") or ""  # an empty text without content: MiniStack takes no null
        self._logger.info("answered", route=event.get("routeKey"), status=answer["statusCode"])
        return answer

    def _problem(self, error: Exception) -> Response[str]:
        refusal = self._wrong_method(error) or refusal_of(error)
        if refusal is None:
            request_id = self._logger.get_correlation_id()
            refusal = UnexpectedError("The request could not be carried out.", request_id=request_id)
            self._logger.error("unexpected", exc_info=error)
            self._metrics.add(MetricName.UNEXPECTED_ERRORS)
        route = self.resolver.context.get("_route")
        problem = problem_of(
            refusal,
            locate=lambda name: route and path_of(name, route.dependant),
            locate_sent=self._sent_path_of,
        )
        self._logger.info("refused", code=problem["code"])
        if isinstance(refusal, NotEnoughSeatsError):
            self._metrics.add(MetricName.SEATS_REFUSED)
        return Response(
            status_code=problem["status"],
            content_type=MEDIA_TYPE,
            body=json.dumps(problem),
            headers={**headers_of(problem)},
        )

    def _sent_path_of(self, name: str) -> str | None:
        """Return the place of a field in the present request, None if it has none of this name."""
        route = self.resolver.context.get("_route")
        return route and sent_path_of(name, request=self.resolver.current_event, dependant=route.dependant)

    def _wrong_method(self, error: Exception) -> WrongMethodError | None:
        """Return the refusal of a request whose path is served with other methods; None for other errors."""
        if not isinstance(error, NoRouteError):
            return None
        path = self.resolver.current_event.path
        allowed = sorted({route.method for route in _loaded_routes() if route.rule.match(path)})
        return (
            WrongMethodError("The address is served with other methods.", allowed=allowed)
            if allowed
            else None
        )


@cache
def resolver() -> APIGatewayHttpResolver:
    """Return the one resolver of this process: a router belongs to the resolver that included it last.

    It has the routes of the areas that are loaded.
    """
    one = APIGatewayHttpResolver(
        enable_validation=True,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        json_body_deserializer=read_json,
    )
    one.use(middlewares=[refuse_programs, _check_parameters, seal_cursors])
    return one


def routes() -> list[Any]:
    """Return the routes of all areas, and load those that no request has needed yet."""
    _load(AREAS)
    return _loaded_routes()


def _load(areas: Iterable[str]) -> None:
    """Load the routes of areas that are not loaded yet."""
    for area in areas:
        _include(area)


@cache
def _include(area: str) -> None:
    """Include the router of an area in the resolver, once: its routes would stand there twice."""
    resolver().include_router(module_of(area).router)


def _loaded_routes() -> list[Any]:
    """Return the routes that are loaded; Powertools has no public way to list them (3.37)."""
    return [*resolver()._static_routes, *resolver()._dynamic_routes]  # noqa: SLF001 - see above


def _answer_of(response: Response[str]) -> dict[str, Any]:
    headers = {**response.headers, "Content-Type": MEDIA_TYPE}
    return {"statusCode": response.status_code, "headers": headers, "body": response.body}


def read_json(text: str) -> dict[str, Any]:
    """Read a request's body, or raise BadJsonError or, for a text that is none, BadFieldsError."""
    try:
        body = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadJsonError("The body cannot be read as JSON.") from error
    if not isinstance(body, dict):
        raise BadJsonError("The body is JSON and no object.")
    check_texts(body)
    return body


def _no_number(text: str) -> float:
    raise ValueError(text)


def check_body(event: Mapping[str, Any]) -> None:
    """Refuse a body that is too large, of another type than JSON, or not in UTF-8.

    Raises:
        BodyTooLargeError, WrongMediaTypeError, BadJsonError.
    """
    body = event.get("body") or ""
    if not body:
        return
    encoded = bool(event.get("isBase64Encoded"))
    if len(body) > (MAX_BODY / _BYTES_IN_BASE64 if encoded else MAX_BODY):
        raise BodyTooLargeError(f"The body is larger than {MAX_BODY} bytes.")
    try:
        raw = base64.b64decode(body, validate=True) if encoded else body.encode()
        raw.decode()
    except (binascii.Error, UnicodeError) as error:
        raise BadJsonError("The body is no text in UTF-8.") from error
    if len(raw) > MAX_BODY:
        raise BodyTooLargeError(f"The body has {len(raw)} bytes.")
    media_type = event["headers"].get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise WrongMediaTypeError(f"The body is sent as {media_type or 'nothing in particular'}.")


def _check_parameters(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse a parameter that is no text, or is not known: a misspelled filter is not ignored."""
    route = app.context["_route"]
    if is_described(route.func):
        check_texts(app.current_event.query_string_parameters)
        known = {parameter.alias for parameter in route.dependant.query_params}
        unknown = sorted(set(app.current_event.query_string_parameters) - known)
        if unknown:
            reason = "is not a known parameter"
            raise BadFieldsError(
                f"{', '.join(unknown)}: {reason}",
                errors=[{"field": name, "reason": reason} for name in unknown],
            )
    return next_middleware(app)
