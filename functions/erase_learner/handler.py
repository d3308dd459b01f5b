"""erase_learner: pseudonymizes a learner in all data of an organization, in several invocations if need be.

See docs/decisions/0034 and 0090.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import SystemRandom
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
from usher.domain.effects.kinds import EraseLearner
from usher.domain.email_holds import MOST_HOLDS, pause_after
from usher.gateways.cognito_errors import AccountsUnavailableError, SignInsLimitedError
from usher.gateways.queue import ERASURE_JOBS
from usher.gateways.suppressions import SuppressionsUnavailableError
from usher.services.people.pseudonymize_learner import ErasureTurn
from usher.services.people.scrub_records import NotScrubbedError

LAST_MILLISECONDS = 120_000
"""The remaining time below which no further page is read; what a page or the files of an import take fits."""

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_queue = _bootstrap.erasure_queue
_pseudonymize_learner = pseudonymize_learner(_bootstrap)
_most_receives = _bootstrap.most_receives
_processor = SqsBatchProcessor(logger=logger, metrics=metrics)

_chance = SystemRandom().random

_HELD_BY = (NotScrubbedError, SignInsLimitedError, AccountsUnavailableError, SuppressionsUnavailableError)
"""What passes by waiting: others at work on what names the person, and a user pool or SES, busy or away."""


class ErasureHeldTooOftenError(Exception):
    """The erasure waited for about a day; its message is received again, and is a dead letter at last."""


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Advance a batch of erasures, and report the messages to deliver again."""
    return process_batch(event, context, record_handler=_erase, processor=_processor)


def _erase(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Advance one erasure until it is done, or the invocation's time is up.

    A job that is not done is queued again before its message is deleted, so that an erasure always has a
    message; after a pause where others were in the way. Such a pause is no receive of the message, until
    there were MOST_HOLDS, in about a day: then each further turn is one.

    Raises:
        GivenUpError: the message was received for the last time.
        ErasureHeldTooOftenError: the message has to be delivered again.
    """
    job = ERASURE_JOBS.read(record.body)
    logger.append_keys(erasure=job.erasure)
    if is_last_receive(record, most=_most_receives) and _pseudonymize_learner.give_up(
        organization=job.organization, erasure=job.erasure
    ):
        raise GivenUpError("The erasure could not be carried out.")
    left, outcome = _advance(
        job, enough=lambda: lambda_context.get_remaining_time_in_millis() < LAST_MILLISECONDS
    )
    if outcome is ErasureTurn.DONE:
        metrics.add(MetricName.LEARNERS_ERASED)
    if left is not None:
        if job.holds >= MOST_HOLDS:
            raise ErasureHeldTooOftenError("The erasure was held too often.")
        held = left.holds > job.holds
        _queue.put([left], delay=pause_after(left.holds, chance=_chance()) if held else timedelta())
    logger.info("Worked on an erasure.", outcome=outcome, holds=job.holds if left is None else left.holds)


def _advance(job: EraseLearner, *, enough: Callable[[], bool]) -> tuple[EraseLearner | None, str]:
    """Advance the erasure by a turn; return the job that is left, if one is, and the outcome."""
    try:
        outcome = _pseudonymize_learner.advance(
            organization=job.organization, erasure=job.erasure, enough=enough
        )
    except _HELD_BY as held:
        return replace(job, holds=job.holds + 1), f"held: {held}"
    return job if outcome is ErasureTurn.MORE else None, outcome
