"""record_delivery: records SES's reports about an invite's email on the invite (DESIGN 3)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.record_delivery.reports import read_report
from functions.record_delivery.wiring import email_delivery_reports
from functions.sqs_batch import SqsBatchProcessor
from usher.bootstrap import Bootstrap

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
    """Record one report on the invite that its email is about, if there is one."""
    report = read_report(record.body)
    if report is None:
        logger.info("The topic works.")
        return
    shown = (
        report.sending is not None
        and report.delivery is not None
        and _delivery_reports.record(report.sending, delivery=report.delivery)
    )
    if report.kind in _MEASURED:
        metrics.add(_MEASURED[report.kind])
    logger.info("Recorded a report.", kind=report.kind, ses_message=report.message_id, shown=shown)
