"""The batch processor of the table's stream."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord


class StreamBatchProcessor(BatchProcessor):
    """Processes a batch of stream records in order, up to the first that fails, and reports that one.

    A stream is ordered, and Lambda delivers again everything from the lowest reported sequence number on.
    Powertools' own processor continues after a failure, which would process the rest twice. A record that
    fails repeatedly is isolated by the event source mapping (bisection, limited retries) and kept in its
    dead-letter queue.

    Raises:
        BatchProcessingError: the first record failed, so that nothing was processed; the invocation then
            counts as failed.
    """

    def __init__(self, *, logger: Logger) -> None:
        super().__init__(EventType.DynamoDBStreams, raise_on_entire_batch_failure=True)
        self._logger = logger

    def process(self) -> list[tuple[Any, ...]]:
        """Call the record handler for one record after another until it fails."""
        results: list[tuple[Any, ...]] = []
        for record in self.records:
            results.append(self._process_record(record))
            if self.fail_messages:
                break
        return results

    def failure_handler(self, record: DynamoDBRecord, exception: ExceptionInfo) -> FailureResponse:
        """Log the failure with its sequence number, and add it to the response."""
        sequence_number = None if record.dynamodb is None else record.dynamodb.sequence_number
        self._logger.error(
            "A stream record was not handled.", sequence_number=sequence_number, exc_info=exception[1]
        )
        return super().failure_handler(record, exception)

    def _entire_batch_failed(self) -> bool:
        return not self.success_messages
