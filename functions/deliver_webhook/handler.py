"""deliver_webhook: calls the receivers of webhooks, and schedules the next attempt of a failed call."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.logs import get_logger, redact_unhandled
from functions.sqs_batch import SqsBatchProcessor
from usher import clock
from usher.bootstrap import Bootstrap
from usher.gateways.queue import WEBHOOK_CALLS
from usher.services.integrations.deliver_webhook import DeliverWebhook

logger = get_logger()
_bootstrap = Bootstrap()
_deliver_webhook = DeliverWebhook(
    _bootstrap.context,
    receivers=_bootstrap.receivers,
    signatures=_bootstrap.signatures,
    queue=_bootstrap.webhook_queue,
    world=clock.actual_now,
)
_processor = SqsBatchProcessor(logger=logger)


@logger.inject_lambda_context
@redact_unhandled(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Make a batch of deliveries, and report the messages to deliver again.

    A receiver's refusal is no failure of this function: the delivery's next attempt is scheduled.
    """
    return process_batch(event, context, record_handler=_deliver, processor=_processor)


def _deliver(record: SQSRecord) -> None:
    """Make one delivery."""
    call = WEBHOOK_CALLS.read(record.body)
    outcome = _deliver_webhook.call(call)
    logger.info("Called a webhook.", webhook=call.webhook, delivery=call.delivery, outcome=outcome)
