"""The routes of all areas, and the pages for requests that no route answers.

Every answer is a page for people, errors included: people who mistype an address get no JSON.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.correlation import correlate
from functions.http_events import well_formed
from functions.metrics import MetricName
from functions.pages.browser_sessions import READ_METHODS, BodyTooLargeError
from functions.pages.languages import PARAMETER
from functions.pages.log import logger, metrics
from functions.pages.rendering import Page, moved, redirect
from functions.pages.routes import (
    calendar,
    console,
    dashboard,
    invites,
    join_pages,
    landing_pages,
    password_recovery,
    scripts,
    sso,
    unsubscribe,
    verifications,
)
from functions.pages.services import PageServices
from usher.domain.errors import NotFoundError
from usher.domain.languages import language_of_tag
from usher.domain.pasted_text import pasted_path
from usher.domain.sessions import SessionRevokedError
from usher.store.transaction import BusyError

AREAS = (
    invites,
    dashboard,
    console,
    password_recovery,
    verifications,
    sso,
    join_pages,
    landing_pages,
    unsubscribe,
    scripts,
    calendar,
)

_RETRY_AFTER = "2"
"""Seconds after which to repeat a request that met contention."""

_IN_LOCATION = "/%:@!$&'()*+,;=-._~?"
"""Characters that are not encoded in a `Location`; all others may have been decoded by the HTTP API."""

app = APIGatewayHttpResolver()
for _area in AREAS:
    app.include_router(_area.router)


def _switch_language(resolver: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Page:
    """Keep the language that a page's link chooses, and redirect to the same address without the choice.

    So an address that is copied and handed on chooses no language for others.
    """
    event = resolver.current_event
    chosen = (event.query_string_parameters or {}).get(PARAMETER, "")
    language = language_of_tag(chosen) if event.http_method in READ_METHODS else None
    if language is None:
        return next_middleware(resolver)
    sessions = cast("PageServices", resolver.context["services"]).sessions
    request = sessions.read_anonymously(event)
    query = urlencode(request.languages.query)
    # With two slashes at its beginning an address would be that of another origin.
    path = "/" + quote(event.path, safe=_IN_LOCATION).lstrip("/\\")
    cookies = [sessions.language_cookie(language)]
    return redirect(f"{path}?{query}" if query else path, request=request, cookies=cookies)


app.use(middlewares=[_switch_language])


def answer(event: Mapping[str, Any], context: LambdaContext, *, services: PageServices) -> dict[str, Any]:
    """Answer an event of the HTTP API (payload format 2.0) with a page.

    A link works as it was copied out of an email: what can be no part of a page's path is dropped from it.
    """
    correlate(logger, event["requestContext"]["requestId"])
    app.append_context(services=services)  # type: ignore[no-untyped-call]  # Powertools left it without types
    return app.resolve(_with_path_of_link(well_formed(event)), context)


def _with_path_of_link(event: Mapping[str, Any]) -> dict[str, Any]:
    path = str(event["rawPath"])
    # A path with a slash at its end is first redirected to the same without.
    return {**event, "rawPath": path if path.endswith("/") else pasted_path(path)}


def _no_route(_error: Exception) -> Page:
    """Answer a request without a route; redirect to the page if the path only has a slash too many."""
    method, path = app.current_event.http_method, app.current_event.path
    allowed = _methods(path)
    if allowed:
        headers = {"Allow": ", ".join(allowed)}
        return _error_page("not_allowed", HTTPStatus.METHOD_NOT_ALLOWED, headers)
    page_path = path.rstrip("/")
    if method in _methods(page_path):
        query = app.current_event.raw_event.get("rawQueryString")
        return moved(quote(f"{page_path}?{query}" if query else page_path, safe=_IN_LOCATION))
    return _error_page("nothing_here", HTTPStatus.NOT_FOUND)


def _bad_link(_error: Exception) -> Page:
    return _error_page("bad_link", HTTPStatus.NOT_FOUND)


def _session_over(_error: Exception) -> Page:
    """Show the same page to nobody in particular; what a form asked for is not done."""
    event, services = app.current_event, app.context["services"]
    request = services.sessions.read(event)
    query = event.raw_event.get("rawQueryString") if event.http_method in READ_METHODS else ""
    path = quote(f"{event.path}?{query}" if query else event.path, safe=_IN_LOCATION)
    return redirect(path, request=request, cookies=[services.sessions.expired_session_cookie()])


def _too_large(_error: Exception) -> Page:
    return _error_page("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _busy(_error: Exception) -> Page:
    return _error_page("busy", HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": _RETRY_AFTER})


def _unexpected(error: Exception) -> Page:
    logger.error("A page failed.", exc_info=error)
    metrics.add(MetricName.UNEXPECTED_ERRORS)
    return _error_page("unexpected", HTTPStatus.INTERNAL_SERVER_ERROR)


_ERROR_PAGES: dict[type[Exception], Callable[[Exception], Page]] = {
    NoRouteError: _no_route,
    NotFoundError: _bad_link,
    SessionRevokedError: _session_over,
    BodyTooLargeError: _too_large,
    BusyError: _busy,
    Exception: _unexpected,
}
for _error, _handler in _ERROR_PAGES.items():
    app.exception_handler(_error)(_handler)


def _methods(path: str) -> list[str]:
    """Return the methods that are served on a path; none if the path is no page's."""
    # Powertools has no public way to list the routes (3.37).
    routes = [*app._static_routes, *app._dynamic_routes]  # noqa: SLF001 - see above
    return sorted({route.method for route in routes if route.rule.match(path)})


def _error_page(why: str, status: HTTPStatus, headers: dict[str, str] | None = None) -> Page:
    services = cast("PageServices", app.context["services"])
    request = services.sessions.read_anonymously(app.current_event)
    return services.renderer.error_page(why, request=request, status=status, headers=headers)
