"""Ranges of sort keys within a partition, read part by part as far as somebody asks for more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Any, TypeVar

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.lazy_dataclasses import dataclass
from usher.store import packed_ids
from usher.store.cursors import sort_key_of
from usher.store.table import FILTER_PAGE, Ref, Row, Table, filter_reads

_R = TypeVar("_R", bound=Row)

_LAST = "\U0010ffff"
"""Sorts after every other character in UTF-8."""


@dataclass(frozen=True, kw_only=True)
class KeyRange:
    """The items of a partition whose sort key is `prefix` and a key from `low` to `high`, both included.

    Ranges with different prefixes are merged by what follows them.

    Attributes:
        index: the index that the partition is of; None for the table itself.
        low, high: the ends; "" leaves one open.
        descending: whether the items are read from `high` to `low`.
        only: a filter of the items that are read.
        packed: how far the ids of a sort key that may hold several begin alike (packed_ids), of which each is
            found by itself; 0 where a sort key is no list. Such a range is of the table, and has no filter.
    """

    partition: str
    index: str | None = None
    prefix: str = ""
    low: str = ""
    high: str = ""
    descending: bool = False
    only: Condition | None = None
    packed: int = 0

    def behind(self, key: str) -> KeyRange | None:
        """Return what of the range is left from this key on, itself included; None if nothing is."""
        if not self.descending:
            return self.from_key(key)
        left = replace(self, high=min(self.high or key, key))
        return None if left.low > left.high else left

    def from_key(self, key: str) -> KeyRange | None:
        """Return the part of the range that is not below this key; None if there is none."""
        left = replace(self, low=max(self.low, key))
        return None if left.high and left.low > left.high else left

    def key_of(self, sort_key: str) -> str:
        """Return the key in a sort key of the range."""
        return sort_key.removeprefix(self.prefix)

    def read(self, table: Table, *, first: int) -> Iterator[Found]:
        """Yield the items of the range: see `read`."""
        return read(table, self, first=first)

    def condition(self) -> Condition | None:
        """Return the condition of the range on the sort key; None where it is the whole partition."""
        attribute: UnicodeAttribute = UnicodeAttribute(attr_name=sort_key_of(self.index))
        low = self.prefix + self.low
        last = packed_ids.last_key(self.high, alike=self.packed) if self.packed and self.high else self.high
        high = self.prefix + (last or _LAST) if self.prefix or last else ""
        if low and high:
            return attribute.between(low, high)
        if low:
            return attribute >= low
        return attribute <= high if high else None


@dataclass(frozen=True)
class Found:
    """An item in DynamoDB's own form, with its key in the range; without an item, where reading stopped."""

    key: str
    item: Mapping[str, Any] | None


def read(table: Table, of: KeyRange, *, first: int, largest: int | None = None) -> Iterator[Found]:
    """Yield the items of a range: one call for the `first` ones, and one more whenever more are asked for.

    Each call reads four times as many as the one before, up to `largest` (FILTER_PAGE). After
    FILTER_READS calls the reading stops, so that a rare match cannot make it endless.
    """
    if of.packed:
        yield from _read_packed(table, of, first=first, largest=largest or FILTER_PAGE)
        return
    attribute = sort_key_of(of.index)
    start: Mapping[str, Any] | None = None
    for size in filter_reads(first, largest=largest):
        items, start = table.query_part(
            of.partition,
            of.condition(),
            index=of.index,
            only=of.only,
            start=start,
            limit=size,
            newest_first=of.descending,
        )
        yield from (Found(of.key_of(item[attribute]["S"]), item) for item in items)
        if start is None:
            return
    if start is not None:
        yield Found(of.key_of(start[attribute]["S"]), None)


def _read_packed(table: Table, of: KeyRange, *, first: int, largest: int) -> Iterator[Found]:
    """Yield each id of a range once, in its order, with an item that holds it; each of them counts.

    Reading does not stop after FILTER_READS: whoever reads bounds how many ids are looked at.
    """
    start: Mapping[str, Any] | None = None
    waiting = _Unpacked(of)
    for size in chain(filter_reads(first, largest=largest), repeat(largest)):
        items, start = table.query_part(
            of.partition, of.condition(), index=None, start=start, limit=size, newest_first=of.descending
        )
        for item in items:
            yield from waiting.next_after(item)
        if start is None:
            yield from waiting.rest()
            return


class _Unpacked:
    """The ids of a packed range that were read and have to wait for those that come before them.

    An item stands at its newest id, and holds older ones that begin alike. So read downwards, an id waits for
    newer ones in items behind; read upwards, for older ones, until no item behind begins alike.
    """

    def __init__(self, of: KeyRange) -> None:
        self._of = of
        self._items: dict[str, Mapping[str, Any]] = {}
        self._last = ""

    def next_after(self, item: Mapping[str, Any]) -> Iterator[Found]:
        """Yield the ids before which nothing can come any more, once this item was read."""
        key = item["sk"]["S"]
        newest = packed_ids.newest_in(key)
        if not self._of.descending and self._items:
            oldest = packed_ids.oldest_beside(newest, alike=self._of.packed)
            if next(iter(self._items)) < oldest:  # all that wait begin alike
                yield from self.rest()
        self._items |= {id_: item for id_ in packed_ids.ids_in(key) if self._is_left(id_)}
        if self._of.descending:
            yield from self._take({one for one in self._items if one >= newest})

    def rest(self) -> Iterator[Found]:
        """Yield the ids that are left when the whole range was read."""
        yield from self._take({*self._items})

    def _take(self, ids: Collection[str]) -> Iterator[Found]:
        for id_ in sorted(ids, reverse=self._of.descending):
            yield Found(id_, self._items.pop(id_))
            self._last = id_

    def _is_left(self, id_: str) -> bool:
        """Whether an id is in the range, and was not found in an item before."""
        if not self._of.low <= id_ or (self._of.high and id_ > self._of.high):
            return False
        return not self._last or (id_ < self._last if self._of.descending else id_ > self._last)


def table_key_of(found: Found) -> tuple[str, str]:
    """Return the key in the table of an item, which is the same in every index; empty without an item."""
    return ("", "") if found.item is None else (found.item["pk"]["S"], found.item["sk"]["S"])


def refs_of(row: type[_R], found: Sequence[Found]) -> list[Ref[_R]]:
    """Return the references of items that were found in an index, which may have their keys alone."""
    return [Ref(row, one.item["pk"]["S"], one.item["sk"]["S"]) for one in found if one.item is not None]


def last_beginning_with(text: str) -> str:
    """Return the end of the range of the keys that begin with a text; of all of them, if it is empty."""
    return text + _LAST if text else ""
