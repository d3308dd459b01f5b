"""send_email: sends queued emails, each of them once (DESIGN 3, Email)."""

from __future__ import annotations

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.emails.rendering import EmailRenderer
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.send_email.wiring import send_email
from functions.sqs_batch import RetryLaterError, SqsBatchProcessor
from usher.bootstrap import Bootstrap
from usher.gateways.queue import EMAILS
from usher.services.outbox.inviters import Inviters
from usher.services.outbox.send_email import SendOutcome

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_send_email = send_email(_bootstrap, render=EmailRenderer(now=_bootstrap.context.now).render)
_processor = SqsBatchProcessor(logger=logger, metrics=metrics)

_MEASURED = {
    SendOutcome.SENT: MetricName.EMAILS_SENT,
    SendOutcome.HELD_BY_RATE: MetricName.EMAILS_HELD_BY_RATE,
    SendOutcome.HELD_BY_QUOTA: MetricName.EMAILS_HELD_BY_QUOTA,
    SendOutcome.HELD_BY_PAUSE: MetricName.EMAILS_HELD_BY_PAUSE,
    SendOutcome.HELD_BY_OUTAGE: MetricName.EMAILS_HELD_BY_OUTAGE,
}
"""The outcomes that are counted; an email that could not be sent is a message that failed."""


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Send a batch of emails, and report the messages to deliver again."""
    send = partial(_send, inviters=Inviters(_bootstrap.context))
    return process_batch(event, context, record_handler=send, processor=_processor)


def _send(record: SQSRecord, *, inviters: Inviters) -> None:
    """Send one email.

    Raises:
        RetryLaterError: another worker is sending the email; it is sent here only if that worker dies.
    """
    email = EMAILS.read(record.body)
    outcome = _send_email.send(email, inviters)
    logger.info(
        "Handled an email.",
        event_id=email.event,
        invite=email.invite,
        template=email.template,
        outcome=outcome,
    )
    if outcome in _MEASURED:
        metrics.add(_MEASURED[outcome])
    if outcome is SendOutcome.TAKEN:
        raise RetryLaterError("Another worker is sending this email.")
