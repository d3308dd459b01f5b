"""The client of DynamoDB sends what botocore's own sends (decisions 84 and 91)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from unittest.mock import Mock

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from usher.aws_session import create_session
from usher.bootstrap import TABLE_CONFIG
from usher.store.client import create_client

_ITEM = {
    "pk": {"S": "ORG#o"},
    "seats": {"N": "12"},
    "open": {"BOOL": True},
    "gone": {"NULL": True},
    "labels": {"SS": ["a", "é"]},
    "terms": {"L": [{"M": {"product": {"M": {"name": {"S": "First Aid"}}}}}]},
}
_KEY = {"pk": {"S": "ORG#o"}, "sk": {"S": "META"}}
_VALUES = {":pk": {"S": "ORG#o"}, ":terms": {"M": {"a": {"L": [{"N": "1"}]}}}}

CALLS: Mapping[str, Mapping[str, Any]] = {
    "GetItem": {"TableName": "usher", "Key": _KEY, "ConsistentRead": True},
    "BatchGetItem": {"RequestItems": {"usher": {"Keys": [_KEY, _KEY], "ConsistentRead": True}}},
    "BatchWriteItem": {"RequestItems": {"usher": [{"PutRequest": {"Item": _ITEM}}]}},
    "Query": {
        "TableName": "usher",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeNames": {"#0": "pk"},
        "ExpressionAttributeValues": _VALUES,
        "ExclusiveStartKey": _KEY,
        "Limit": 50,
    },
    "TransactWriteItems": {
        "ClientRequestToken": "token",
        "TransactItems": [
            {"Put": {"TableName": "usher", "Item": _ITEM, "ExpressionAttributeNames": {"#0": "pk"}}},
            {"Update": {"TableName": "usher", "Key": _KEY, "UpdateExpression": "SET a = :pk"}},
            {"ConditionCheck": {"TableName": "usher", "Key": _KEY, "ConditionExpression": "a = :pk"}},
        ],
    },
}


def _sent_by(client: Any, operation: str) -> tuple[str, Any, dict[str, Any]]:
    """Return the address, the target and the body of the request that the client sends."""
    sent: list[Any] = []
    no_headers: Any = {}

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, no_headers, Mock(stream=lambda **_: iter([b"{}"])))

    client.meta.events.register_first("before-send.dynamodb", answer)
    client._make_api_call(operation, CALLS[operation])
    client.meta.events.unregister("before-send.dynamodb", answer)
    return sent[0].url, sent[0].headers["X-Amz-Target"], json.loads(sent[0].body)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("config", [TABLE_CONFIG, Config()], ids=["of the functions", "of the tests"])
def test_a_request_is_as_botocore_writes_it(operation: str, config: Config) -> None:
    theirs = botocore.session.get_session().create_client("dynamodb", region_name="us-east-1")
    ours = create_client(create_session(), config, region="us-east-1")

    assert _sent_by(ours, operation) == _sent_by(theirs, operation)
    assert _sent_by(ours, operation) == _sent_by(theirs, operation), "the endpoint is known now"


def test_an_endpoint_is_found_out_once_for_each_operation() -> None:
    client: Any = create_client(create_session(), TABLE_CONFIG, region="us-east-1")
    provider = client._ruleset_resolver._provider
    provider.resolve_endpoint = Mock(side_effect=provider.resolve_endpoint)

    for _ in range(3):
        _sent_by(client, "Query")
        _sent_by(client, "GetItem")

    assert provider.resolve_endpoint.call_count == 2
