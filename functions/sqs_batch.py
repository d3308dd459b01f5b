"""The batch processor of the functions that read an SQS queue: Powertools', which logs what fails."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


class RetryLaterError(Exception):
    """Raised by a record handler whose message must come again though nothing failed; its text is logged."""


class SqsBatchProcessor(BatchProcessor):
    """Process each message of a batch, and report those that failed, which SQS hands over again.

    A batch of which all failed is reported like any other, and not raised: the queue retries its messages
    alike, after the limit they are dead letters, whose alarm rings, and a function's error would be counted
    for every one message of the queues that are read one by one.
    """

    def __init__(self, *, logger: Logger) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False)
        self._logger = logger

    def failure_handler(self, record: SQSRecord, exception: ExceptionInfo) -> FailureResponse:
        """Log the failure with the id of its message, and note it for the answer."""
        error = exception[1]
        about: dict[str, Any] = {
            "sqs_message": record.message_id,
            "receives": record.attributes.approximate_receive_count,
        }
        if isinstance(error, RetryLaterError):
            self._logger.info("A message comes again.", reason=str(error), **about)
        else:
            self._logger.error("A message was not handled.", exc_info=error, **about)
        return super().failure_handler(record, exception)
