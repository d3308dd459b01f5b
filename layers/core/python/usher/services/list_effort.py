"""How much a list with filters reads beforehand, where its order is not that of what the filters let pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, islice
from math import inf, isqrt, prod
from operator import attrgetter
from typing import Generic, TypeVar

from usher.lazy_dataclasses import dataclass
from usher.store import key_sources
from usher.store.key_ranges import Found, KeyRange, table_key_of
from usher.store.key_sources import CommonKeys
from usher.store.table import BATCH_GET, Table

T = TypeVar("T")

_ENTRIES_PER_UNIT = 50
"""How many entries of the directory a read unit reads."""

_ITEMS_PER_UNIT = 1
"""How many items a read unit reads, which are loaded one by one."""

_KEYS_PER_UNIT = 40
"""How many pointers a read unit reads."""

_PAGES_AS_THEY_STAND = 2
"""How many pages of what a search finds are loaded before it is looked up what it has found already."""

MOST_KEYS_KNOWN = 100_000
"""The most keys of what passes that are known while a directory has none of them: some 20 MB."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much a page reads to know what its filters let pass.

    Attributes:
        items: up to how many items that pass are read and sorted.
        keys: up to how many keys of what passes a filter are read.
        total: how many items there are altogether; 0 if nothing is read of filters that let more pass.
    """

    items: int
    keys: int
    total: int = 0

    def in_vain(self, *expected: int) -> int:
        """Return how many items cost what the keys of filters cost that let more pass than `keys`.

        As many may be loaded in vain in their place. Of each filter it is expected how many pass it, as
        figures say: 0 if they do not.
        """
        return sum(max(one, self.keys) for one in expected) * _ITEMS_PER_UNIT // _KEYS_PER_UNIT

    def of_all_keys(self) -> Effort:
        """Return the effort that reads the keys of each filter, as far as they can be known."""
        return replace(self, keys=MOST_KEYS_KNOWN)


FOR_A_SEARCH = Effort(items=BATCH_GET, keys=key_sources.FIRST_KEYS)
"""For a search, which finds few in the directory itself."""


def effort_for(total: int, *, limit: int) -> Effort:
    """Return the effort for a page of an order by address or name, of `total` items.

    Of T items of which a filter lets P pass, the directory has a page among `limit` * T / P entries. As long
    as the P cost less than these entries do, they are read and sorted; as long as their keys cost less than
    loading what stands there, they are read, and the rest is not loaded.
    """
    among = limit * max(0, total)
    items = max(BATCH_GET, isqrt(among // _ENTRIES_PER_UNIT))
    return Effort(items=items, keys=max(items, isqrt(among * _KEYS_PER_UNIT)), total=max(0, total))


@dataclass(frozen=True, kw_only=True)
class KeyFilter:
    """What a filter lets pass, by keys of items, such as ids.

    Attributes:
        ranges: whose keys these are.
        expected: how many are expected to pass, as figures say; 0 if they do not.
    """

    ranges: Sequence[KeyRange]
    expected: int = 0

    def keys(self, table: Table, *, most: int) -> frozenset[str] | None:
        """Read all keys; None if there are more than `most`."""
        return keys_in(table, self.ranges, most=most)


def keys_that_pass(table: Table, filters: Sequence[KeyFilter], *, effort: Effort) -> frozenset[str] | None:
    """Return keys that have all that pass the filters among them; None if too many do."""
    common: frozenset[str] | None = None
    more: list[int] = []
    for one in sorted(filters, key=attrgetter("expected")):
        found = None
        if one.expected <= effort.keys:
            found = one.keys(table, most=effort.keys)
        if found is None:
            more.append(max(one.expected, effort.keys))
            continue
        common = found if common is None else common & found
        if len(common) <= BATCH_GET:
            return common
    if len(more) == len(filters) > 1 and _expected_in_common(more, effort.total) < effort.keys:
        unions = [one.ranges for one in filters]
        in_all = key_sources.all_of(CommonKeys(unions).read(table, first=0), most=effort.keys)
        common = None if in_all is None else frozenset(one.key for one in in_all)
    return common


def keys_in(table: Table, ranges: Sequence[KeyRange], *, most: int) -> frozenset[str] | None:
    """Return all keys in ranges of items that are keys alone; None if there are more than `most`."""
    every = chain.from_iterable(key_sources.every_key_of(table, one) for one in ranges)
    keys = [one.key for one in islice(every, most + 1)]
    return None if len(keys) > most else frozenset(keys)


def _expected_in_common(expected: Sequence[int], total: int) -> float:
    """Return how many items pass several filters if one says nothing of the other; with no total, any."""
    return total * prod(one / total for one in expected) if total else inf


class LateLookup(Generic[T]):
    """What passes filters, where it is not known beforehand, since that many do.

    What stands in the directory is loaded as it is, then. What does not pass may stand together, so that this
    can be many in vain: after as many as it costs to know what passes, that is looked up, and only what may
    pass is loaded from there on.
    """

    def __init__(self, look_up: Callable[[], T | None], *, after: int) -> None:
        """Say how it is looked up, with None where it is too much to know, and after how many entries."""
        self._look_up = look_up
        self._left = after
        self._passing: T | None = None

    def lets_pass(
        self, entry: Found, *, is_new: Callable[[Found], bool], may_pass: Callable[[T], bool]
    ) -> bool:
        """Return whether an entry is to be loaded: a new one that may pass, as far as that is known.

        What is not new is not loaded, and so not counted.
        """
        if self._passing is not None:
            return may_pass(self._passing) and is_new(entry)
        if not is_new(entry):
            return False
        self._left -= 1
        if self._left == 0:
            self._passing = self._look_up()
        return self._passing is None or may_pass(self._passing)


class FoundEarlier:
    """What the earlier fields of a search find, which has listed it when it comes to a later field.

    Entries of the later field are loaded as they stand, at first. Of more than a full page needs, as many
    keys of the earlier fields are read as cost what is loaded, until all are known: so a search costs at most
    twice what it costs to load what is new, or to read these keys.
    """

    def __init__(self, table: Table, ranges: Sequence[KeyRange], *, limit: int) -> None:
        """Say which ranges of keys the earlier fields have, and how many items a page has."""
        self._keys = chain.from_iterable(key_sources.every_key_of(table, one) for one in ranges)
        self._as_they_stand = _PAGES_AS_THEY_STAND * limit
        self._known: set[tuple[str, str]] = set()

    def is_new(self, entry: Found) -> bool:
        """Return whether an entry is to be loaded, since no earlier field is known to have found its item."""
        key = table_key_of(entry)
        if key in self._known:
            return False
        self._as_they_stand -= 1
        if self._as_they_stand < 0 and len(self._known) < MOST_KEYS_KNOWN:
            self._known.update(table_key_of(one) for one in islice(self._keys, _ENTRIES_PER_UNIT))
        return key not in self._known
