"""auth_challenge: the three triggers of the user pool's custom authentication (docs/decisions/0061)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.auth_challenge.triggers import Triggers
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from usher import clock
from usher.bootstrap import Bootstrap

logger = get_logger()
metrics = Metrics()
_triggers = Triggers(Bootstrap().auth_challenges, now=clock.now)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return Cognito's event with the response of the trigger that it names."""
    answered = _triggers.respond(event)
    outcome = _outcome(answered["response"])
    if outcome.get("answerCorrect") is False:
        metrics.add(MetricName.CHALLENGES_REFUSED)
    logger.info("Answered a trigger.", trigger=event["triggerSource"], response=outcome)
    return answered


def _outcome(response: dict[str, Any]) -> dict[str, Any]:
    """Return what a response decides, without the parameters of a challenge."""
    return {name: value for name, value in response.items() if isinstance(value, bool)}
