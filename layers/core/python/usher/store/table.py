"""The connection to the table, and reading from it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from usher.lazy_dataclasses import dataclass
from usher.store.cursors import INDEX_KEYS, cursor_of, key_of, sort_key_of, start_of
from usher.store.serialization import read_item, set_values, write_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)
JITTER = SystemRandom()
"""The chance in pauses: that of `random` would be the same in all processes from a snapshot (SnapStart)."""
_CONDITION_FAILED = "ConditionalCheckFailedException"
BATCH_GET = 100
"""Keys in one BatchGetItem, by DynamoDB's limits."""
BATCH_WRITE = 25
"""Items in one BatchWriteItem, by DynamoDB's limits."""


class ListingIndex(GlobalSecondaryIndex[Any]):
    """The sparse index for lists: items by the partition they are listed under (DESIGN 4)."""

    class Meta:
        """The index's name and projection."""

        index_name = "listing"
        projection = AllProjection()

    listing_pk = UnicodeAttribute(hash_key=True)
    listing_sk = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex[Any]):
    """The sparse index of scheduled work: items by when they are due, in shards (DESIGN 4)."""

    class Meta:
        """The index's name and projection."""

        index_name = "due"
        projection = KeysOnlyProjection()

    due_pk = UnicodeAttribute(hash_key=True)
    due_sk = UnicodeAttribute(range_key=True)


class Row(Model):
    """An item's keys and index keys. Subclasses add the attributes of one kind of item."""

    class Meta:
        """The table's name is known once bootstrap has connected."""

        table_name = "usher"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    listing_pk = UnicodeAttribute(null=True)
    listing_sk = UnicodeAttribute(null=True)
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)
    directory_pk = UnicodeAttribute(null=True)
    email_sk = UnicodeAttribute(null=True)
    first_name_sk = UnicodeAttribute(null=True)
    last_name_sk = UnicodeAttribute(null=True)
    listing = ListingIndex()
    due = DueIndex()

    def __init__(self, pk: str, sk: str, **attributes: Any) -> None:  # noqa: ANN401 - each has its own type
        set_values(self, {"pk": pk, "sk": sk, **attributes})

    @classmethod
    def from_raw_data(cls, data: Mapping[str, Any]) -> Self:
        """Read an item in DynamoDB's own form."""
        return read_item(cls, data)

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:  # noqa: ARG002, FBT001, FBT002 - PynamoDB's
        """Return DynamoDB's form of the item; whatever must have a value is always checked."""
        return write_item(self)


_R = TypeVar("_R", bound=Row)


@dataclass(frozen=True)
class Ref(Generic[_R]):
    """A reference to an item: its row class and its keys."""

    row: type[_R]
    pk: str
    sk: str


@dataclass(frozen=True)
class Page(Generic[_R]):
    """The rows of one page, and the cursor of the next one (None at the end).

    `read_to` is the sort key up to which the list was read, filtered or not; None if it was read to its end.
    """

    rows: list[_R]
    next: str | None
    read_to: str | None


class BatchResult:
    """The rows of one batch of reads, by Ref."""

    def __init__(self, items: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self._items = items

    def get(self, ref: Ref[_R]) -> _R | None:
        """Return the row at `ref`, or None where there is none."""
        item = self.item(ref)
        return None if item is None else ref.row.from_raw_data(item)

    def item(self, ref: Ref[Any]) -> Mapping[str, Any] | None:
        """Return the item at `ref` in DynamoDB's own form, or None where there is none."""
        return self._items.get((ref.pk, ref.sk))


class Table:
    """The table, over one connection that all rows share; `choose` picks one of so many, at random."""

    def __init__(
        self, *, name: str, client: DynamoDBClient, choose: Callable[[int], int] = JITTER.randrange
    ) -> None:
        self._connection = TableConnection(name, meta_table=MetaTable(_DESCRIPTION | {"TableName": name}))
        # PynamoDB would open its own botocore session, about 130 ms of cold start, and has no public way to
        # be given the client of bootstrap (6.1.0).
        self._connection.connection._client = client  # type: ignore[assignment]  # noqa: SLF001
        self.name, self.choose = name, choose
        self.connection = self._connection.connection
        Row.Meta.table_name = name
        Row._connection = self._connection  # noqa: SLF001 - found by every row as its parent's

    def get(self, ref: Ref[_R], *, consistent: bool = True) -> _R | None:
        """Read one item, strongly consistent but for what decides nothing, at half the price: one call."""
        answer = self._connection.get_item(ref.pk, range_key=ref.sk, consistent_read=consistent)
        item = answer.get("Item")
        return None if item is None else ref.row.from_raw_data(item)

    def get_many(self, refs: Sequence[Ref[Any]]) -> BatchResult:
        """Read items of any kinds, strongly consistent: one call for each hundred."""
        keys = list(dict.fromkeys((ref.pk, ref.sk) for ref in refs))
        items: dict[tuple[str, str], Mapping[str, Any]] = {}
        for first in range(0, len(keys), BATCH_GET):
            pending = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys[first : first + BATCH_GET]]
            attempt = 0
            while pending:
                if attempt:
                    time.sleep(JITTER.uniform(0, 0.05 * 2**attempt))
                answer = self.connection.dispatch(
                    "BatchGetItem", {"RequestItems": {self.name: {"Keys": pending, "ConsistentRead": True}}}
                )
                for item in answer["Responses"].get(self.name, []):
                    items[item["pk"]["S"], item["sk"]["S"]] = item
                pending = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
                attempt += 1
        return BatchResult(items)

    def put(self, row: Row, *, condition: Condition) -> bool:
        """Write one item if the condition holds, and return whether it did: one call."""
        try:
            row.save(condition=condition)
        except PutError as error:
            if error.cause_response_code == _CONDITION_FAILED:
                return False
            raise
        return True

    def update(self, ref: Ref[Any], *actions: Action, condition: Condition) -> bool:
        """Change one item if the condition holds, and return whether it did: one call."""
        try:
            self._connection.update_item(ref.pk, range_key=ref.sk, actions=list(actions), condition=condition)
        except UpdateError as error:
            if error.cause_response_code == _CONDITION_FAILED:
                return False
            raise
        return True

    def write_many(self, *, puts: Sequence[Row] = (), deletes: Sequence[Ref[Any]] = ()) -> None:
        """Write and delete items without conditions, in no order, each once: one call for each 25.

        What a call leaves undone, as under throttling, is tried again.
        """
        requests: list[dict[str, Any]] = [{"PutRequest": {"Item": row.serialize()}} for row in puts]
        requests += [
            {"DeleteRequest": {"Key": {"pk": {"S": ref.pk}, "sk": {"S": ref.sk}}}} for ref in deletes
        ]
        for first in range(0, len(requests), BATCH_WRITE):
            pending = requests[first : first + BATCH_WRITE]
            attempt = 0
            while pending:
                if attempt:
                    time.sleep(JITTER.uniform(0, 0.05 * 2**attempt))
                answer = self.connection.dispatch("BatchWriteItem", {"RequestItems": {self.name: pending}})
                pending = answer.get("UnprocessedItems", {}).get(self.name, [])
                attempt += 1

    def query(
        self,
        row: type[_R],
        partition: str,
        sort: Condition | None = None,
        *,
        index: str | None = None,
        only: Condition | None = None,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page[_R]:
        """Read one page of a partition; strongly consistent on the table itself, never on an index.

        With a filter (`only`) it reads on until the page is full, at most FILTER_READS times (READS_IN_VAIN
        while the page is empty), and then answers with what it found and a cursor, so that a rare match
        cannot make a call endless. Each read asks for more than the one before, so that a frequent match
        costs what it returns.

        Raises:
            BadCursorError: the cursor is not one that this list issued.
        """
        start = start_of(cursor, partition=partition, sort=sort, index=index)
        rows: list[_R] = []
        reads = filter_reads(limit + 1, most=READS_IN_VAIN) if only is not None else (limit + 1,)
        for at, size in enumerate(reads):
            if at >= FILTER_READS and rows:
                break
            answer = self._connection.query(
                partition,
                range_key_condition=sort,
                filter_condition=only,
                index_name=index,
                exclusive_start_key=start,
                consistent_read=index is None,
                limit=size,
                scan_index_forward=not newest_first,
            )
            rows.extend(row.from_raw_data(item) for item in answer["Items"])
            start = answer.get("LastEvaluatedKey")
            if start is None or len(rows) > limit:
                break
        if len(rows) > limit:
            rows = rows[:limit]
            start = key_of(rows[-1], index)
        if start is None:
            return Page(rows=rows, next=None, read_to=None)
        return Page(rows=rows, next=cursor_of(start), read_to=start[sort_key_of(index)]["S"])

    def query_part(
        self,
        partition: str,
        sort: Condition | None = None,
        *,
        index: str | None,
        only: Condition | None = None,
        start: Mapping[str, Any] | None = None,
        limit: int,
        newest_first: bool = False,
    ) -> tuple[list[dict[str, Any]], Mapping[str, Any] | None]:
        """Read one part of a partition, in DynamoDB's own form, and the key to go on from: one call."""
        answer = self._connection.query(
            partition,
            range_key_condition=sort,
            filter_condition=only,
            index_name=index,
            exclusive_start_key=start,
            consistent_read=index is None,
            limit=limit,
            scan_index_forward=not newest_first,
        )
        return answer["Items"], answer.get("LastEvaluatedKey")

    def count(self, partition: str, *, index: str, limit: int | None = None) -> int:
        """Count the items of an index's partition; eventually consistent: one call for each MB.

        With a `limit`, at most so many: one call where the items of the index are small.
        """
        total = 0
        start: Mapping[str, Any] | None = None
        while True:
            answer = self._connection.query(
                partition,
                index_name=index,
                exclusive_start_key=start,
                select="COUNT",
                limit=None if limit is None else limit - total,
            )
            total += int(answer["Count"])
            start = answer.get("LastEvaluatedKey")
            if start is None or total == limit:
                return total

    def query_raw(
        self, partition: str, sort: Condition | None = None, *, index: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Read items of several kinds to the partition's end, in DynamoDB's own form."""
        start: Mapping[str, Any] | None = None
        while True:
            answer = self._connection.query(
                partition,
                range_key_condition=sort,
                index_name=index,
                exclusive_start_key=start,
                consistent_read=index is None,
            )
            yield from answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return

    def first_raw(
        self, partition: str, sort: Condition | None = None, *, index: str | None = None
    ) -> dict[str, Any] | None:
        """Read the first item of a partition that meets the condition, in DynamoDB's own form."""
        answer = self._connection.query(
            partition, range_key_condition=sort, index_name=index, consistent_read=index is None, limit=1
        )
        return next(iter(answer["Items"]), None)

    def query_all(
        self,
        row: type[_R],
        partition: str,
        sort: Condition | None = None,
        *,
        index: str | None = None,
        only: Condition | None = None,
        page: int = 1000,
    ) -> Iterator[_R]:
        """Read a partition to its end, page by page."""
        cursor: str | None = None
        while True:
            found = self.query(row, partition, sort, index=index, only=only, limit=page, cursor=cursor)
            yield from found.rows
            cursor = found.next
            if cursor is None:
                return


def due_key() -> Any:  # noqa: ANN401 - PynamoDB's path, for comparing
    """The sort key of the `due` index, for a condition."""
    return Row.due_sk


FILTER_READS = 10
READS_IN_VAIN = 200
FILTER_PAGE = 500
_GROWTH = 4


def filter_reads(first: int, *, most: int | None = None, largest: int | None = None) -> Iterator[int]:
    """Yield how many items each read of a list asks for: first those, then four times as many each time.

    There are at most `most` reads (FILTER_READS), each of at most `largest` items (FILTER_PAGE).
    """
    size = first
    for _ in range(FILTER_READS if most is None else most):
        size = min(size, FILTER_PAGE if largest is None else largest)
        yield size
        size *= _GROWTH


_DESCRIPTION: dict[str, Any] = {
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"}
        for name in dict.fromkeys(("pk", "sk", *(key for keys in INDEX_KEYS.values() for key in keys)))
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": name,
            "KeySchema": [
                {"AttributeName": keys[0], "KeyType": "HASH"},
                {"AttributeName": keys[1], "KeyType": "RANGE"},
            ],
        }
        for name, keys in INDEX_KEYS.items()
        if name is not None
    ],
    "LocalSecondaryIndexes": [],
}
