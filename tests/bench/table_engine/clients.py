"""Clients of botocore whose calls go nowhere: to the table engine, or to services that take everything."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.awsrequest import AWSResponse

from tests.bench.table_engine.engine import Answer, LimitedTable
from tests.bench.table_engine.virtual_time import VirtualTime
from tests.support.tables import REGION
from usher.bootstrap import CONFIG, TABLE_CONFIG
from usher.store.client import create_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SERVICE_SECONDS = 0.01
"""How long a call to SQS, EventBridge or Step Functions takes: assumed."""
EMAIL_SECONDS = 0.05
"""How long SES takes for an email: assumed."""


class _Body:
    """The body of an answer, in the form in which botocore reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


def _serve(client: Any, answer: Callable[[str, dict[str, Any]], Answer]) -> None:
    """Have the client's calls answered here. Errors are read, and retried, by botocore as ever."""

    def instead(request: Any, event_name: str, **_: Any) -> AWSResponse:
        status, headers, content = answer(event_name.rpartition(".")[2], json.loads(request.body or b"{}"))
        raw: Any = _Body(content)
        return AWSResponse(request.url, status, headers, raw)  # type: ignore[arg-type]  # a dict will do

    client.meta.events.register_first("before-send", instead)


def _session() -> botocore.session.Session:
    session = botocore.session.get_session()
    session.set_credentials("bench", "bench")
    return session


def client_of(table: LimitedTable) -> DynamoDBClient:
    """Return a function's client of DynamoDB, over the table engine."""
    client = create_client(_session(), TABLE_CONFIG, region=REGION)
    _serve(client, table.call)
    return client


class Services:
    """SQS, EventBridge, Step Functions and SES, which take everything.

    Attributes:
        calls: how many calls there were, by operation.
        queued: the bodies of the messages that were queued, by the end of the queue's URL.
    """

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self._session = _session()
        self.calls: Counter[str] = Counter()
        self.queued: dict[str, list[str]] = {}

    def client(self, service: str) -> Any:
        """Return a client of one of them."""
        client: Any = self._session.create_client(
            service,
            region_name=REGION,
            config=CONFIG,
        )
        _serve(client, self._answer)
        return client

    def _answer(self, operation: str, params: dict[str, Any]) -> Answer:
        self.calls[operation] += 1
        self._time.sleep(EMAIL_SECONDS if operation == "SendEmail" else SERVICE_SECONDS)
        entries = params.get("Entries", [])
        if operation == "SendMessageBatch":
            queue = self.queued.setdefault(params["QueueUrl"].rpartition("/")[2], [])
            queue.extend(entry["MessageBody"] for entry in entries)
        body = {
            "Successful": [
                {"Id": entry.get("Id", ""), "MessageId": "m", "MD5OfMessageBody": "d"} for entry in entries
            ],
            "FailedEntryCount": 0,
            "Entries": [{"EventId": "e"} for _ in entries],
            "executionArn": "arn:aws:states:us-east-1:123456789012:execution:starts:one",
            "startDate": 0,
            "MessageId": f"message-{self.calls[operation]}",
            "SecretString": json.dumps({"current": "k1", "k1": "x" * 64}),
        }
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()
