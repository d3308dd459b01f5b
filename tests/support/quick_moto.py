"""Makes moto's transactions quick: before each of its items, moto 5.2 copies the whole table, stream and all.

Here a transaction copies once, and only the partitions that it writes to; the semantics are moto's own.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from moto.dynamodb import models
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table


class _OneCopy:
    """Stands in for the module `copy` in moto's DynamoDB while a transaction runs."""

    def __init__(self, transact_items: list[dict[str, Any]]) -> None:
        self._partitions = {
            operation.get("Item", operation.get("Key"))["pk"]["S"]
            for item in transact_items
            for operation in item.values()
        }
        self._copies: dict[int, Table] = {}

    def deepcopy(self, thing: Any) -> Any:
        """Copy a table once, anything else as ever."""
        if not isinstance(thing, Table):
            return copy.deepcopy(thing)
        if id(thing) not in self._copies:
            self._copies[id(thing)] = self._copied(thing)
        return self._copies[id(thing)]

    def _copied(self, table: Table) -> Table:
        twin = copy.copy(table)
        twin.items = table.items.copy()
        for partition in self._partitions:
            key = DynamoType({"S": partition})
            if key in twin.items:
                twin.items[key] = copy.deepcopy(twin.items[key])
        if table.stream_shard is not None:
            twin.stream_shard = copy.copy(table.stream_shard)
            twin.stream_shard.items = list(table.stream_shard.items)
            twin.stream_shard.table = twin
        return twin


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Patch moto until the test ends."""
    original = models.DynamoDBBackend.transact_write_items

    def transact_write_items(self: models.DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(models, "copy", _OneCopy(transact_items))
            original(self, transact_items)

    patch.setattr(models.DynamoDBBackend, "transact_write_items", transact_write_items)
