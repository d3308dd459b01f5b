"""Due items, read from the sparse `due` index, so that the cost depends on how many are due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from usher.domain.accesses import Access
from usher.domain.digests import Digest
from usher.domain.enrollment.codes import Code
from usher.domain.invites import Invite
from usher.domain.license_extensions import LicenseExtension
from usher.domain.licenses import License
from usher.store import due_index, keys
from usher.store.accesses import AccessRow, access_of
from usher.store.digests import DigestRow, digest_of
from usher.store.due_index import DueKeys
from usher.store.enrollment.codes import CodeRow, code_of
from usher.store.invites import InviteRow, invite_of
from usher.store.keys import codes as code_keys
from usher.store.keys import due_shards
from usher.store.license_extensions import ExtensionRow, extension_of
from usher.store.licenses import LicenseRow, of_own_item
from usher.store.table import Table, due_key

Due = Invite | Access | Code | License | LicenseExtension | Digest

Item = Mapping[str, Any]
"""A due item in DynamoDB's own form."""

_READERS: Mapping[type[Due], Callable[[Mapping[str, Any]], Due]] = {
    Invite: lambda item: invite_of(InviteRow.from_raw_data(item)),
    Code: lambda item: code_of(CodeRow.from_raw_data(item)),
    License: lambda item: of_own_item(LicenseRow.from_raw_data(item)),
    Digest: lambda item: digest_of(DigestRow.from_raw_data(item)),
    LicenseExtension: lambda item: extension_of(ExtensionRow.from_raw_data(item)),
    Access: lambda item: access_of(AccessRow.from_raw_data(item)),
}


def read(item: Item) -> Due:
    """Read a due item; one that another version wrote may raise whatever its reader raises."""
    return _READERS[_kind_of(item)](item)


def due(
    table: Table,
    *,
    until: datetime,
    shards: Iterable[int] | None = None,
    kinds: Collection[type[Due]] = _READERS.keys(),
    read: Callable[[Item], Due | None] = read,
    next_key: due_index.NextKey = due_index.next_key,
) -> Iterator[Due]:
    """Yield the items of these kinds that are due by `until`, earliest first in each shard.

    One query a page of each shard, and one call for each hundred items. Of other kinds only keys are read.
    Items for which `read` returns None are left out, and so is what is left of a shard for which `next_key`
    does.
    """
    found = (
        one
        for shard in (due_shards.all_of_them() if shards is None else shards)
        for one in due_index.keys_of_shard(
            shard, due_index.keys_in(table, keys.due_partition(shard), until=until), next_key
        )
        if _kind_of(one) in kinds
    )
    return items_of(table, found, read=read)


def first_keys(table: Table, shard: int, *, until: datetime, limit: int) -> tuple[list[DueKeys], bool]:
    """Return the keys of what is due first in a shard, and whether more is: one query a page."""
    found = due_index.keys_in(table, keys.due_partition(shard), until=until)
    return list(islice(found, limit)), next(found, None) is not None


def items_of(
    table: Table, found: Iterable[DueKeys], *, read: Callable[[Item], Due | None] = read
) -> Iterator[Due]:
    """Yield the due items of these keys but for those that `read` leaves out: one call for each hundred."""
    items = due_index.items_at(table, found)
    return (one for item in items if (one := read(item)) is not None)


def _kind_of(item: Item) -> type[Due]:
    sort_key = item["sk"]["S"]
    if item["pk"]["S"].startswith(keys.INVITE_PARTITION):
        return Invite
    if item["pk"]["S"].startswith(code_keys.CODE_PARTITION):
        return Code
    if sort_key.startswith(keys.LICENSE_PREFIX):
        return License
    if sort_key.startswith(keys.DIGEST_PREFIX):
        return Digest
    if sort_key.startswith(keys.EXTENSION_PREFIX):
        return LicenseExtension
    return Access


def next_due(table: Table, *, after: datetime) -> datetime | None:
    """Return the earliest instant later than `after` at which an item is due; None if there is none."""
    firsts = (
        table.first_raw(keys.due_partition(shard), due_key() > keys.due_until(after), index="due")
        for shard in due_shards.all_of_them()
    )
    return min((keys.due_at(item["due_sk"]["S"]) for item in firsts if item), default=None)


def next_digest(table: Table, *, after: datetime) -> datetime | None:
    """Return the earliest instant later than `after` at which a digest is due; None if there is none.

    It reads past all that is due before the digest: time travel asks for it, and nothing in AWS.
    """
    firsts = (
        next(
            (
                keys.due_at(item["due_sk"]["S"])
                for item in table.query_raw(
                    keys.due_partition(shard), due_key() > keys.due_until(after), index="due"
                )
                if item["sk"]["S"].startswith(keys.DIGEST_PREFIX)
            ),
            None,
        )
        for shard in due_shards.all_of_them()
    )
    return min((due_at for due_at in firsts if due_at is not None), default=None)
