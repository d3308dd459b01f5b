"""Makes moto's DynamoDB quick; the semantics are moto's own.

Before each item of a transaction, moto 5.2 copies the whole table, stream and all: here a transaction copies
once, and only the partitions that it writes to. A query sorts all items of the table, and looks through them:
here those alone that are in its partition, of the table or an index. And moto writes answers member by member
after the service's model, which is a third of what a call takes: what is plain JSON already is written as it
is.
"""

from __future__ import annotations

import copy
import inspect
import json
from typing import Any

import pytest
from moto.core import responses
from moto.core.responses import ActionContext
from moto.dynamodb import models
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from usher.store.cursors import INDEX_KEYS

_MOTOS_QUERY = Table.query


class _OneCopy:
    """Replaces the module `copy` in moto's DynamoDB while a transaction runs."""

    def __init__(self, transact_items: list[dict[str, Any]]) -> None:
        self._partitions = {
            operation.get("Item", operation.get("Key"))["pk"]["S"]
            for item in transact_items
            for operation in item.values()
        }
        self._copies: dict[int, Table] = {}

    def deepcopy(self, thing: Any) -> Any:
        """Copy a table once in a transaction, anything else as `copy` does."""
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


def _partition(table: Table, name: str, index: str | None) -> list[Item]:
    """Return the items of one partition of the table or an index."""
    if index is None:
        found = table.items.get(DynamoType({"S": name}), {})
        return [*found.values()]
    (attribute, _) = INDEX_KEYS[index]
    every = (item for items in table.items.values() for item in items.values())
    return [one for one in every if (key := one.attrs.get(attribute)) is not None and key.value == name]


def _query(self: Table, *args: Any, **kwargs: Any) -> Any:
    """Query as moto does, where the table has no items but those of the partition."""
    given = inspect.signature(_MOTOS_QUERY).bind(self, *args, **kwargs).arguments
    ((_, hash_key), *_) = given["hash_key_conditions"]
    items = _partition(self, hash_key.value, given.get("index_name"))
    narrow = copy.copy(self)
    narrow.all_items = lambda: items  # type: ignore[method-assign]
    return _MOTOS_QUERY(narrow, *args, **kwargs)


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Patch moto until the test ends."""
    original = models.DynamoDBBackend.transact_write_items

    def transact_write_items(self: models.DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(models, "copy", _OneCopy(transact_items))
            original(self, transact_items)

    patch.setattr(models.DynamoDBBackend, "transact_write_items", transact_write_items)
    patch.setattr(Table, "query", _query)
    by_the_model = responses.ActionResult.execute_result

    def execute_result(self: responses.ActionResult, context: ActionContext) -> Any:
        if context.service_model.service_name == "dynamodb" and isinstance(self.result, dict):
            try:
                return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(self.result)
            except TypeError:  # a description of the table holds a date
                pass
        return by_the_model(self, context)

    patch.setattr(responses.ActionResult, "execute_result", execute_result)
