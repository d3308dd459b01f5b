"""The items that keep a license's seats between them, and reading all of them at once (decision 0086).

The first part is the license's own item, the only one of a small license. Only sums over the parts mean
anything: a seat that was taken from one part may be given back to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pynamodb.attributes import NumberAttribute

from usher.lazy_dataclasses import dataclass
from usher.store import keys
from usher.store.keys import license_parts as part_keys
from usher.store.snapshots import read_snapshot
from usher.store.table import BatchResult, Ref, Row, Table

SeatCount = Literal["assigned", "sublicensed", "available"]
SEAT_COUNTS: Sequence[SeatCount] = ("assigned", "sublicensed", "available")
Item = Mapping[str, Any]


class SeatsRow(Row):
    """Base of the rows that keep seats. `available` is stored, since a condition cannot subtract."""

    assigned = NumberAttribute()
    sublicensed = NumberAttribute()
    available = NumberAttribute()


class LicensePartRow(SeatsRow):
    """`ORG#o`, `LICENSE#l#PART#n`: a part of a license's seats beside those in the license's own item."""


def part_ref(organization: str, license_id: str, part: int) -> Ref[LicensePartRow]:
    """Return the reference to a part's item; that of the first one is the license's own."""
    return Ref(LicensePartRow, keys.organization(organization), part_keys.part(license_id, part))


def parts_in(item: Item) -> int:
    """Return in how many parts the seats of the license in this item are."""
    return int(item["parts"]["N"]) if "parts" in item else 1


@dataclass(frozen=True)
class Pool:
    """A license's own item and those of its other parts, in order, in DynamoDB's own form."""

    item: Item
    others: Sequence[Item] = ()

    def counts(self, of: SeatCount) -> list[int]:
        """Return how many seats each part has of a kind."""
        return [int(part[of]["N"]) for part in (self.item, *self.others)]

    @property
    def total(self) -> int:
        """How many seats there are altogether."""
        return int(self.item["total"]["N"])

    @property
    def summed(self) -> Item:
        """The license's item with the sums of all parts."""
        return {**self.item, **{of: {"N": str(sum(self.counts(of)))} for of in SEAT_COUNTS}}


def read_pool(table: Table, organization: str, license_id: str) -> Pool | None:
    """Read a license with its parts, each strongly consistent: one call."""
    between = Row.sk.between(keys.license(license_id), part_keys.last_part(license_id))
    return next(pools_of(table.query_raw(keys.organization(organization), between)), None)


def pools_in(table: Table, organization: str) -> Iterator[Pool]:
    """Yield an organization's licenses with their parts: one query."""
    licenses = Row.sk.startswith(keys.LICENSE_PREFIX)
    return pools_of(table.query_raw(keys.organization(organization), licenses))


def pools_of(items: Iterable[Item]) -> Iterator[Pool]:
    """Yield the licenses among items in the order of their keys, each with its parts."""
    gathered: list[Item] = []
    for item in items:
        if gathered and not part_keys.is_part(item["sk"]["S"]):
            yield _pool(gathered)
            gathered = []
        gathered.append(item)
    if gathered:
        yield _pool(gathered)


def _pool(items: Sequence[Item]) -> Pool:
    return Pool(items[0], items[1:])


def pool_at_once(table: Table, organization: str, license_id: str, *, parts: int) -> Pool | None:
    """Read a license with so many parts as they were at one moment; None if it has got more: one call.

    Raises:
        BusyError: the parts were being written all the time.
    """
    refs = [part_ref(organization, license_id, part) for part in range(parts)]
    license_, *others = read_snapshot(table, refs)
    there = [item for item in others if item is not None]
    return None if license_ is None or parts_in(license_) != parts else Pool(license_, there)


def pools_at(table: Table, found: BatchResult, refs: Sequence[Ref[Any]]) -> list[Pool | None]:
    """Return the licenses at references among a batch of reads, with their parts.

    No call where each license keeps its seats in its own item, else one for each hundred other parts.
    """
    items = [found.item(ref) for ref in refs]
    others = [[] if item is None else other_refs(item) for item in items]
    parts = table.get_many([ref for some in others for ref in some if found.item(ref) is None])
    return [
        None
        if item is None
        else Pool(item, [part for ref in some if (part := found.item(ref) or parts.item(ref)) is not None])
        for item, some in zip(items, others, strict=True)
    ]


def other_refs(item: Item) -> list[Ref[LicensePartRow]]:
    """Return the references to the parts beside the license in this item."""
    organization, license_id = item["organization"]["S"], item["id"]["S"]
    return [part_ref(organization, license_id, part) for part in range(1, parts_in(item))]
