"""dispatch: reads the table's stream and carries out the effects of each new event (DESIGN 3).

An event that the sweep found undispatched is delivered again, as a change of its item.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecord,
    DynamoDBRecordEventName,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.correlation import correlate
from functions.dispatch.event_metrics import measures_of
from functions.dispatch.stream_batch import StreamBatchProcessor
from functions.dispatch.wiring import dispatch_events
from functions.logs import get_logger, logged_handler
from functions.metrics import Metrics, measured_handler
from usher.bootstrap import Bootstrap
from usher.domain.events.event import Event
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.store import events

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_dispatch_events = dispatch_events(_bootstrap)
_processor = StreamBatchProcessor(logger=logger)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Dispatch a batch of stream records in order, and report the first one to deliver again.

    Those before it are acknowledged together, and measured, each once. If that fails, the whole batch is
    delivered again.
    """
    subscriptions = SubscriptionCache(_bootstrap.context)
    dispatched: list[Event] = []

    def dispatch(record: DynamoDBRecord) -> None:
        dispatched.extend(_dispatch(record, subscriptions))

    answer = process_batch(event, context, record_handler=dispatch, processor=_processor)
    now = _bootstrap.context.now()
    for acknowledged in _dispatch_events.acknowledge(dispatched):
        for name, value in measures_of(acknowledged, now=now):
            metrics.add(name, value)
    return answer


def _dispatch(record: DynamoDBRecord, subscriptions: SubscriptionCache) -> list[Event]:
    """Dispatch the event in the record, if there is one; the mapping's filters drop all other records."""
    image = record["dynamodb"].get("NewImage")
    if image is None or not events.is_event(image):
        return []
    if record.event_name is not DynamoDBRecordEventName.INSERT and not events.is_redispatched(image):
        return []
    event = events.from_stream(image)
    correlate(logger, event.correlation_id)
    _dispatch_events.dispatch(event, subscriptions)
    logger.info("Dispatched an event.", event_id=event.id, event_type=event.type)
    return [event]
