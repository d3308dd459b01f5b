"""dispatch: reads the table's stream and carries out the effects of each new event (DESIGN 3).

An event that the sweep found undispatched is delivered again, as a change of its item.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from functions.dispatch.wiring import dispatch_events, shard_growth
from functions.logs import get_logger, logged_handler
from functions.metrics import Metrics, measured_handler
from usher.bootstrap import Bootstrap
from usher.domain.events.event import Event
from usher.services.bulkheads import Bulkhead
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.outbox.event_batch import EventBatch
from usher.store import events

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_dispatch_events = dispatch_events(_bootstrap)
_shard_growth = shard_growth(_bootstrap)
_processor = StreamBatchProcessor(logger=logger)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Dispatch a batch of stream records, and report the first one to deliver again.

    What follows from the events is sent together, in the calls of all. Those before the first that failed
    are acknowledged together, and measured, each once. If that fails, the whole batch is delivered again.
    """
    outcomes = iter(_dispatch([DynamoDBRecord(record) for record in event["Records"]]))
    acknowledged: list[Event] = []

    def confirm(record: DynamoDBRecord) -> None:  # noqa: ARG001 - Powertools passes it by its name
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            correlate(logger, outcome.correlation_id)
            logger.info("Dispatched an event.", event_id=outcome.id, event_type=outcome.type)
            acknowledged.append(outcome)

    answer = process_batch(event, context, record_handler=confirm, processor=_processor)
    now = _bootstrap.context.now()
    counted = _dispatch_events.acknowledge(acknowledged)
    for one in counted:
        for name, value in measures_of(one, now=now):
            metrics.add(name, value)
    # What fails here is counted another time: there are more events as long as it matters.
    Bulkhead().run("shards", _shard_growth.follow, counted)
    return answer


def _dispatch(records: Iterable[DynamoDBRecord]) -> list[Event | Exception | None]:
    """Dispatch the events in the records up to the first that cannot be read, or fails by itself.

    Return for each of these records its event, why that failed, or None where it has none to dispatch.
    """
    subscriptions = SubscriptionCache(_bootstrap.context)
    batch = EventBatch()
    collected: list[Event | Exception | None] = []
    for record in records:
        try:
            event = _event_in(record)
            if event is not None:
                correlate(logger, event.correlation_id)
                _dispatch_events.add(event, batch, subscriptions)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the record is reported with it
            collected.append(failure)
            break
        collected.append(event)
    refused = _dispatch_events.send(batch)
    return [refused.get(one.id, one) if isinstance(one, Event) else one for one in collected]


def _event_in(record: DynamoDBRecord) -> Event | None:
    """Return the event to dispatch, if the record has one; the mapping's filters drop all other records."""
    image = record["dynamodb"].get("NewImage")
    if image is None or not events.is_event(image):
        return None
    if record.event_name is not DynamoDBRecordEventName.INSERT and not events.is_redispatched(image):
        return None
    return events.from_stream(image)
