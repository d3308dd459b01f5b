"""run_import: reads, checks and carries out imports, in several invocations if need be (decision 26)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.run_import.wiring import run_import
from functions.sqs_batch import GivenUpError, SqsBatchProcessor, is_last_receive
from usher.bootstrap import Bootstrap
from usher.domain.imports.idle_turns import pause_after
from usher.gateways.queue import IMPORT_JOBS

LAST_MILLISECONDS = 90_000
"""The remaining time below which no further step is begun; the longest step takes half of it."""

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_queue = _bootstrap.import_queue
_run_import = run_import(_bootstrap)
_most_receives = _bootstrap.most_receives
_processor = SqsBatchProcessor(logger=logger, metrics=metrics)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Advance a batch of imports, and report the messages to deliver again."""
    return process_batch(event, context, record_handler=_run, processor=_processor)


def _run(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Advance one import until it is finished, or the invocation's time is up.

    A job with steps left is queued again before its message is deleted, so that an unfinished import always
    has a message. Where others were in the way, the message comes after a pause.

    Raises:
        GivenUpError: the message was received for the last time.
    """
    job = IMPORT_JOBS.read(record.body)
    logger.append_keys(import_id=job.import_id)
    if is_last_receive(record, most=_most_receives) and _run_import.give_up(job):
        raise GivenUpError("The import could not be carried out.")
    left = _run_import.advance(
        job, enough=lambda: lambda_context.get_remaining_time_in_millis() < LAST_MILLISECONDS
    )
    if left is not None:
        if left.idle_turns:
            metrics.add(MetricName.IDLE_IMPORT_TURNS)
        _queue.put([left], delay=pause_after(left.idle_turns))
    logger.info(
        "Worked on an import.",
        more=left is not None,
        idle_turns=0 if left is None else left.idle_turns,
    )
