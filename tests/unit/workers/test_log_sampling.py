"""Debugging lines: those of sampled invocations alone, and never those of botocore, with whole requests."""

from __future__ import annotations

import subprocess
import sys

import pytest

INVOKE = """
import logging, os
logging.root.setLevel(os.environ["AWS_LAMBDA_LOG_LEVEL"])  # as Lambda's runtime does
from functions.logs import get_logger, logged_handler

class Context:
    function_name, memory_limit_in_mb, invoked_function_arn, aws_request_id = "f", 512, "arn", "request"

logger = get_logger("sampled")
handler = logged_handler(logger)(lambda event, context: logger.info("Handled."))
for _ in range(40):
    handler({}, Context())
logging.getLogger("botocore.endpoint").debug("the body of a request")
"""


def lines(level: str, rate: str) -> list[str]:
    invoked = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", INVOKE],
        env={"AWS_LAMBDA_LOG_LEVEL": level, "POWERTOOLS_LOGGER_SAMPLE_RATE": rate},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "the body of a request" not in invoked.stdout + invoked.stderr
    assert invoked.stdout.count('"Handled."') == 40
    return [line for line in invoked.stdout.splitlines() if '"Invoked."' in line]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "rate", "least", "most"),
    [("INFO", "0", 0, 0), ("DEBUG", "1", 40, 40), ("DEBUG", "0.5", 1, 39), ("DEBUG", "0.000000001", 0, 0)],
)
def test_a_part_of_the_invocations_logs_its_debugging_lines(
    level: str, rate: str, least: int, most: int
) -> None:
    assert least <= len(lines(level, rate)) <= most
