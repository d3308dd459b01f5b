"""What is due: read from the sparse `due` index, so that it costs what is due and not what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from usher.domain.accesses import Access
from usher.domain.invites import Invite
from usher.store import keys
from usher.store.accesses import AccessRow, access_of
from usher.store.invites import InviteRow, invite_of
from usher.store.table import Table, due_key

Due = Invite | Access


def due(table: Table, *, until: datetime) -> Iterator[Due]:
    """Yield the invites and accesses due by `until`, earliest first in each shard; eventually consistent."""
    for shard in range(keys.DUE_SHARDS):
        for item in table.query_raw(
            keys.due_partition(shard), due_key() < keys.due_until(until), index="due"
        ):
            if item["pk"]["S"].startswith(keys.INVITE_PARTITION):
                yield invite_of(InviteRow.from_raw_data(item))
            else:
                yield access_of(AccessRow.from_raw_data(item))
