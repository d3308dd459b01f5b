"""Counts of a command's calls to DynamoDB (DESIGN 5), from the client's events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str]


@dataclass
class Cost:
    """The calls of DynamoDB; an item written by two transactions is two `writes` and one of `items`."""

    operations: list[str] = field(default_factory=list)
    written: list[Key] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """How many calls there were."""
        return len(self.operations)

    @property
    def writes(self) -> int:
        """How many writes of items there were."""
        return len(self.written)

    @property
    def items(self) -> int:
        """How many different items were written."""
        return len(set(self.written))


class Count:
    """`with count() as cost: ...` counts the calls of one client while the block runs."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @contextmanager
    def __call__(self) -> Iterator[Cost]:
        cost = Cost()

        def note(params: dict[str, Any], model: Any, **_: object) -> None:
            cost.operations.append(model.name)
            cost.written.extend(_keys_written(model.name, params))

        events = self._client.meta.events
        events.register("provide-client-params.dynamodb", note)
        try:
            yield cost
        finally:
            events.unregister("provide-client-params.dynamodb", note)


def _keys_written(operation: str, params: dict[str, Any]) -> Iterator[Key]:
    if operation == "PutItem":
        yield _key(params["Item"])
    elif operation in {"UpdateItem", "DeleteItem"}:
        yield _key(params["Key"])
    elif operation == "BatchWriteItem":
        for request in (one for requests in params["RequestItems"].values() for one in requests):
            put = request.get("PutRequest")
            yield _key(request["DeleteRequest"]["Key"] if put is None else put["Item"])
    elif operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            ((kind, write),) = item.items()
            if kind != "ConditionCheck":
                yield _key(write["Item"] if kind == "Put" else write["Key"])


def _key(item: dict[str, Any]) -> Key:
    return item["pk"]["S"], item["sk"]["S"]
