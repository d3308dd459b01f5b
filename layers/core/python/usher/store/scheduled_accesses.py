"""Scheduled accesses that are due to start, by the lanes of the `due` index's shards (decision 96)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from usher.domain.accesses import Access, AccessState
from usher.domain.start_checks import LANES
from usher.store import due_index, keys
from usher.store.accesses import AccessRow, access_of, due_identity
from usher.store.due_index import DueKeys
from usher.store.keys import due_shards
from usher.store.table import Table

Item = Mapping[str, Any]
"""An access's item in DynamoDB's own form."""


def lane_of(email: str, license_id: str) -> int:
    """Return the lane in which an access starts: that of its shard."""
    return due_shards.shard_of(due_identity(email, license_id)) % LANES


def shards_of(lane: int) -> range:
    """Return the shards of a lane; none where there are fewer shards than lanes, and it is one too many."""
    return due_shards.all_of_them()[lane::LANES]


def read(item: Item) -> Access:
    """Read an access; one that another version wrote may raise whatever its reader raises."""
    return access_of(AccessRow.from_raw_data(dict(item)))


def due_keys(table: Table, shard: int, *, until: datetime) -> Iterator[DueKeys]:
    """Yield the keys of the accesses in a shard that are due by `until`, earliest first: one query a page."""
    found = due_index.keys_in(table, keys.due_partition(shard), until=until)
    return (one for one in found if one["sk"]["S"].startswith(keys.ACCESS_PREFIX))


def starting(
    table: Table, found: Iterable[DueKeys], *, until: datetime, read: Callable[[Item], Access | None] = read
) -> Iterator[Access]:
    """Yield the accesses of these keys that start by `until` and end later: one call for each hundred.

    Those for which `read` returns None are left out.
    """
    for item in due_index.items_at(table, found):
        access = read(item)
        if access is not None and access.state is AccessState.SCHEDULED and access.ends_at > until:
            yield access
