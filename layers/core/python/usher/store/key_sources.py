"""Sources of what a list has, beside ranges of keys: what ranges have in common, candidates, known items."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from operator import attrgetter
from typing import Protocol

from usher.lazy_dataclasses import dataclass
from usher.store import key_ranges
from usher.store.key_ranges import Found, KeyRange
from usher.store.table import BATCH_GET, Table

FIRST_KEYS = 500
"""How many keys a first read of items that are keys alone asks for: some twelve units."""

MOST_KEYS = 8000
"""The most keys that one read asks for: those of pointers fill the MB that DynamoDB reads at once."""

_PASSED = 500
"""How many keys are passed over before a reading begins anew where it is to go on."""

_TIMES_ANEW = 20
"""How often that is done before the reading stops, as one of a range does."""

_MOST_READ = 100_000
"""How many keys are read before it stops, too."""


class KeySource(Protocol):
    """A source of items in the order of their keys, such as a range."""

    @property
    def descending(self) -> bool:
        """Whether the greatest key comes first."""

    def behind(self, key: str) -> KeySource | None:
        """Return what is left from this key on, itself included; None if nothing is."""

    def read(self, table: Table, *, first: int) -> Iterator[Found]:
        """Yield the items, as far as they are asked for; at first `first` of them are."""


def merged(table: Table, sources: Sequence[KeySource], *, first: int) -> Iterator[Found]:
    """Yield the items of sources that have the same direction, in the order of their keys.

    Where the reading of one stopped stands behind what the others have with the same key.
    """
    descending = bool(sources) and sources[0].descending
    return heapq.merge(
        *(one.read(table, first=first) for one in sources),
        key=lambda one: (one.key, (one.item is None) is not descending),
        reverse=descending,
    )


def keys_of(table: Table, of: KeyRange) -> Iterator[Found]:
    """Yield the items of a range that are keys alone: many in a call."""
    return key_ranges.read(table, of, first=FIRST_KEYS, largest=MOST_KEYS)


def every_key_of(table: Table, of: KeyRange) -> Iterator[Found]:
    """Yield the items of such a range to its end; where the reading begins anew, one may come again."""
    left: KeyRange | None = of
    while left is not None:
        stopped: Found | None = None
        for one in keys_of(table, left):
            if one.item is None:
                stopped = one
            else:
                yield one
        left = None if stopped is None else left.behind(stopped.key)


def all_of(found: Iterable[Found], *, most: int) -> list[Found] | None:
    """Return all that is found; None if that is more than `most`, or the reading stopped."""
    every = list(islice(found, most + 1))
    return None if len(every) > most or any(one.item is None for one in every) else every


@dataclass(frozen=True)
class CommonKeys:
    """The keys that each of several unions of ranges has; the items are keys alone, all in one direction.

    Where a union has few, or several have few in common, these are the source, and the others are not read:
    whoever loads what was found compares it with what is wanted. Those expected to be smaller come first.
    """

    unions: Sequence[Sequence[KeyRange]]

    @property
    def descending(self) -> bool:
        """Whether the greatest key comes first."""
        return self.unions[0][0].descending

    def behind(self, key: str) -> CommonKeys | None:
        """Return what is left from this key on, itself included; None if nothing is."""
        left = [_behind(ranges, key) for ranges in self.unions]
        return replace(self, unions=left) if all(left) else None

    def read(self, table: Table, *, first: int) -> Iterator[Found]:
        """Yield the items: of each union as many keys are read as it has up to the last common one.

        No more unions are read once the few are `first`: these are loaded as cheaply.
        """
        readings: list[_Reading] = []
        few: list[Found] | None = None
        for ranges in self.unions:
            reading = _Reading(table, ranges)
            if (whole := reading.whole(BATCH_GET)) is None:
                readings.append(reading)
                continue
            keys = {one.key for one in whole}
            few = whole if few is None else [one for one in few if one.key in keys]
            if len(few) <= first:
                break
        yield from _common(readings, descending=self.descending) if few is None else few


class _Reading:
    """The reading of one union by its keys.

    Attributes:
        keys: how many were read.
    """

    def __init__(self, table: Table, ranges: Sequence[KeyRange]) -> None:
        self._table = table
        self._ranges = ranges
        self._descending = ranges[0].descending
        self._left = self._from(ranges)
        self.keys = 0

    def _from(self, ranges: Sequence[KeyRange]) -> Iterator[Found]:
        return heapq.merge(
            *(keys_of(self._table, one) for one in ranges),
            key=attrgetter("key"),
            reverse=self._descending,
        )

    def whole(self, most: int) -> list[Found] | None:
        """Return all items if there are no more than `most`."""
        ahead = list(islice(self._left, most + 1))
        self._left = chain(ahead, self._left)
        return all_of(ahead, most=most)

    def next(self) -> Found | None:
        """Return the next item; None at the end."""
        self.keys += 1
        return next(self._left, None)

    def next_from(self, key: str) -> tuple[Found | None, bool]:
        """Return the next item that does not stand before a key, and whether the reading went there anew."""
        for passed, one in enumerate(self._left):
            self.keys += 1
            if one.item is None or passed == _PASSED:
                return self.anew(key), True
            if not _is_before(one.key, key, descending=self._descending):
                return one, False
        return None, False

    def anew(self, key: str) -> Found | None:
        """Begin to read at a key, and return the first item."""
        self._left = self._from(_behind(self._ranges, key))
        return self.next()


def _common(readings: Sequence[_Reading], *, descending: bool) -> Iterator[Found]:
    """Yield what all readings have. After many keys in vain they stop, as one of a range does."""
    times_anew = 0
    at = [reading.next() for reading in readings]
    while all(one is not None for one in at):
        there = [one for one in at if one is not None]
        by_place = sorted((one.key for one in there), reverse=descending)
        nearest, furthest = by_place[0], by_place[-1]
        is_common = nearest == furthest and all(one.item is not None for one in there)
        if is_common:
            yield there[0]
        if times_anew > _TIMES_ANEW or sum(reading.keys for reading in readings) > _MOST_READ:
            yield Found(nearest, None)
            return
        for n, one in enumerate(there):
            if one.item is None:
                at[n], is_anew = readings[n].anew(furthest), True
            elif one.key != furthest:
                at[n], is_anew = readings[n].next_from(furthest)
            elif is_common:
                at[n], is_anew = readings[n].next(), False
            else:
                continue
            times_anew += is_anew


def _is_before(key: str, other: str, *, descending: bool) -> bool:
    return key > other if descending else key < other


def _behind(ranges: Sequence[KeyRange], key: str) -> list[KeyRange]:
    return [left for one in ranges if (left := one.behind(key)) is not None]


@dataclass(frozen=True)
class Candidates:
    """The items of a range, which are keys alone, that are worth loading."""

    of: KeyRange
    is_candidate: Callable[[Found], bool]

    @property
    def descending(self) -> bool:
        """Whether the greatest key comes first."""
        return self.of.descending

    def behind(self, key: str) -> Candidates | None:
        """Return what is left from this key on, itself included; None if nothing is."""
        left = self.of.behind(key)
        return None if left is None else replace(self, of=left)

    def read(self, table: Table, *, first: int) -> Iterator[Found]:
        """Yield the items, and where the reading of the range stopped."""
        found = key_ranges.read(table, self.of, first=first, largest=MOST_KEYS)
        return (one for one in found if one.item is None or self.is_candidate(one))


@dataclass(frozen=True)
class KnownItems:
    """Items that were read already, in the order of their keys."""

    items: Sequence[Found]
    descending: bool

    @classmethod
    def of(cls, items: Iterable[Found], *, prefix: str, descending: bool) -> KnownItems:
        """Return those of some items whose keys begin with a text, in order."""
        within = (one for one in items if one.key.startswith(prefix))
        in_order = sorted(within, key=attrgetter("key"), reverse=descending)
        return cls(in_order, descending=descending)

    def behind(self, key: str) -> KnownItems | None:
        """Return what is left from this key on, itself included; None if nothing is."""
        left = [one for one in self.items if not _is_before(one.key, key, descending=self.descending)]
        return replace(self, items=left) if left else None

    def read(self, table: Table, *, first: int) -> Iterator[Found]:  # noqa: ARG002 - nothing is to be read
        """Yield the items."""
        return iter(self.items)
