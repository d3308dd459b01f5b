"""start_access: the task of the state machine that waits until accesses start (DESIGN 3, Delayed start)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.start_access.wiring import start_access
from usher.bootstrap import Bootstrap
from usher.gateways.workflows import check_in
from usher.services.bulkheads import Bulkhead

LAST_MILLISECONDS = 60_000
"""The remaining time below which no further transaction is begun; one takes less."""

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_start_access = start_access(_bootstrap)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Start the accesses of a lane that are due by the table, and answer with how many were `started`.

    Where the wait or the time of the function is not long enough, another execution goes on. The function
    begins it, and not the state machine, of which each state would cost a transition for every check.

    Raises:
        WorkFailedError: some accesses did not start; all others did. The state machine tries them again.
        NothingStartedError: the time was up before anything was started. The state machine tries again.
    """
    check = check_in(event)
    alone = Bulkhead(enough=lambda: context.get_remaining_time_in_millis() < LAST_MILLISECONDS)
    outcome = _start_access.check(check, alone)
    metrics.add(MetricName.STARTS, outcome.started)
    logger.info(
        "Checked for starts.",
        workflow=check.name,
        started=outcome.started,
        failed=alone.failures,
        next_workflow=None if outcome.next is None else outcome.next.name,
    )
    alone.raise_failures()
    if outcome.next is not None:
        _bootstrap.workflows.wait_for(outcome.next)
    return {"started": outcome.started}
