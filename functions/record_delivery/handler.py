"""record_delivery: records SES's reports about an invite's email on the invite (DESIGN 3)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.record_delivery.reports import Report, read_report
from functions.record_delivery.wiring import email_delivery_reports
from functions.sqs_batch import RetryLaterError, SqsBatchProcessor
from usher.bootstrap import Bootstrap
from usher.services.outbox.email_delivery_reports import UnknownMessageError

MAX_RECEIVES = 4
"""How often a report about an unknown message is received before it is dropped.

It is one less than the queue's limit, so that such reports do not become dead letters, about which nobody
could do anything. The queue hides a report for minutes each time, and the sender records a message's id
within moments. If the id is still unknown, the sender died in between and has sent the email once more with
another id, whose reports are recorded. The queue counts, not the report's timestamp, so that clocks need not
agree.
"""

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_delivery_reports = email_delivery_reports(_bootstrap)
_processor = SqsBatchProcessor(logger=logger, metrics=metrics)

_MEASURED = {
    "Delivery": MetricName.EMAILS_DELIVERED,
    "Bounce": MetricName.EMAILS_BOUNCED,
    "Complaint": MetricName.EMAILS_COMPLAINED,
    "Reject": MetricName.EMAILS_REJECTED,
}
"""The kinds of reports that are counted, whether an invite shows them or not."""


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Record a batch of reports, and report the messages to deliver again."""
    return process_batch(event, context, record_handler=_record, processor=_processor)


def _record(record: SQSRecord) -> None:
    """Record one report.

    Raises:
        RetryLaterError: the report's message is not known yet.
    """
    report = read_report(record.body)
    if report is None:
        logger.info("The topic works.")
        return
    try:
        shown = _show(report)
    except UnknownMessageError:
        receives = int(record.attributes.approximate_receive_count or 1)
        if receives < MAX_RECEIVES:
            raise RetryLaterError("The report came before its message was known.") from None
        _count_unknown(report)
        return
    if report.kind in _MEASURED:
        metrics.add(_MEASURED[report.kind])
    logger.info("Recorded a report.", kind=report.kind, ses_message=report.message_id, shown=shown)


def _show(report: Report) -> bool:
    """Record the report on its invite; return whether the invite shows it."""
    if report.delivery is None:
        return False
    return _delivery_reports.record(message_id=report.message_id, delivery=report.delivery)


def _count_unknown(report: Report) -> None:
    metrics.add(MetricName.UNKNOWN_REPORTS)
    logger.warning("A report is about a message that nobody knows.", ses_message=report.message_id)
