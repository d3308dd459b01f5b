"""The capacity units of calls to DynamoDB, computed by the rules of its documentation from the items.

The table's engine in tests is moto, which reports units that are not DynamoDB's. The rules are those of
"Read and write operations" and "Global secondary indexes" of DynamoDB's developer guide: a write takes a unit
for each 1 KB of the larger of the item's two states, twice that in a transaction; each index takes the same,
once, for an entry that comes, goes or changes, and twice for one that moves. A read takes a unit for each
4 KB, half of it where it is eventually consistent.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from tests.support.item_sizes import READ_UNIT, WRITE_UNIT, Item, item_size, units_of
from tests.support.tables import NAME, REGION
from tests.support.written_items import Key, key_of, written_in

_OF_ANSWER = frozenset({"FilterExpression", "ProjectionExpression", "Select"})
"""The parameters of a query that say what it answers with, and change nothing of what it reads."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """An index: the attributes of its key, and those that its entries have besides (None for all)."""

    name: str
    keys: tuple[str, ...]
    included: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """Return the entry of an item; None where it has none."""
        if item is None or any(key not in item for key in self.keys):
            return None
        if self.included is None:
            return item
        wanted = {"pk", "sk", *self.keys, *self.included}
        return {name: value for name, value in item.items() if name in wanted}


def write_units(before: Item | None, after: Item | None, *, transactional: bool) -> int:
    """Return the units that a write takes of the table itself."""
    size = max((item_size(item) for item in (before, after) if item is not None), default=0)
    return units_of(size, WRITE_UNIT) * (2 if transactional else 1)


def index_units(index: Index, before: Item | None, after: Item | None) -> int:
    """Return the units that a write takes of an index."""
    old, new = index.entry(before), index.entry(after)
    if old == new:
        return 0
    entries = [entry for entry in (old, new) if entry is not None]
    if len(entries) == 2 and all(old[key] == new[key] for key in index.keys):  # type: ignore[index]  # both are there
        return units_of(max(map(item_size, entries)), WRITE_UNIT)
    return sum(units_of(item_size(entry), WRITE_UNIT) for entry in entries)


def read_units(sizes: Sequence[int], *, together: bool, consistent: bool) -> float:
    """Return the units of a read: of a query those of all that it reads, of a batch those of each item."""
    parts = [sum(sizes)] if together else sizes
    units = sum(units_of(size, READ_UNIT) for size in parts)
    return units if consistent else units / 2


@dataclass
class Capacity:
    """What calls took: their number, and units of the table and of each index."""

    calls: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    read: float = 0.0

    @property
    def writes(self) -> int:
        """The write units of the table and all indexes."""
        return sum(self.written.values())

    def __add__(self, other: Capacity) -> Capacity:
        """Return the sums."""
        return Capacity(self.calls + other.calls, self.written + other.written, self.read + other.read)


class CapacityMeter:
    """`with meter() as capacity: ...` sums the units of one client's calls on moto while the block runs.

    Calls that are refused are not counted.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._is_counting = True
        description = client.describe_table(TableName=NAME)["Table"]
        self._indexes = [_index(one) for one in description["GlobalSecondaryIndexes"]]

    @contextmanager
    def __call__(self) -> Iterator[Capacity]:
        capacity = Capacity()
        before: list[dict[Key, Item | None]] = []
        given: list[dict[str, Any]] = []

        def begin(params: dict[str, Any], model: Any, **_: object) -> None:
            if not self._is_counting:
                return
            given.append(params)
            before.append({key: _item(key) for key, _ in written_in(model.name, params)})

        def end(parsed: dict[str, Any], model: Any, **_: object) -> None:
            if not self._is_counting:
                return
            params, items = given.pop(), before.pop()
            if parsed["ResponseMetadata"]["HTTPStatusCode"] == 200:
                capacity.calls[model.name] += 1
                self._count(capacity, model.name, params, items, parsed)

        events = self._client.meta.events
        events.register("provide-client-params.dynamodb", begin)
        events.register("after-call.dynamodb", end)
        try:
            yield capacity
        finally:
            events.unregister("provide-client-params.dynamodb", begin)
            events.unregister("after-call.dynamodb", end)

    def _count(
        self,
        capacity: Capacity,
        operation: str,
        params: dict[str, Any],
        before: Mapping[Key, Item | None],
        answer: dict[str, Any],
    ) -> None:
        transactional = operation == "TransactWriteItems"
        for key, kind in written_in(operation, params):
            after = _item(key)
            capacity.written["table"] += write_units(before[key], after, transactional=transactional)
            if kind != "ConditionCheck":
                for index in self._indexes:
                    capacity.written[index.name] += index_units(index, before[key], after)
        if operation == "GetItem":
            sizes = [item_size(answer.get("Item", {}))]
            capacity.read += read_units(sizes, together=False, consistent=params.get("ConsistentRead", False))
        elif operation == "BatchGetItem":
            (asked,) = params["RequestItems"].values()
            sizes = [item_size(_item(key_of(key)) or {}) for key in asked["Keys"]]
            capacity.read += read_units(sizes, together=False, consistent=asked.get("ConsistentRead", False))
        elif operation == "Query":
            consistent = params.get("ConsistentRead", False)
            capacity.read += read_units(self._sizes_read(params), together=True, consistent=consistent)

    def _sizes_read(self, params: Mapping[str, Any]) -> list[int]:
        """Return the sizes of what a query reads, whatever its filter lets pass."""
        condition = params["KeyConditionExpression"]
        tokens = set(re.findall(r"[#:]\w+", condition))
        left = {name: value for name, value in params.items() if name not in _OF_ANSWER}
        for of in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            left[of] = {name: value for name, value in params.get(of, {}).items() if name in tokens}
        self._is_counting = False
        try:
            answer = self._client.query(**left)
        finally:
            self._is_counting = True
        return [item_size(one) for one in answer["Items"]]


def _index(description: Mapping[str, Any]) -> Index:
    projection = description["Projection"]
    kind: Literal["ALL", "KEYS_ONLY", "INCLUDE"] = projection["ProjectionType"]
    return Index(
        name=description["IndexName"],
        keys=tuple(one["AttributeName"] for one in description["KeySchema"]),
        included=None if kind == "ALL" else frozenset(projection.get("NonKeyAttributes", ())),
    )


def _table() -> Any:
    """Return moto's table, which each transaction replaces by another."""
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[NAME]


def _item(key: Key) -> Item | None:
    pk, sk = key
    found = _table().get_item(DynamoType({"S": pk}), DynamoType({"S": sk}))
    # Through JSON: moto changes an item in place.
    return None if found is None else json.loads(json.dumps(found.to_json()["Attributes"]))
