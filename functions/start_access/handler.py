"""start_access: the task of the state machine that waits until an access starts (DESIGN 3, Delayed start)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.correlation import correlate
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.start_access.wiring import start_access
from usher import correlation
from usher.bootstrap import Bootstrap
from usher.domain.instants import rfc3339
from usher.gateways.workflows import input_of, start_in
from usher.services.outbox.start_access import StartOutcome, check_at

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_start_access = start_access(_bootstrap)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Start an access if it is due by the table, and answer with the input and the `outcome`.

    On `wait` another execution was begun, which checks again at the `check_at` of the answer: the function
    begins it, and not the state machine, of which each state costs a transition for every start.
    """
    if of_request := event.get(correlation.ATTRIBUTE):
        correlate(logger, of_request)
    start = start_in(event)
    outcome = _start_access.start(start)
    if outcome is StartOutcome.STARTED:
        metrics.add(MetricName.STARTS)
    next_check_at = event["check_at"]
    if outcome is StartOutcome.WAIT:
        next_check = check_at(start, _bootstrap.context.now())
        _bootstrap.workflows.wait_on(start, check_at=next_check)
        next_check_at = rfc3339(next_check)
    logger.info("Looked at a start.", outcome=outcome, license=start.license, check_at=next_check_at)
    return {"outcome": outcome.value, **input_of(start), "check_at": next_check_at}
