"""deliver_webhook: calls the receivers of webhooks, and schedules the next attempt of a failed call."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.deliver_webhook.wiring import deliver_webhook
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.sqs_batch import GivenUpError, SqsBatchProcessor, is_last_receive
from usher.bootstrap import Bootstrap
from usher.gateways.queue import WEBHOOK_CALLS
from usher.services.integrations.deliver_webhook import CallOutcome

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_deliver_webhook = deliver_webhook(_bootstrap)
_most_receives = _bootstrap.most_receives
_processor = SqsBatchProcessor(logger=logger, metrics=metrics)

_MEASURED = {
    CallOutcome.DELIVERED: MetricName.WEBHOOKS_DELIVERED,
    CallOutcome.TO_REPEAT: MetricName.WEBHOOK_FAILURES,
    CallOutcome.FAILED: MetricName.WEBHOOK_FAILURES,
}


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Make a batch of deliveries, and report the messages to deliver again.

    A receiver's refusal is no failure of this function: the delivery's next attempt is scheduled.
    """
    return process_batch(event, context, record_handler=_deliver, processor=_processor)


def _deliver(record: SQSRecord) -> None:
    """Make one delivery, or raise GivenUpError for a message that was received for the last time."""
    call = WEBHOOK_CALLS.read(record.body)
    if is_last_receive(record, most=_most_receives) and _deliver_webhook.give_up(call):
        raise GivenUpError("The delivery could not be made.")
    outcome = _deliver_webhook.call(call)
    if outcome in _MEASURED:
        metrics.add(_MEASURED[outcome])
    logger.info("Called a webhook.", webhook=call.webhook, delivery=call.delivery, outcome=outcome)
