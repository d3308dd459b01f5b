"""dispatch: reads the table's stream and does all that follows from each new event (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from usher.bootstrap import Bootstrap
from usher.services.integrations.webhook_fan_out import Subscriptions
from usher.services.outbox.dispatch_events import DispatchEvents
from usher.store import events

logger = Logger()
_bootstrap = Bootstrap()
_dispatching = DispatchEvents(
    _bootstrap.context,
    queue=_bootstrap.queue,
    webhooks=_bootstrap.webhook_queue,
    imports=_bootstrap.import_queue,
    erasures=_bootstrap.erasure_queue,
    workflows=_bootstrap.workflows,
    bus=_bootstrap.bus,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Dispatch a batch of stream records, in order, and say from where on it has to come again.

    The stream is ordered, and Lambda resumes at the lowest sequence number that is reported: the first
    failure is where this stops. To go on behind it would only do the rest twice. What fails again and again
    is isolated by the event source mapping (bisection, limited retries) and kept in its dead letters.

    Raises:
        Exception: whatever failed, where it was the batch's first record: with nothing done there is nothing
            to keep, and a batch that fails whole counts among the function's errors.
    """
    subscriptions = Subscriptions(_bootstrap.context)
    for done, record in enumerate(event["Records"]):
        try:
            _dispatch(record, subscriptions)
        except Exception:
            if not done:
                raise
            sequence_number = record["dynamodb"]["SequenceNumber"]
            logger.exception("An event was not dispatched.", sequence_number=sequence_number)
            return {"batchItemFailures": [{"itemIdentifier": sequence_number}]}
    return {"batchItemFailures": []}


def _dispatch(record: Mapping[str, Any], subscriptions: Subscriptions) -> None:
    """Dispatch the event that the record brings; other records, which the filter keeps out, bring none."""
    image = record["dynamodb"].get("NewImage")
    if record["eventName"] != "INSERT" or image is None or not events.is_event(image):
        return
    event = events.from_stream(image)
    _dispatching.dispatch(event, subscriptions)
    logger.info("Dispatched an event.", event_id=event.id, event_type=event.type)
