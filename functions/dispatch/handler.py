"""dispatch: reads the table's stream and carries out the effects of each new event (DESIGN 3).

An event that the sweep found undispatched is delivered again, as a change of its item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecord,
    DynamoDBRecordEventName,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.correlation import correlate
from functions.dispatch.done_events import DoneEvents
from functions.dispatch.event_metrics import measures_of
from functions.dispatch.stream_batch import HeldBackError, StreamBatchProcessor
from functions.dispatch.wiring import dispatch_events, shard_growth
from functions.logs import get_logger, logged_handler
from functions.metrics import Metrics, measured_handler
from usher.bootstrap import Bootstrap
from usher.domain.events.event import Event
from usher.services.bulkheads import Bulkhead
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.outbox.dispatch_events import UnreadableEventError
from usher.services.outbox.event_batch import EventBatch
from usher.store import events

LAST_MILLISECONDS = 20_000
"""The remaining time below which no further event is begun; what is left is delivered again."""

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_dispatch_events = dispatch_events(_bootstrap)
_shard_growth = shard_growth(_bootstrap)
_processor = StreamBatchProcessor(logger=logger)
_done = DoneEvents()


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Dispatch a batch of stream records, and report those to deliver again.

    What follows from the events is sent together, in the calls of all. Those that did not fail are
    acknowledged together, and measured, each once. What fails for one organization leaves the others' events
    to be dispatched; those behind it in its partition wait for it (decision 93).

    An event that cannot be read would fail each time, so that it is not reported: it stays in the outbox, and
    comes again as a late one, for the code that can read it.
    """

    def enough() -> bool:
        return context.get_remaining_time_in_millis() < LAST_MILLISECONDS

    records = [DynamoDBRecord(record) for record in event["Records"]]
    outcomes = _dispatch(records, enough=enough)
    dispatched = [one for one in outcomes if isinstance(one, Event)]
    now = _bootstrap.context.now()
    counted, refused = _dispatch_events.acknowledge_each(dispatched)
    _done.add(one.id for one in dispatched if one.id not in refused)
    for one in counted:
        for name, value in measures_of(one, now=now):
            metrics.add(name, value)
    # What fails here is counted another time: there are more events as long as it matters.
    Bulkhead().run("shards", _shard_growth.follow, counted)
    confirmed = iter(refused.get(one.id, one) if isinstance(one, Event) else one for one in outcomes)

    def confirm(record: DynamoDBRecord) -> None:  # noqa: ARG001 - Powertools passes it by its name
        outcome = next(confirmed)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            correlate(logger, outcome.correlation_id)
            logger.info("Dispatched an event.", event_id=outcome.id, event_type=outcome.type)

    return process_batch(event, context, record_handler=confirm, processor=_processor)


def _dispatch(
    records: Iterable[DynamoDBRecord], *, enough: Callable[[], bool]
) -> list[Event | Exception | None]:
    """Dispatch the events in the records, but for those behind one of their partition that failed.

    Return for each record its event, why that failed, or None where it has none to dispatch.
    """
    subscriptions = SubscriptionCache(_bootstrap.context)
    batch = EventBatch()
    failed: set[str] = set()
    collected: list[Event | Exception | None] = []
    for record in records:
        partition = record["dynamodb"].get("NewImage", {}).get("pk", {}).get("S", "")
        try:
            if partition in failed:
                raise HeldBackError("An event before it in its partition has to come again.")  # noqa: TRY301 - it is reported like all that fail
            if enough():
                raise HeldBackError("The time is up.")  # noqa: TRY301 - see above
            event = _event_in(record)
            if event is not None:
                correlate(logger, event.correlation_id)
                _dispatch_events.add(event, batch, subscriptions)
        except UnreadableEventError as unreadable:
            logger.error(  # noqa: TRY400 - with what is raised, as all failures here
                "An event cannot be read; it waits in the outbox.", exc_info=unreadable
            )
            collected.append(None)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the record is reported with it
            failed.add(partition)
            collected.append(failure)
        else:
            collected.append(event)
    refused = _dispatch_events.send(batch)
    return [refused.get(one.id, one) if isinstance(one, Event) else one for one in collected]


def _event_in(record: DynamoDBRecord) -> Event | None:
    """Return the event to dispatch, if the record has one that was not done; others the filters drop.

    Raises:
        UnreadableEventError: another version of the code wrote it.
    """
    image = record["dynamodb"].get("NewImage")
    if image is None or not events.is_event(image):
        return None
    is_new = record.event_name is DynamoDBRecordEventName.INSERT
    if not is_new and not events.is_redispatched(image):
        return None
    try:
        event = events.from_stream(image)
    except Exception as error:
        raise UnreadableEventError(str(image["sk"]["S"])) from error
    return None if is_new and event.id in _done else event
