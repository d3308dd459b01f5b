"""Due items, read from the sparse `due` index, so that the cost depends on how many are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

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
from usher.store.licenses import LicenseRow, license_of
from usher.store.table import Table, due_key

Due = Invite | Access | Code | License | LicenseExtension | Digest


def due(table: Table, *, until: datetime) -> Iterator[Due]:
    """Yield the items that are due by `until`, earliest first in each shard; eventually consistent."""
    for shard in range(keys.DUE_SHARDS):
        for item in table.query_raw(
            keys.due_partition(shard), due_key() < keys.due_until(until), index="due"
        ):
            if item["pk"]["S"].startswith(keys.INVITE_PARTITION):
                yield invite_of(InviteRow.from_raw_data(item))
            elif item["pk"]["S"].startswith(code_keys.CODE_PARTITION):
                yield code_of(CodeRow.from_raw_data(item))
            elif item["sk"]["S"].startswith(keys.LICENSE_PREFIX):
                yield license_of(LicenseRow.from_raw_data(item))
            elif item["sk"]["S"].startswith(keys.DIGEST_PREFIX):
                yield digest_of(DigestRow.from_raw_data(item))
            elif item["sk"]["S"].startswith(keys.EXTENSION_PREFIX):
                yield extension_of(ExtensionRow.from_raw_data(item))
            else:
                yield access_of(AccessRow.from_raw_data(item))


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
