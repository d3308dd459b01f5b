"""deliver_webhook: makes one queued delivery after another, and plans the next attempt of what failed."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from usher import clock
from usher.bootstrap import Bootstrap
from usher.gateways.queue import read_call
from usher.services.integrations.deliver_webhook import DeliverWebhook

logger = Logger()
_bootstrap = Bootstrap()
_calling = DeliverWebhook(
    _bootstrap.context,
    receivers=_bootstrap.receivers,
    signatures=_bootstrap.signatures,
    queue=_bootstrap.webhook_queue,
    world=clock.world,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Make a batch of deliveries; those that the answer names stay in the queue and come again.

    A receiver that refuses is no failure of this function: the delivery's next attempt is planned.
    """
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"] if not _settled(record)
        ]
    }


def _settled(record: dict[str, Any]) -> bool:
    """Make one delivery; False if it has to come again."""
    try:
        call = read_call(record["body"])
        outcome = _calling.call(call)
    except Exception:
        logger.exception("A webhook was not called.", sqs_message=record["messageId"])
        return False
    logger.info("Called a webhook.", webhook=call.webhook, delivery=call.delivery, outcome=outcome)
    return True
