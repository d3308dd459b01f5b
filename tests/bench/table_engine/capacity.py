"""Capacity: the units that reading and writing an item consume.

The rules are those of the DynamoDB Developer Guide, "DynamoDB read and write operations" and "Using
Global Secondary Indexes in DynamoDB" (provisioned throughput considerations).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.item_sizes import READ_UNIT, WRITE_UNIT, Item, item_size, units_of

IN_A_TRANSACTION = 2
"""How many times the units of a transaction are those of the same writes and reads outside of one."""


def write_units(before: Item | None, after: Item | None, *, in_transaction: bool) -> int:
    """Return the write units of the table for a write: those of the larger of the two items, at least one."""
    larger = max(item_size(before or {}), item_size(after or {}))
    return units_of(larger, WRITE_UNIT) * (IN_A_TRANSACTION if in_transaction else 1)


def read_units(size: int, *, consistent: bool) -> float:
    """Return the read units for so many bytes, at least those of one unit."""
    return units_of(size, READ_UNIT) * (1 if consistent else 0.5)


@dataclass(frozen=True)
class Index:
    """A global secondary index: its keys, and what it keeps of an item beside the keys.

    Attributes:
        projected: the names of further attributes; None for all.
    """

    name: str
    partition_key: str
    sort_key: str
    projected: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """Return the index's entry of an item, or None where the item lacks one of the index's keys."""
        if item is None or self.partition_key not in item or self.sort_key not in item:
            return None
        if self.projected is None:
            return item
        kept = self.projected | {"pk", "sk", self.partition_key, self.sort_key}
        return {name: value for name, value in item.items() if name in kept}

    def writes(self, before: Item | None, after: Item | None) -> Iterator[tuple[str, int]]:
        """Yield the writes of the index that a write of the table causes: partition and units of each.

        An entry that appears, vanishes or changes is one write; one whose keys change is removed and written
        anew; one that stays as it was is none. They are no part of a transaction.
        """
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return
        if old is not None and new is not None and self._keys(old) == self._keys(new):
            yield self._keys(new)[0], write_units(old, new, in_transaction=False)
            return
        for entry in (old, new):
            if entry is not None:
                yield self._keys(entry)[0], write_units(entry, None, in_transaction=False)

    def _keys(self, entry: Item) -> tuple[str, str]:
        return entry[self.partition_key]["S"], entry[self.sort_key]["S"]
