"""Errors as `application/problem+json` (RFC 9457; DESIGN 2, Errors)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from usher.domain.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RefusedError,
    TooSoonError,
    UnauthenticatedError,
    UsherError,
)
from usher.gateways.cognito_errors import AccountsUnavailableError
from usher.store.transaction import BusyError

MEDIA_TYPE = "application/problem+json"
MAX_BODY = 1024 * 1024
"""The most bytes of a request's body."""

RETRY_BUSY_AFTER = 1
"""Seconds after which to repeat a request that met contention."""


class BadJsonError(InvalidError):
    """The body cannot be read as a JSON object."""

    code = "bad_json"
    title = "The body is not a JSON object"
    next_action = "Send one JSON object, encoded as UTF-8."


class BodyTooLargeError(InvalidError):
    """The body is larger than any request needs."""

    code = "body_too_large"
    title = "The body is too large"
    next_action = f"Send at most {MAX_BODY} bytes; split the request, or import a spreadsheet."


class WrongMediaTypeError(InvalidError):
    """The body is of another type than JSON."""

    code = "wrong_media_type"
    title = "The body is not JSON"
    next_action = "Send JSON with the header Content-Type: application/json."


class BadFieldsError(InvalidError):
    """Some fields or parameters are missing, unknown or malformed; `errors` names each and says why."""

    code = "invalid"
    title = "The request is invalid"
    next_action = "Correct the fields that are named and try again."


class UnknownRouteError(NotFoundError):
    """Nothing is served at this path."""

    code = "route_not_found"
    title = "No such address"
    next_action = "Check the address against the API reference."


class WrongMethodError(UsherError):
    """The path is served, but not with this method."""

    code = "method_not_allowed"
    title = "The method is not allowed here"
    next_action = "Use one of the methods that are allowed."


class StillBusyError(UsherError):
    """Concurrent commands changed the same items at every attempt; nothing was done."""

    code = "busy"
    title = "Too busy right now"
    next_action = "Try again in a moment; nothing was done yet."


class UnexpectedError(UsherError):
    """An unexpected error; the log has its details under `request_id`."""

    code = "unexpected"
    title = "Something went wrong"
    next_action = "Try again; if it stays, tell whoever runs Usher the request's id."


STATUSES: dict[type[UsherError], HTTPStatus] = {
    BadJsonError: HTTPStatus.BAD_REQUEST,
    BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WrongMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    WrongMethodError: HTTPStatus.METHOD_NOT_ALLOWED,
    StillBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    AccountsUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    UnexpectedError: HTTPStatus.INTERNAL_SERVER_ERROR,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    RefusedError: HTTPStatus.CONFLICT,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooSoonError: HTTPStatus.TOO_MANY_REQUESTS,
    UsherError: HTTPStatus.CONFLICT,
}
"""The status by error class; the nearest base of an error's class decides."""


def status_of(kind: type[UsherError]) -> HTTPStatus:
    """Return the status that answers errors of this class."""
    return next(STATUSES[base] for base in kind.__mro__ if base in STATUSES)


def refusal_of(error: Exception) -> UsherError | None:
    """Return the error as a refusal, or None for an unexpected error."""
    match error:
        case UsherError():
            return error
        case BusyError():
            return StillBusyError("Others kept changing the same things.", retry_after=RETRY_BUSY_AFTER)
        case NoRouteError():
            return UnknownRouteError("Nothing is served at this address.")
        case RequestUnsupportedContentType():
            return WrongMediaTypeError("The body is of another type than JSON.")
        case RequestValidationError():
            return _invalid(error.errors())
    return None


Locate = Callable[[str], str | None]
"""Returns the place of a field in a request, by its name in the domain; None if it is not there."""


def problem_of(
    error: UsherError, *, locate: Locate = lambda name: name, locate_sent: Locate = lambda _: None
) -> dict[str, Any]:
    """Return the members of the problem document.

    `locate` finds the fields that the request can have, since one that is missing can be invalid;
    `locate_sent` those that it has, since no other names what was not found or is refused.
    """
    kind = type(error)
    errors = [*_field_errors(error, locate=locate, locate_sent=locate_sent)]
    retry_after = {"retry_after": error.retry_after} if isinstance(error, TooSoonError) else {}
    return {
        **({"errors": errors} if errors else {}),
        **error.facts,
        **retry_after,
        "type": f"urn:usher:problem:{kind.code}",
        "title": kind.title,
        "status": int(status_of(kind)),
        "detail": error.detail,
        "code": kind.code,
        "next_action": error.next_action,
    }


def _field_errors(error: UsherError, *, locate: Locate, locate_sent: Locate) -> Iterator[dict[str, str]]:
    """Return the fields that the error is about, each with the reason (DESIGN 2, Errors)."""
    match error:
        case InvalidError():
            places, reason = map(locate, error.fields), error.reason
        case NotFoundError() | RefusedError():
            places, reason = map(locate_sent, error.fields), error.detail
        case _:
            return
    for at in places:
        if at is not None:
            yield {"field": at, "reason": reason}


def headers_of(problem: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that go with a problem."""
    headers = {}
    if "retry_after" in problem:
        headers["Retry-After"] = str(problem["retry_after"])
    if problem["status"] == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if "allowed" in problem:
        headers["Allow"] = ", ".join(problem["allowed"])
    return headers


def _invalid(errors: Sequence[Mapping[str, Any]]) -> UsherError:
    if any(error["type"] == "json_invalid" for error in errors):
        return BadJsonError("The body cannot be read as JSON.")
    if any(error["loc"][0] == "path" for error in errors):
        return NotFoundError("There is nothing at this address.")
    reasons: dict[str, list[str]] = {}
    for error in errors:
        field, reason = _field(error), _reason(error)
        if reason not in reasons.setdefault(field, []):
            reasons[field].append(reason)
    fields = [{"field": field, "reason": " or ".join(found)} for field, found in reasons.items()]
    detail = "; ".join(f"{one['field']}: {one['reason']}" for one in fields)
    return BadFieldsError(detail, errors=fields)


def _field(error: Mapping[str, Any]) -> str:
    """Return the path of a field with dots; `body` for the body as a whole.

    A parameter is named without the position of one of its values, which the request does not have.
    """
    location = error["loc"]
    if location[0] == "query" and len(location) > 1:
        return str(location[1])
    segments = [*_segments(location[1:])]
    if len(segments) > 1 and segments[0] in _exports() and not segments[1].isdigit():
        del segments[0]  # the kind of a download, which Pydantic names as if it were a field
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        segments.append(error["ctx"]["discriminator"].strip("'"))
    return ".".join(segments) or str(location[0])


def _segments(location: Sequence[str | int]) -> Iterator[str]:
    for segment in location:
        # Pydantic names the branch of a union as if it were a field.
        if segment not in {"str", "constrained-str"} and "[" not in str(segment):
            yield str(segment)


def _reason(error: Mapping[str, Any]) -> str:
    """Return the reason for a validation error, without the value that was sent."""
    known = {
        "missing": "is required",
        "union_tag_not_found": "is required",
        "extra_forbidden": "is not a known field",
    }
    if error["type"] == "value_error":  # of a check of our own, whose text Pydantic puts words before
        return str(error["ctx"]["error"])
    if error["type"] == "union_tag_invalid":
        return f"is none of {', '.join(sorted(_exports()))}"
    return known.get(error["type"]) or str(error["msg"])


def _exports() -> Collection[str]:
    """Return the kinds of lists that can be downloaded, whose schemas few refusals need."""
    from functions.api.schemas.downloads import EXPORTS  # noqa: PLC0415 - no start loads them

    return EXPORTS
