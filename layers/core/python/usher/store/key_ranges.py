"""Ranges of sort keys within a partition, read part by part as far as somebody asks for more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
        packed: whether a sort key may hold several ids (packed_ids), each of which is found by itself. Such a
            range is descending, of the table itself, and has no filter.
    """

    partition: str
    index: str | None = None
    prefix: str = ""
    low: str = ""
    high: str = ""
    descending: bool = False
    only: Condition | None = None
    packed: bool = False

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
        last = packed_ids.last_key(self.high) if self.packed and self.high else self.high
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
        yield from _read_packed(table, of, first=first)
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


def _read_packed(table: Table, of: KeyRange, *, first: int) -> Iterator[Found]:
    """Yield each id of a range once, newest first, with an item that holds it; each of them counts.

    An item may hold older ids than the items behind it: they wait until no newer one can follow. Reading does
    not stop after FILTER_READS: whoever reads bounds how many ids are looked at.
    """
    waiting: dict[str, Mapping[str, Any]] = {}
    start: Mapping[str, Any] | None = None
    below = f"{of.high}\0" if of.high else _LAST
    for size in chain(filter_reads(first), repeat(FILTER_PAGE)):
        items, start = table.query_part(
            of.partition, of.condition(), index=None, start=start, limit=size, newest_first=True
        )
        for item in items:
            key = item["sk"]["S"]
            waiting |= {id_: item for id_ in packed_ids.ids_in(key) if of.low <= id_ < below}
            for id_ in sorted((one for one in waiting if one >= packed_ids.newest_in(key)), reverse=True):
                yield Found(id_, waiting.pop(id_))
                below = id_
        if start is None:
            yield from (Found(id_, waiting[id_]) for id_ in sorted(waiting, reverse=True))
            return


def refs_of(row: type[_R], found: Sequence[Found]) -> list[Ref[_R]]:
    """Return the references of items that were found in an index, which may have their keys alone."""
    return [Ref(row, one.item["pk"]["S"], one.item["sk"]["S"]) for one in found if one.item is not None]


def last_beginning_with(text: str) -> str:
    """Return the end of the range of the keys that begin with a text; of all of them, if it is empty."""
    return text + _LAST if text else ""
