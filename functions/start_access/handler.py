"""start_access: the task of the state machine that waits until an access starts (DESIGN 3, Delayed start)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from usher.bootstrap import Bootstrap
from usher.domain.instants import parse_rfc3339, rfc3339
from usher.services.outbox.start_access import StartAccess, StartOutcome, check_at

logger = Logger()
_context = Bootstrap().context
_starting = StartAccess(_context)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _lambda_context: LambdaContext) -> dict[str, str]:
    """Start an access if it is due and the table still says so; answer what it came to.

    On `wait`, `check_at` is when the next execution should look; else it is as it was given.
    """
    start_at = parse_rfc3339(event["start_at"])
    outcome = _starting.start(email=event["email"], license_id=event["license"], start_at=start_at)
    look_at = event["check_at"]
    if outcome is StartOutcome.WAIT:
        look_at = rfc3339(check_at(start_at, _context.now()))
    logger.info("Looked at a start.", outcome=outcome, license=event["license"], check_at=look_at)
    return {
        "outcome": outcome.value,
        "email": event["email"],
        "license": event["license"],
        "start_at": event["start_at"],
        "check_at": look_at,
    }
