"""The batch processor of the functions that read an SQS queue: Powertools', with a log of the failures."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from functions.correlation import correlate, correlation_id_of
from functions.metrics import MetricName, Metrics


class RetryLaterError(Exception):
    """Raised by a record handler whose message has to be delivered again without a failure; it is logged."""


class GivenUpError(Exception):
    """Raised with a message's last receive: the failure of its work is recorded, and it is a dead letter."""


def is_last_receive(record: SQSRecord, *, most: int) -> bool:
    """Return whether the message is a dead letter unless it is handled now.

    Its work is not tried once more then: what ends a function, such as a lack of memory or time, would also
    keep it from recording that the work has failed.
    """
    return int(record.attributes.approximate_receive_count or 1) >= most


class SqsBatchProcessor(BatchProcessor):
    """Processes each message of a batch and reports those that failed, which SQS delivers again.

    A batch whose messages all failed is reported, too, and not raised: the queue retries them either way and
    moves them to the dead-letter queue at its limit, where an alarm rings. A raised error would also count as
    a failed invocation, once for each message of a queue whose batches have one.
    """

    def __init__(self, *, logger: Logger, metrics: Metrics) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False)
        self._logger = logger
        self._metrics = metrics

    def _process_record(self, record: dict[str, Any]) -> Any:  # noqa: ANN401 - Powertools' own
        """Process a message as work that follows from the request that it names."""
        correlate(self._logger, correlation_id_of(record))
        attributes = record.get("attributes") or {}
        self._logger.debug(
            "Received a message.",
            sqs_message=record.get("messageId"),
            receives=attributes.get("ApproximateReceiveCount"),
            sent_at=attributes.get("SentTimestamp"),
        )
        return super()._process_record(record)

    def failure_handler(self, record: SQSRecord, exception: ExceptionInfo) -> FailureResponse:
        """Log and count the failure with its message's id, and add it to the response."""
        error = exception[1]
        about: dict[str, Any] = {
            "sqs_message": record.message_id,
            "receives": record.attributes.approximate_receive_count,
        }
        if isinstance(error, RetryLaterError):
            self._logger.info("A message comes again.", reason=str(error), **about)
        else:
            self._logger.error("A message was not handled.", exc_info=error, **about)
            self._metrics.add(MetricName.MESSAGES_FAILED)
        return super().failure_handler(record, exception)
