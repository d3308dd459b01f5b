"""record_delivery: what SES reports of an email shows on its invite (DESIGN 3)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.record_delivery.reports import read_report
from usher.bootstrap import Bootstrap
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports, UnknownMessageError

LOOKS = 4
"""How often a report may come before it is given up that somebody knows its message; one less than the queue
allows, so that such reports do not end as dead letters, where nobody could do anything about them.

The queue hides a report for minutes each time, and what the message was about is written within moments of
the sending. If it is still unknown, the sender died between the two and has sent the email once more, under
another id, whose reports will tell. Counted by the queue and not by the report's timestamp, so that clocks
need not agree.
"""

logger = Logger()
metrics = Metrics(namespace="Usher")
_delivering = EmailDeliveryReports(Bootstrap().context)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Record a batch of reports; those that the answer names stay in the queue and come again."""
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"] if not _settled(record)
        ]
    }


def _settled(record: dict[str, Any]) -> bool:
    """Record one report; False if it has to come again."""
    try:
        report = read_report(record["body"])
        if report is None:
            logger.info("The topic works.")
            return True
        if report.delivery is None:
            logger.info("Nothing to show.", kind=report.kind, ses_message=report.message_id)
            return True
        shown = _delivering.record(message_id=report.message_id, delivery=report.delivery)
    except UnknownMessageError:
        return _given_up(record)
    except Exception:
        logger.exception("A report was not recorded.", sqs_message=record["messageId"])
        return False
    logger.info("Recorded a report.", kind=report.kind, ses_message=report.message_id, shown=shown)
    return True


def _given_up(record: dict[str, Any]) -> bool:
    looks = int(record["attributes"]["ApproximateReceiveCount"])
    if looks < LOOKS:
        logger.info("A report came before its message was known.", sqs_message=record["messageId"])
        return False
    metrics.add_metric(name="UnknownReports", unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()
    logger.warning("A report is about a message that nobody knows.", sqs_message=record["messageId"])
    return True
