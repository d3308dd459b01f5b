"""Scheduled accesses that are due to start, by the lanes of the `due` index's shards (decision 96)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from usher.domain.accesses import Access, AccessState
from usher.domain.start_checks import LANES
from usher.store import due_index, keys
from usher.store.accesses import AccessRow, access_of, due_identity
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


def due(
    table: Table, shard: int, *, until: datetime, read: Callable[[Item], Access | None] = read
) -> Iterator[Access]:
    """Yield the accesses in a shard that start by `until` and end later, earliest first.

    One query a page of the shard, and one call for each hundred items. Of others only keys are read. Items
    for which `read` returns None are left out.
    """
    found = (
        one
        for one in due_index.keys_in(table, keys.due_partition(shard), until=until)
        if one["sk"]["S"].startswith(keys.ACCESS_PREFIX)
    )
    for item in due_index.items_at(table, found):
        access = read(item)
        if access is not None and access.state is AccessState.SCHEDULED and access.ends_at > until:
            yield access
