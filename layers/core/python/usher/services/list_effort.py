"""How much a list with filters reads beforehand, where its order is not that of what the filters let pass."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import inf, isqrt, prod
from operator import itemgetter

from usher.lazy_dataclasses import dataclass
from usher.store import key_sources
from usher.store.key_ranges import KeyRange
from usher.store.key_sources import CommonKeys
from usher.store.table import BATCH_GET, Table

_ENTRIES_PER_UNIT = 50
"""How many entries of the directory a read unit reads; an item is a unit."""

_KEYS_PER_UNIT = 40
"""How many pointers a read unit reads."""


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

    @property
    def in_vain(self) -> int:
        """How many items cost what the keys cost, so that as many may be loaded in vain in their place."""
        return self.keys // _KEYS_PER_UNIT


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


def keys_that_pass(
    table: Table, unions: Sequence[Sequence[KeyRange]], expected: Sequence[int], *, effort: Effort
) -> frozenset[str] | None:
    """Return keys of items, such as ids, that have all that pass filters among them; None if too many do.

    Of each filter there is a union of ranges, whose keys are what is returned, and how many are expected to
    pass it, as figures say: 0 if they do not.
    """
    common: frozenset[str] | None = None
    more: list[int] = []
    for ranges, many in sorted(zip(unions, expected, strict=True), key=itemgetter(1)):
        found = None
        if many <= effort.keys:
            every = chain.from_iterable(key_sources.keys_of(table, one) for one in ranges)
            found = key_sources.all_of(every, most=effort.keys)
        if found is None:
            more.append(max(many, effort.keys))
            continue
        keys = frozenset(one.key for one in found)
        common = keys if common is None else common & keys
        if len(common) <= BATCH_GET:
            return common
    if len(more) == len(unions) > 1 and _expected_in_common(more, effort.total) < effort.keys:
        found = key_sources.all_of(CommonKeys(unions).read(table, first=0), most=effort.keys)
        common = None if found is None else frozenset(one.key for one in found)
    return common


def _expected_in_common(expected: Sequence[int], total: int) -> float:
    """Return how many items pass several filters if one says nothing of the other; with no total, any."""
    return total * prod(one / total for one in expected) if total else inf
