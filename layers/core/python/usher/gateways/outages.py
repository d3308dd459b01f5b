"""Outages: which failed calls of AWS say nothing about the call, so that the same one may succeed later."""

from __future__ import annotations

from http import HTTPStatus

from botocore import exceptions

NO_ANSWER = (exceptions.ConnectionError, exceptions.HTTPClientError)
"""What botocore raises where a service cannot be reached, or does not answer in time."""

_THROTTLES = frozenset(
    {
        "LimitExceededException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


def status_of(error: exceptions.ClientError) -> int:
    """Return the HTTP status of the answer; 0 where there is none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_outage(error: exceptions.ClientError) -> bool:
    """Return whether the service failed, and not the request."""
    return status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR


def is_throttle(error: exceptions.ClientError) -> bool:
    """Return whether the service refused the request for the rate of requests."""
    return error.response.get("Error", {}).get("Code", "") in _THROTTLES
