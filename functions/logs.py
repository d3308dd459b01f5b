"""The logger of every function: Powertools', with personal data, tokens and the texts of exceptions kept out.

An exception is logged as the names of its classes and where it was raised. Its text is never logged: it may
come from AWS, from a library or from another company's server, and name anybody.
"""

from __future__ import annotations

import copy
import functools
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.filters import SuppressFilter
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from functions.redaction import redact

P = ParamSpec("P")
R = TypeVar("R")

MAX_FRAMES = 30
"""Frames logged of one exception, the innermost: endless recursion has a thousand."""

_ERROR_CODE = re.compile(r"[A-Za-z0-9.]{1,64}")


class InvocationFailedError(Exception):
    """The invocation failed; the exception behind it is in the log.

    Lambda itself logs an exception that leaves the handler, its text included. This one's text is the name
    of the class of what failed.
    """


def get_logger(service: str | None = None) -> Logger:
    """Return the function's logger, whose formatter also formats what all other loggers write.

    `service` names the function; without it, the environment's POWERTOOLS_SERVICE_NAME does.
    """
    logging.basicConfig()  # where there is no runtime that has done so, as Lambda's has
    logger = Logger(service=service, logger_formatter=RedactingFormatter())
    _format_root(logger)
    return logger


def redact_unhandled(logger: Logger) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a handler log its unhandled exceptions redacted, and raise InvocationFailedError for them."""

    def decorate(handler: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(handler)
        def redacting(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return handler(*args, **kwargs)
            except Exception as error:
                logger.exception("The invocation failed.")
                raise InvocationFailedError(type(error).__qualname__) from None

        return redacting

    return decorate


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, redacted; an exception and what it came from are the list `exceptions`."""

    def __init__(self) -> None:
        super().__init__(serialize_stacktrace=False)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for the record, which other handlers go on finding as it was."""
        record = copy.copy(record)
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            record.exceptions = [describe_exception(error) for error in _chain(record.exc_info[1])]
        record.exc_info = record.exc_text = None
        if isinstance(record.args, tuple):
            record.args = tuple(
                type(arg).__qualname__ if isinstance(arg, BaseException) else arg for arg in record.args
            )
        return super().format(record)

    def serialize(self, log: Any) -> str:  # noqa: ANN401 - as the class above has it
        """Return the line, redacted."""
        return super().serialize(redact(log))  # type: ignore[arg-type] # it declares a LogRecord and takes a dict


def describe_exception(error: BaseException) -> dict[str, Any]:
    """Return an exception's class, AWS's code for it if it has one, and where it was raised."""
    kind = type(error)
    described: dict[str, Any] = {"name": f"{kind.__module__}.{kind.__qualname__}"}
    if (code := _error_code(error)) is not None:
        described["code"] = code
    frames = [
        f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return {**described, "frames": frames[-MAX_FRAMES:]}


def _error_code(error: BaseException) -> str | None:
    """Return the code in a botocore ClientError, such as `ThrottlingException`: one word, and no text."""
    response = getattr(error, "response", None)
    details = response.get("Error") if isinstance(response, dict) else None
    code = details.get("Code") if isinstance(details, dict) else None
    return code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and those that it came from."""
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and not any(following is one for one in seen):
        yield following
        seen.append(following)
        following = following.__cause__ or following.__context__


def _format_root(logger: Logger) -> None:
    """Give the root's handlers the logger's formatter, so that usher's and libraries' lines are redacted too.

    Powertools keeps its own lines from the root's handlers by a filter, which also drops those of all loggers
    whose names contain the function's: that of `api` drops `usher.store.integrations.api_keys`. An exact one
    takes its place. A handler without that filter is a test's.
    """
    for handler in logging.root.handlers:
        suppressing = [one for one in handler.filters if isinstance(one, SuppressFilter)]
        for one in suppressing:
            handler.removeFilter(one)
        if suppressing:
            handler.addFilter(lambda record: record.name != logger.name)
            handler.setFormatter(logger.registered_formatter)
