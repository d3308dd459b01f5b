"""erase_learner: pseudonymizes a learner in all data of an organization (docs/decisions/0034)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.erase_learner.wiring import pseudonymize_learner
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.sqs_batch import GivenUpError, SqsBatchProcessor, is_last_receive
from usher.bootstrap import Bootstrap
from usher.gateways.queue import ERASURE_JOBS

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_pseudonymize_learner = pseudonymize_learner(_bootstrap)
_most_receives = _bootstrap.most_receives
_processor = SqsBatchProcessor(logger=logger, metrics=metrics)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Carry out a batch of erasures, and report the messages to deliver again, with which each continues."""
    return process_batch(event, context, record_handler=_erase, processor=_processor)


def _erase(record: SQSRecord) -> None:
    """Carry out one erasure, or raise GivenUpError for a message that was received for the last time."""
    job = ERASURE_JOBS.read(record.body)
    logger.append_keys(erasure=job.erasure)
    if is_last_receive(record, most=_most_receives) and _pseudonymize_learner.give_up(
        organization=job.organization, erasure=job.erasure
    ):
        raise GivenUpError("The erasure could not be carried out.")
    done = _pseudonymize_learner.carry_out(organization=job.organization, erasure=job.erasure)
    if done:
        metrics.add(MetricName.LEARNERS_ERASED)
    logger.info("Erased a learner.", done=done)
