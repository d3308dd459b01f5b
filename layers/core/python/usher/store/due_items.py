"""Due items, read from the sparse `due` index, so that the cost depends on how many are due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from usher.domain.accesses import Access
from usher.domain.digests import Digest
from usher.domain.enrollment.codes import Code
from usher.domain.invites import Invite
from usher.domain.license_extensions import LicenseExtension
from usher.domain.licenses import License
from usher.store import keys
from usher.store.accesses import AccessRow, access_of
from usher.store.digests import DigestRow, digest_of
from usher.store.enrollment.codes import CodeRow, code_of
from usher.store.invites import InviteRow, invite_of
from usher.store.keys import codes as code_keys
from usher.store.license_extensions import ExtensionRow, extension_of
from usher.store.licenses import LicenseRow, of_own_item
from usher.store.table import Table, due_key

Due = Invite | Access | Code | License | LicenseExtension | Digest

SHARDS = range(keys.DUE_SHARDS)

_READERS: Mapping[type[Due], Callable[[dict[str, Any]], Due]] = {
    Invite: lambda item: invite_of(InviteRow.from_raw_data(item)),
    Code: lambda item: code_of(CodeRow.from_raw_data(item)),
    License: lambda item: of_own_item(LicenseRow.from_raw_data(item)),
    Digest: lambda item: digest_of(DigestRow.from_raw_data(item)),
    LicenseExtension: lambda item: extension_of(ExtensionRow.from_raw_data(item)),
    Access: lambda item: access_of(AccessRow.from_raw_data(item)),
}


def due(
    table: Table,
    *,
    until: datetime,
    shards: Iterable[int] = SHARDS,
    kinds: Collection[type[Due]] = _READERS.keys(),
) -> Iterator[Due]:
    """Yield the items of these kinds that are due by `until`, earliest first in each shard.

    Items of other kinds are passed over at the cost of reading them. Eventually consistent.
    """
    for shard in shards:
        for item in table.query_raw(
            keys.due_partition(shard), due_key() < keys.due_until(until), index="due"
        ):
            if (kind := _kind_of(item)) in kinds:
                yield _READERS[kind](item)


def _kind_of(item: dict[str, Any]) -> type[Due]:
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
        for shard in range(keys.DUE_SHARDS)
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
        for shard in range(keys.DUE_SHARDS)
    )
    return min((due_at for due_at in firsts if due_at is not None), default=None)
