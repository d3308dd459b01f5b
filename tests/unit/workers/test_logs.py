"""The functions' logger: no address, token or exception's text is written, however it is logged."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import MAX_FRAMES, InvocationFailedError, get_logger, logged_handler
from tests.support.leaky_errors import LEAKY_ERRORS, LeakyError

SERVICE = "test-logs"

Way = Callable[[Logger, Exception], None]


@pytest.fixture
def logger() -> Iterator[Logger]:
    yield get_logger(SERVICE)
    logging.getLogger(SERVICE).handlers[0].close()


@pytest.fixture
def log(logger: Logger, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def throw(error: Exception) -> NoReturn:
    raise error


def as_an_exception(logger: Logger, error: Exception) -> None:
    try:
        throw(error)
    except Exception:
        logger.exception("It failed.")


def as_exc_info(logger: Logger, error: Exception) -> None:
    logger.error("It failed.", exc_info=error)


def as_a_message(logger: Logger, error: Exception) -> None:
    logger.error(error)


def as_an_argument(logger: Logger, error: Exception) -> None:
    logger.error("It failed: %s", error)


def as_a_key(logger: Logger, error: Exception) -> None:
    logger.error("It failed.", error=error, nested={"errors": [error]})


def lambda_context(request: str = "request-1") -> LambdaContext:
    context = LambdaContext()
    context._function_name = SERVICE
    context._memory_limit_in_mb = 512
    context._invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{SERVICE}"
    context._aws_request_id = request
    return context


def as_what_is_unhandled(logger: Logger, error: Exception) -> None:
    @logged_handler(logger)
    def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
        raise error

    with pytest.raises(InvocationFailedError) as raised:
        handler({}, lambda_context())
    assert str(raised.value) == type(error).__qualname__


WAYS = (as_an_exception, as_exc_info, as_a_message, as_an_argument, as_a_key, as_what_is_unhandled)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("leaky", LEAKY_ERRORS, ids=lambda leaky: leaky.name)
def test_an_exceptions_text_is_never_written(
    logger: Logger, log: io.StringIO, way: Way, leaky: LeakyError
) -> None:
    error = leaky.make()
    way(logger, error)

    assert type(error).__qualname__ in log.getvalue()
    assert not [secret for secret in leaky.secrets if secret in log.getvalue()]


def test_a_line_has_the_keys_of_its_own_invocation_alone(logger: Logger, log: io.StringIO) -> None:
    @logged_handler(logger)
    def handler(event: dict[str, Any], _context: LambdaContext) -> None:
        logger.append_keys(**event)
        logger.info("Done.")

    handler({"erasure": "e1"}, lambda_context("request-1"))
    handler({"import_id": "i1"}, lambda_context("request-2"))

    first, second = lines(log)
    assert (first["function_request_id"], first["erasure"]) == ("request-1", "e1")
    assert (second["function_request_id"], second["import_id"]) == ("request-2", "i1")
    assert "erasure" not in second


@pytest.mark.parametrize(
    "leaky",
    [leaky for leaky in LEAKY_ERRORS if leaky.name not in {"an address in a cause", "an address in a note"}],
    ids=lambda leaky: leaky.name,
)
def test_addresses_and_tokens_are_redacted_in_texts_as_well(
    logger: Logger, log: io.StringIO, leaky: LeakyError
) -> None:
    personal = [secret for secret in leaky.secrets if secret not in {"verified", "account with", "Ann Lee"}]
    text = str(leaky.make())
    logger.info("It says: " + text)  # noqa: G003 - that is what must do no harm
    logger.info("It says: %s", text)
    logger.info("It failed.", says=text)

    assert len(lines(log)) == 3
    assert not [secret for secret in personal if secret in log.getvalue()]


def test_an_exception_is_named_with_its_causes_codes_and_places(logger: Logger, log: io.StringIO) -> None:
    refused = LEAKY_ERRORS[0].make()

    def fail() -> None:
        try:
            throw(refused)
        except Exception as error:
            raise KeyError("ann@x.io") from error

    try:
        fail()
    except KeyError:
        logger.exception("It failed.", invite="I")

    (line,) = lines(log)
    outer, inner = line["exceptions"]
    assert line["message"] == "It failed."
    assert line["invite"] == "I"
    assert outer["name"] == "builtins.KeyError"
    assert inner["name"] == "botocore.exceptions.ClientError"
    assert inner["code"] == "MessageRejected"
    assert outer["frames"][-1].endswith(" fail")
    assert f"{__file__}:" in outer["frames"][-1]
    assert not {"exception", "stack_trace", "exception_notes"} & line.keys()


def test_endless_recursion_is_a_line_of_bounded_length(logger: Logger, log: io.StringIO) -> None:
    def fail() -> None:
        fail()

    try:
        fail()
    except RecursionError:
        logger.exception("It failed.")

    (line,) = lines(log)
    assert len(line["exceptions"][0]["frames"]) == MAX_FRAMES


def test_what_other_handlers_see_of_a_record_is_unchanged(
    logger: Logger, log: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    error = ValueError("a test may look at it")
    logger.error("It failed.", exc_info=error)

    (record,) = caplog.records
    assert log.getvalue()
    assert record.exc_info is not None
    assert record.exc_info[1] is error


IN_LAMBDA = """
import logging, sys

class Runtime(logging.StreamHandler):
    '''Lambda's own handler, as awslambdaric installs it before it imports the function.'''

if sys.argv[1] == "runtime":
    handler = Runtime(sys.stdout)
    handler.setFormatter(logging.Formatter("PLAIN %(message)s"))
    logging.getLogger().addHandler(handler)

from functions.logs import get_logger
logger = get_logger("api")
get_logger("api")
logger.append_keys(function_request_id="request-1")
sys.stderr = sys.stdout
for other in logging.getLogger().handlers:
    other.setStream(sys.stdout)
logger.warning("own ann@x.io")
logging.getLogger("usher.store.integrations.api_keys").warning("ours ann@x.io %s", ValueError("secret text"))
try:
    raise ValueError("secret text")
except ValueError:
    logging.getLogger("urllib3.connectionpool").exception("a library's ann@x.io")
"""


@pytest.mark.parametrize("surroundings", ["runtime", "bare"])
def test_the_lines_of_usher_and_of_libraries_are_written_once_and_redacted(surroundings: str) -> None:
    ran = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", IN_LAMBDA, surroundings], capture_output=True, text=True, check=True
    )
    own, ours, library = (json.loads(line) for line in ran.stdout.splitlines())

    assert own["message"] == "own (email)"
    assert ours["message"] == "ours (email) ValueError"
    assert library["message"] == "a library's (email)"
    assert library["exceptions"][0]["name"] == "builtins.ValueError"
    assert {line["service"] for line in (own, ours, library)} == {"api"}
    assert {line["function_request_id"] for line in (own, ours, library)} == {"request-1"}
    assert "secret text" not in ran.stdout + ran.stderr
