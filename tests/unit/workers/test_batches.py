"""How the workers' batch processors treat what fails: what is reported, raised and logged."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.batches import process_batch
from functions.dispatch.stream_batch import StreamBatchProcessor
from functions.logs import get_logger
from functions.metrics import Metrics
from functions.sqs_batch import RetryLaterError, SqsBatchProcessor

Json = dict[str, Any]
Process = Callable[..., list[str]]


@pytest.fixture
def logger() -> Logger:
    return get_logger("test-batches")


@pytest.fixture
def log(logger: Logger, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


def lines(log: io.StringIO) -> list[Json]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.fixture
def process_messages(logger: Logger) -> Process:
    """Process messages with these bodies; those in `failing` fail. Return which are reported."""
    processor = SqsBatchProcessor(logger=logger, metrics=Metrics())

    def process(*bodies: str, failing: dict[str, Exception]) -> list[str]:
        def handle(record: SQSRecord) -> None:
            if (error := failing.get(record.body)) is not None:
                raise error

        records = [
            {"messageId": body, "body": body, "attributes": {"ApproximateReceiveCount": "2"}}
            for body in bodies
        ]
        answer = process_batch(
            {"Records": records}, LambdaContext(), record_handler=handle, processor=processor
        )
        return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    return process


@pytest.fixture
def process_stream(logger: Logger) -> Process:
    """Process records with these sequence numbers; those in `failing` fail. Return which are reported."""
    processor = StreamBatchProcessor(logger=logger)

    def process(*numbers: str, failing: set[str], handled: list[str]) -> list[str]:
        def handle(record: DynamoDBRecord) -> None:
            assert record.dynamodb is not None
            assert record.dynamodb.sequence_number is not None
            handled.append(record.dynamodb.sequence_number)
            if record.dynamodb.sequence_number in failing:
                raise ValueError("ann@x.io")

        records = [{"eventName": "INSERT", "dynamodb": {"SequenceNumber": number}} for number in numbers]
        answer = process_batch(
            {"Records": records}, LambdaContext(), record_handler=handle, processor=processor
        )
        return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    return process


def test_a_message_that_fails_keeps_no_other_back_and_is_logged(
    process_messages: Process, log: io.StringIO
) -> None:
    assert process_messages("a", "b", "c", failing={"b": ValueError("ann@x.io")}) == ["b"]

    (line,) = lines(log)
    assert (line["level"], line["sqs_message"], line["receives"]) == ("ERROR", "b", "2")
    assert line["exceptions"][0]["name"] == "builtins.ValueError"
    assert "ann@x.io" not in log.getvalue()


def test_a_batch_of_messages_that_all_fail_is_reported_and_not_raised(process_messages: Process) -> None:
    failing: dict[str, Exception] = {"a": ValueError(), "b": KeyError()}

    assert process_messages("a", "b", failing=failing) == ["a", "b"]
    assert process_messages("c", failing=failing) == [], "nothing of the batch before is reported again"


def test_an_empty_batch_has_no_failures_and_is_no_error(
    process_messages: Process, process_stream: Process, log: io.StringIO
) -> None:
    assert process_messages(failing={}) == []
    assert process_stream(failing=set(), handled=[]) == []

    assert lines(log) == []


def test_a_message_that_has_to_come_again_is_no_error(process_messages: Process, log: io.StringIO) -> None:
    assert process_messages("a", failing={"a": RetryLaterError("Somebody else has it.")}) == ["a"]

    (line,) = lines(log)
    assert (line["level"], line["reason"]) == ("INFO", "Somebody else has it.")
    assert "exceptions" not in line


def test_a_record_of_the_stream_that_fails_keeps_no_other_back_and_each_is_reported(
    process_stream: Process, log: io.StringIO
) -> None:
    handled: list[str] = []

    assert process_stream("1", "2", "3", "4", failing={"2", "4"}, handled=handled) == ["2", "4"]
    assert handled == ["1", "2", "3", "4"]
    assert [line["sequence_number"] for line in lines(log)] == ["2", "4"]
    assert "ann@x.io" not in log.getvalue()


def test_a_stream_that_goes_through_reports_nothing(process_stream: Process) -> None:
    handled: list[str] = []

    assert process_stream("1", "2", failing=set(), handled=handled) == []
    assert handled == ["1", "2"]


@pytest.mark.parametrize("numbers", [("1",), ("1", "2")])
def test_a_stream_all_of_whose_records_fail_is_raised_whole(
    process_stream: Process, numbers: tuple[str, ...]
) -> None:
    handled: list[str] = []

    with pytest.raises(BatchProcessingError):
        process_stream(*numbers, failing={"1", "2"}, handled=handled)
    assert handled == [*numbers]
    assert process_stream("2", failing=set(), handled=handled) == []
