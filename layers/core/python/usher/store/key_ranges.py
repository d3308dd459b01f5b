"""Ranges of sort keys within a partition, read part by part as far as somebody asks for more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.store.table import Table, filter_reads, sort_key_of

_LAST = "\U0010ffff"
"""Sorts after every other character in UTF-8."""


@dataclass(frozen=True, kw_only=True)
class KeyRange:
    """The items of a partition from the sort key `low` to `high`, both included; "" leaves an end open.

    Attributes:
        index: the index that the partition is of; None for the table itself.
        descending: whether the items are read from `high` to `low`.
        only: a filter of the items that are read.
    """

    partition: str
    index: str | None = None
    low: str = ""
    high: str = ""
    descending: bool = False
    only: Condition | None = None

    @classmethod
    def beginning_with(cls, prefix: str, **of: Any) -> KeyRange:  # noqa: ANN401 - the fields of the class
        """Return the range of the sort keys that begin with `prefix`; "" is all of them."""
        return cls(low=prefix, high=prefix + _LAST if prefix else "", **of)

    def behind(self, key: str) -> KeyRange | None:
        """Return what of the range is left from this key on, itself included; None if nothing is."""
        low, high = (self.low, key) if self.descending else (key, self.high)
        if self.descending and self.high:
            high = min(self.high, key)
        if not self.descending:
            low = max(self.low, key)
        if high and low > high:
            return None
        return KeyRange(
            partition=self.partition,
            index=self.index,
            low=low,
            high=high,
            descending=self.descending,
            only=self.only,
        )


@dataclass(frozen=True)
class Found:
    """An item in DynamoDB's own form, with its sort key; without an item, the place where reading stopped."""

    key: str
    item: Mapping[str, Any] | None


def read(table: Table, of: KeyRange, *, first: int) -> Iterator[Found]:
    """Yield the items of a range: one call for the `first` ones, and one more whenever more are asked for.

    Each call reads twice as many as the one before. After FILTER_READS calls the reading stops, so that a
    rare match cannot make it endless.
    """
    attribute = sort_key_of(of.index)
    start: Mapping[str, Any] | None = None
    for size in filter_reads(first):
        items, start = table.query_part(
            of.partition,
            _condition(attribute, of),
            index=of.index,
            only=of.only,
            start=start,
            limit=size,
            newest_first=of.descending,
        )
        yield from (Found(item[attribute]["S"], item) for item in items)
        if start is None:
            return
    if start is not None:
        yield Found(start[attribute]["S"], None)


def _condition(attribute: str, of: KeyRange) -> Condition | None:
    key: UnicodeAttribute = UnicodeAttribute(attr_name=attribute)
    if of.low and of.high:
        return key.between(of.low, of.high)
    if of.low:
        return key >= of.low
    return key <= of.high if of.high else None
