"""The logger of every function: Powertools', without personal data, tokens and the texts of exceptions.

An exception is logged as the name of its class and where it was raised. Its text is never logged: it may
come from AWS, from a library or from another company's server, and contain anything.
"""

from __future__ import annotations

import copy
import functools
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.filters import SuppressFilter
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from functions.collector import leave_what_is_loaded
from functions.correlation import correlate, end_correlation
from functions.redaction import redact

P = ParamSpec("P")
R = TypeVar("R")

MAX_FRAMES = 30
"""The most frames that are logged of an exception, the innermost ones: endless recursion has a thousand."""

_ERROR_CODE = re.compile(r"[A-Za-z0-9.]{1,64}")


class InvocationFailedError(Exception):
    """The invocation failed; its cause is in the log.

    Lambda itself logs an exception that leaves the handler, with its text. The text of this one is only the
    name of the cause's class.
    """


def get_logger(service: str | None = None) -> Logger:
    """Return the function's logger, whose formatter also formats the lines of all other loggers.

    `service` names the function; without it, the environment's POWERTOOLS_SERVICE_NAME does. A part of the
    invocations, POWERTOOLS_LOGGER_SAMPLE_RATE, logs its debugging lines as well.
    """
    logging.basicConfig()  # without effect in Lambda, whose runtime has configured the root logger
    logger = Logger(service=service, logger_formatter=RedactingFormatter())
    _format_root(logger)
    _sample(logger)
    return logger


def logged_handler(logger: Logger) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a handler to log with the invocation's context, and to redact unhandled exceptions.

    Keys that an invocation appends to its lines are gone at the next one. Unless the handler names another
    request, its work begins with the invocation itself. An unhandled exception is logged without its text,
    and InvocationFailedError raised in its place. A handler's module has loaded all when it decorates the
    handler, so that the collector of garbage leaves that aside from then on.
    """

    def decorate(handler: Callable[P, R]) -> Callable[P, R]:
        leave_what_is_loaded()

        @functools.wraps(handler)
        def redacted(*args: P.args, **kwargs: P.kwargs) -> R:
            correlate(logger, getattr(args[1] if len(args) > 1 else None, "aws_request_id", ""))
            began = time.perf_counter()
            try:
                return handler(*args, **kwargs)
            except Exception as error:
                logger.exception("The invocation failed.")
                raise InvocationFailedError(type(error).__qualname__) from None
            finally:
                logger.debug("Invoked.", milliseconds=round(1000 * (time.perf_counter() - began)))
                end_correlation()

        return logger.inject_lambda_context(redacted, clear_state=True)

    return decorate


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Formats Powertools' JSON lines redacted, with an exception and its causes as the list `exceptions`."""

    def __init__(self) -> None:
        super().__init__(serialize_stacktrace=False)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for the record; the record itself stays unchanged for other handlers."""
        record = copy.copy(record)
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            record.exceptions = [describe_exception(error) for error in _chain(record.exc_info[1])]
        record.exc_info = record.exc_text = None
        if isinstance(record.args, tuple):
            record.args = tuple(
                type(arg).__qualname__ if isinstance(arg, BaseException) else arg for arg in record.args
            )
        return super().format(record)

    def serialize(self, log: Any) -> str:  # noqa: ANN401 - the base class's signature
        """Return the line, redacted."""
        return super().serialize(redact(log))  # type: ignore[arg-type] # it declares a LogRecord and takes a dict


def describe_exception(error: BaseException) -> dict[str, Any]:
    """Return an exception's class, its AWS error code if it has one, and where it was raised."""
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
    """Yield the exception and its causes."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and not any(cause is one for one in seen):
        yield cause
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__


def _sample(logger: Logger) -> None:
    """Have debugging lines logged by the sampled invocations alone, and by nothing but the function itself.

    Lambda drops all lines below the level of the function's log, which is DEBUG where a stage samples. That
    is also the level of the root logger then, so that botocore would log every request, and of Powertools'
    own, which would sample all invocations.
    """
    logging.root.setLevel(max(logging.root.level, logging.INFO))
    if logger.sampling_rate and float(logger.sampling_rate) > 0:
        logger.initial_log_level = logging.INFO
        logger.refresh_sample_rate_calculation()


def _format_root(logger: Logger) -> None:
    """Give the root's handlers the logger's formatter, so that usher's and libraries' lines are redacted too.

    Powertools keeps its own lines from the root's handlers by a filter, which also drops those of all loggers
    whose names contain the function's: that of `api` drops `usher.store.integrations.api_keys`. A filter on
    the exact name replaces it. A handler without Powertools' filter belongs to a test.
    """
    for handler in logging.root.handlers:
        suppressing = [one for one in handler.filters if isinstance(one, SuppressFilter)]
        for one in suppressing:
            handler.removeFilter(one)
        if suppressing:
            handler.addFilter(lambda record: record.name != logger.name)
            handler.setFormatter(logger.registered_formatter)
