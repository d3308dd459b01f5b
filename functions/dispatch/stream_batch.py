"""The batch processor of the table's stream."""

from __future__ import annotations

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord


class HeldBackError(Exception):
    """A record was not handled, since one before it in its partition was not, or since time is up."""


class StreamBatchProcessor(BatchProcessor):
    """Processes a batch of stream records, and reports those that failed or were held back.

    Lambda delivers again everything from the lowest reported sequence number on, so that the handler knows
    what it has done (DoneEvents). A record that fails repeatedly is isolated by the event source mapping
    (bisection, limited retries) and kept in its dead-letter queue; its event stays in the outbox.

    Raises:
        BatchProcessingError: every record failed, so that nothing was done; the invocation then counts as
            failed.
    """

    def __init__(self, *, logger: Logger) -> None:
        super().__init__(EventType.DynamoDBStreams, raise_on_entire_batch_failure=True)
        self._logger = logger

    def failure_handler(self, record: DynamoDBRecord, exception: ExceptionInfo) -> FailureResponse:
        """Log the failure with its sequence number, and add it to the response."""
        sequence_number = None if record.dynamodb is None else record.dynamodb.sequence_number
        if isinstance(exception[1], HeldBackError):
            self._logger.info(
                "A stream record was held back.", sequence_number=sequence_number, reason=str(exception[1])
            )
        else:
            self._logger.error(
                "A stream record was not handled.", sequence_number=sequence_number, exc_info=exception[1]
            )
        return super().failure_handler(record, exception)

    def _entire_batch_failed(self) -> bool:
        return not self.success_messages
