"""Reading the `due` index, which has the keys of what is due, and then the items themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from usher.store import keys
from usher.store.table import BATCH_GET, Ref, Row, Table, due_key

DueKeys = Mapping[str, Any]
"""The keys of an item in the table and in the index, in DynamoDB's own form."""

NextKey = Callable[[int, Iterator[DueKeys]], DueKeys | None]
"""Returns the next of a shard's keys; None at its end, or where what is left is left out."""


def keys_in(table: Table, shard: str, *, until: datetime | None = None) -> Iterator[DueKeys]:
    """Yield the keys of what is due by `until`, or of all, earliest first; eventually consistent."""
    condition = None if until is None else due_key() < keys.due_until(until)
    return table.query_raw(shard, condition, index="due")


def next_key(shard: int, found: Iterator[DueKeys]) -> DueKeys | None:  # noqa: ARG001 - others tell by it what failed
    """Return the next keys of a shard; None at its end."""
    return next(found, None)


def keys_of_shard(shard: int, found: Iterator[DueKeys], next_key: NextKey) -> Iterator[DueKeys]:
    """Yield the keys of a shard until `next_key` returns None, as where the rest cannot be read."""
    return iter(partial(next_key, shard, found), None)


def items_at(table: Table, found: Iterable[DueKeys]) -> Iterator[Mapping[str, Any]]:
    """Yield the items that are still due at what the index says, in its order: one call for each hundred.

    One that has changed since is passed over: it is done, or due at another time.
    """
    left = iter(found)
    while some := list(islice(left, BATCH_GET)):
        refs = [Ref(Row, one["pk"]["S"], one["sk"]["S"]) for one in some]
        read = table.get_many(refs)
        for one, at in zip(some, refs, strict=True):
            item = read.item(at)
            if item is not None and item.get("due_sk") == one["due_sk"]:
                yield item
