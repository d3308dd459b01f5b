"""A table that refuses what DynamoDB would refuse: hot partitions, and transactions in each other's way.

MiniStack's engine, in this process, answers the calls. Around it stand the limits, by the documentation:

- A partition takes 1,000 write units and 3,000 read units a second, of the table and of each index alike.
  Each partition key is taken to have one partition, which DynamoDB does not split: the least that it
  promises. What is not used is not saved up.
- An index that cannot take its writes refuses the write of the table (back pressure).
- What writes an item that is part of a transaction under way is refused (`TransactionConflict`), and so is
  what reads it in a transaction: the later one loses.
- What fails by its condition consumes what it would have written.
- Of a batch of writes or reads all is refused where DynamoDB would return some of it as unprocessed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ministack.services import dynamodb

from tests.bench.table_engine.capacity import IN_A_TRANSACTION, Index, read_units, write_units
from tests.bench.table_engine.limits import PARTITION_READS, PARTITION_WRITES
from tests.bench.table_engine.virtual_time import VirtualTime
from tests.support.item_sizes import Item, item_size
from tests.support.written_items import Key, key_of, written_in

Params = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Partition = tuple[str, str]
"""The name of an index, or nothing for the table itself, and the partition key."""

TRANSACTION_SECONDS = 0.02
"""How long a transaction is under way: assumed, since AWS publishes no figure."""
CALL_SECONDS = 0.005
"""How long any other call takes: assumed."""

CONFLICT = "TransactionConflict"
THROTTLED = "ThrottlingError"
"""The reasons of a cancelled transaction for an item."""

_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
_TRANSACTION = "TransactWriteItems"


class Bucket:
    """What a partition has left of a limit: nothing at first, refilled all the time, at most a second's."""

    def __init__(self, per_second: float, *, now: float) -> None:
        self._per_second = per_second
        self._left = 0.0
        self._at = now

    def has_any(self, now: float) -> bool:
        """Return whether nothing is owed; if so, a request is let in, whatever it will consume."""
        self._left = min(self._per_second, self._left + (now - self._at) * self._per_second)
        self._at = now
        return self._left >= 0

    def take(self, units: float) -> None:
        """Consume units, of those to come if need be."""
        self._left -= units


@dataclass
class Consumption:
    """What calls have consumed and met.

    Attributes:
        writes, reads: units by partition.
        refused: how many calls were refused, by the reason and the partition or item.
        calls: how many calls there were, by operation.
    """

    writes: dict[Partition, float] = field(default_factory=lambda: defaultdict(float))
    reads: dict[Partition, float] = field(default_factory=lambda: defaultdict(float))
    refused: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def load(self, *, seconds: float) -> float:
        """Return how much of what it has the busiest partition has consumed, if it took so many seconds."""
        most_written = max(self.writes.values(), default=0) / PARTITION_WRITES.per_second
        most_read = max(self.reads.values(), default=0) / PARTITION_READS.per_second
        return max(most_written, most_read) / seconds


class LimitedTable:
    """The table, in virtual time.

    Attributes:
        limited: whether calls are refused. What they consume is counted in any case.
        consumed: what they have consumed.
        created: the items that were new, in the order in which the stream has them.
    """

    def __init__(self, time: VirtualTime, *, partition_of: Callable[[str], str] = str) -> None:
        """Take where what has a partition key stands, if it shares a partition with others."""
        self.limited = False
        self._partition_of = partition_of
        self.consumed = Consumption()
        self.created: list[Item] = []
        self._time = time
        self._items: dict[Key, Item] = {}
        self._under_way: dict[Key, float] = {}
        self._write_buckets: dict[Partition, Bucket] = {}
        self._read_buckets: dict[Partition, Bucket] = {}
        self._indexes: dict[str, Index] = {}
        self._name = ""

    def call(self, operation: str, params: Params) -> Answer:
        """Answer a call, or refuse it, after the time that it takes."""
        answer = self._write(operation, params) if operation in _WRITES else self._read(operation, params)
        self._time.sleep(TRANSACTION_SECONDS if operation == _TRANSACTION else CALL_SECONDS)
        self.consumed.calls[operation] += 1
        return answer

    def renew(self) -> None:
        """Forget what was consumed, so that the next run begins alike."""
        self.consumed = Consumption()
        self._write_buckets.clear()
        self._read_buckets.clear()
        self._under_way.clear()

    def _write(self, operation: str, params: Params) -> Answer:
        keys = [key for key, _ in written_in(operation, params)]
        in_transaction = operation == _TRANSACTION
        if any(conflicting := self._conflicting(keys)):
            return _refusal(CONFLICT, conflicting, in_transaction=in_transaction)
        before = {key: self._items.get(key) for key in keys}
        if empty := self._empty(self._foreseen(before, _put(operation, params))):
            self._refused(THROTTLED, empty[0])
            return _refusal(THROTTLED, [True] * len(keys), in_transaction=in_transaction)
        answer = self._apply(operation, params)
        units = self._units(before, self._items, in_transaction=in_transaction)
        if empty := self._empty(units):
            self._undo(before)
            self._refused(THROTTLED, empty[0])
            return _refusal(THROTTLED, [True] * len(keys), in_transaction=in_transaction)
        for partition, consumed in units.items():
            self._bucket(partition, writes=True).take(consumed)
            self.consumed.writes[partition] += consumed
        self.created += [new for key, old in before.items() if old is None and (new := self._items.get(key))]
        if in_transaction:
            self._under_way |= dict.fromkeys(keys, self._time.now + TRANSACTION_SECONDS)
        return answer

    def _apply(self, operation: str, params: Params) -> Answer:
        """Have the engine carry a call out, and take over what became of the items."""
        since = dynamodb.stream_end_position(self._name) if self._name else 0
        answer = _engine(operation, params)
        for record in dynamodb.stream_records_since(self._name, since, 1_000) if self._name else ():
            image = record["dynamodb"]
            key = (image["Keys"]["pk"]["S"], image["Keys"]["sk"]["S"])
            if "NewImage" in image:
                self._items[key] = image["NewImage"]
            else:
                self._items.pop(key, None)
        return answer

    def _undo(self, before: Mapping[Key, Item | None]) -> None:
        for (pk, sk), item in before.items():
            if item is self._items.get((pk, sk)):
                continue
            if item is None:
                key = {"pk": {"S": pk}, "sk": {"S": sk}}
                self._apply("DeleteItem", {"TableName": self._name, "Key": key})
            else:
                self._apply("PutItem", {"TableName": self._name, "Item": item})

    def _units(
        self, before: Mapping[Key, Item | None], after: Mapping[Key, Item], *, in_transaction: bool
    ) -> dict[Partition, float]:
        units: dict[Partition, float] = defaultdict(float)
        for key, old in before.items():
            new = after.get(key)
            units["", self._partition_of(key[0])] += write_units(old, new, in_transaction=in_transaction)
            for index in self._indexes.values():
                for partition, consumed in index.writes(old, new):
                    units[index.name, partition] += consumed
        return units

    def _conflicting(self, keys: Sequence[Key]) -> list[bool]:
        """Return of each item whether a transaction that is under way writes or checks it."""
        conflicting = [self.limited and self._under_way.get(key, 0) > self._time.now for key in keys]
        if True in conflicting:
            self._refused(CONFLICT, keys[conflicting.index(True)])
        return conflicting

    def _foreseen(self, before: Mapping[Key, Item | None], put: Mapping[Key, Item]) -> list[Partition]:
        """Return the partitions that a call is known to write to before the engine carries it out."""
        of_indexes = [
            (index.name, partition)
            for key, item in put.items()
            for index in self._indexes.values()
            for partition, _ in index.writes(before[key], item)
        ]
        return [*(("", self._partition_of(pk)) for pk, _ in before), *of_indexes]

    def _empty(self, partitions: Iterable[Partition]) -> list[Partition]:
        """Return those of the partitions that take nothing at the moment."""
        if not self.limited:
            return []
        return [one for one in partitions if not self._bucket(one, writes=True).has_any(self._time.now)]

    def _bucket(self, partition: Partition, *, writes: bool) -> Bucket:
        buckets = self._write_buckets if writes else self._read_buckets
        if partition not in buckets:
            limit = PARTITION_WRITES if writes else PARTITION_READS
            buckets[partition] = Bucket(limit.per_second, now=self._time.now)
        return buckets[partition]

    def _read(self, operation: str, params: Params) -> Answer:
        if operation == "TransactGetItems":
            conflicting = self._conflicting(list(_keys_read(operation, params)))
            if any(conflicting):
                return _refusal(CONFLICT, conflicting, in_transaction=True)
        answer = _engine(operation, params)
        if operation == "CreateTable":
            self._begin(params)
        if answer[0] != 200:
            return answer
        units = self._read_units(operation, params, json.loads(answer[2]))
        if self.limited:
            for partition in units:
                if not self._bucket(partition, writes=False).has_any(self._time.now):
                    self._refused(THROTTLED, partition)
                    return _refusal(THROTTLED, [True], in_transaction=False)
        for partition, consumed in units.items():
            self._bucket(partition, writes=False).take(consumed)
            self.consumed.reads[partition] += consumed
        return answer

    def _begin(self, params: Params) -> None:
        self._name = params["TableName"]
        for index in params["GlobalSecondaryIndexes"]:
            keys = {key["KeyType"]: key["AttributeName"] for key in index["KeySchema"]}
            kinds = index["Projection"]
            projected = frozenset(kinds.get("NonKeyAttributes", ()))
            self._indexes[index["IndexName"]] = Index(
                name=index["IndexName"],
                partition_key=keys["HASH"],
                sort_key=keys["RANGE"],
                projected=None if kinds["ProjectionType"] == "ALL" else projected,
            )

    def _read_units(
        self, operation: str, params: Params, answer: Mapping[str, Any]
    ) -> dict[Partition, float]:
        units: dict[Partition, float] = defaultdict(float)
        consistent = bool(params.get("ConsistentRead"))
        if operation == "GetItem":
            key = self._partition_of(params["Key"]["pk"]["S"])
            units["", key] = read_units(item_size(answer.get("Item", {})), consistent=consistent)
        elif operation == "Query":
            index = self._indexes.get(params.get("IndexName", ""))
            read = answer.get("Items", ())
            size = sum(item_size(item if index is None else index.entry(item) or item) for item in read)
            partition = params.get("IndexName", ""), self._partition_of(_partition_asked(params))
            units[partition] = read_units(size, consistent=consistent)
        elif operation in {"BatchGetItem", "TransactGetItems"}:
            times = IN_A_TRANSACTION if operation == "TransactGetItems" else 1
            for pk, sk in _keys_read(operation, params):
                size = item_size(self._items.get((pk, sk), {}))
                units["", self._partition_of(pk)] += times * read_units(size, consistent=True)
        return units

    def _refused(self, reason: str, where: Sequence[str]) -> None:
        self.consumed.refused[reason, " ".join(where).strip()] += 1


def _engine(operation: str, params: Params) -> Answer:
    """Have MiniStack's engine answer a call; its coroutine waits for nothing."""
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    answering = dynamodb.handle_request("POST", "/", headers, json.dumps(params).encode(), {})
    try:
        answering.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise RuntimeError("the engine waits for something")


def _put(operation: str, params: Params) -> dict[Key, Item]:
    """Return the items that a call puts, as it names them."""
    if operation == "PutItem":
        return {key_of(params["Item"]): params["Item"]}
    if operation == _TRANSACTION:
        puts = [member["Put"]["Item"] for member in params["TransactItems"] if "Put" in member]
        return {key_of(item): item for item in puts}
    return {}


def _keys_read(operation: str, params: Params) -> Iterator[Key]:
    if operation == "TransactGetItems":
        yield from (key_of(one["Get"]["Key"]) for one in params["TransactItems"])
    else:
        for asked in params["RequestItems"].values():
            yield from map(key_of, asked["Keys"])


def _partition_asked(params: Params) -> str:
    """Return the partition of a query: the value that the first comparison of its key condition names."""
    first = params["KeyConditionExpression"].lstrip("( ").split("=", 1)[1].split()[0].rstrip(")")
    values: Mapping[str, Any] = params["ExpressionAttributeValues"]
    return str(values[first]["S"])


def _refusal(code: str, where: Sequence[bool], *, in_transaction: bool) -> Answer:
    """Return DynamoDB's answer to a call that it refuses; a transaction's has a reason for each item."""
    if in_transaction:
        kind = "TransactionCanceledException"
        reasons = [{"Code": code, "Message": code} if one else {"Code": "None"} for one in where]
        body: dict[str, Any] = {"Message": "Transaction cancelled", "CancellationReasons": reasons}
    else:
        kind = "TransactionConflictException" if code == CONFLICT else "ThrottlingException"
        body = {"message": code}
    body["__type"] = f"com.amazonaws.dynamodb.v20120810#{kind}"
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()
