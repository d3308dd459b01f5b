"""erase_learner: pseudonymizes a learner in all data of an organization (docs/decisions/0034)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.logs import get_logger, redact_unhandled
from functions.sqs_batch import SqsBatchProcessor
from usher.bootstrap import Bootstrap
from usher.gateways.queue import ERASURE_JOBS
from usher.services.imports.import_files import ImportFiles
from usher.services.people.pseudonymize_learner import PseudonymizeLearner

logger = get_logger()
_bootstrap = Bootstrap()
_pseudonymize_learner = PseudonymizeLearner(
    _bootstrap.context, identity=_bootstrap.identity, files=ImportFiles(_bootstrap.files)
)
_processor = SqsBatchProcessor(logger=logger)


@logger.inject_lambda_context(clear_state=True)
@redact_unhandled(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Carry out a batch of erasures, and report the messages to deliver again, with which each continues."""
    return process_batch(event, context, record_handler=_erase, processor=_processor)


def _erase(record: SQSRecord) -> None:
    """Carry out one erasure."""
    job = ERASURE_JOBS.read(record.body)
    logger.append_keys(erasure=job.erasure)
    done = _pseudonymize_learner.carry_out(organization=job.organization, erasure=job.erasure)
    logger.info("Erased a learner.", done=done)
