"""DynamoDB where some items are busy, or a partition cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from tests.support.tenant import Tenant


@contextmanager
def busy(tenant: Tenant, *parts: str) -> Iterator[list[str]]:
    """Make each transaction that names one of the parts conflict, and note the others in their order."""
    others: list[str] = []

    def conflict(params: Any, **_: object) -> Any:
        body = params["body"].decode()
        if not any(part in body for part in parts):
            others.append(body)
            return None
        asked = json.loads(params["body"])["TransactItems"]
        return SimpleNamespace(status_code=400), {
            "Error": {"Code": "TransactionCanceledException", "Message": "[TransactionConflict]"},
            "CancellationReasons": [{"Code": "TransactionConflict"} for _ in asked],
            "ResponseMetadata": {},
        }

    events = tenant.context.table.connection.client.meta.events
    events.register("before-call.dynamodb.TransactWriteItems", conflict)
    try:
        yield others
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", conflict)


@contextmanager
def unreadable(tenant: Tenant, partition: str) -> Iterator[None]:
    """Make each query of a partition fail."""

    def fail(params: Any, **_: object) -> None:
        if f'"{partition}"' in params["body"].decode():
            raise RuntimeError("The partition cannot be read.")

    events = tenant.context.table.connection.client.meta.events
    events.register("before-call.dynamodb.Query", fail)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb.Query", fail)
