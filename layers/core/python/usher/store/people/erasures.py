"""Orders to erase a learner. An order has the address until the erasure is complete."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from usher.domain.erasures import Erasure
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, put


class ErasureRow(Row):
    """`ORG#o`, `ERASURE#id`; the address is removed last."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    ordered_at = InstantAttribute()
    ordered_by = UnicodeAttribute()
    done_at = InstantAttribute(null=True)
    failed_at = InstantAttribute(null=True)


def ref(organization: str, erasure: str) -> Ref[ErasureRow]:
    """Return the reference to the order's item."""
    return Ref(ErasureRow, keys.organization(organization), keys.erasure(erasure))


def erasure_of(row: ErasureRow) -> Erasure:
    """Read an order."""
    return Erasure(
        id=row.id,
        organization=row.organization,
        email=row.email or "",
        ordered_at=row.ordered_at,
        ordered_by=row.ordered_by,
        done_at=row.done_at,
        failed_at=row.failed_at,
    )


def create(erasure: Erasure) -> Write:
    """Write a new order."""
    return put(_row(erasure), condition=ErasureRow.pk.does_not_exist())


def end(erasure: Erasure) -> Write:
    """Write that the erasure is complete or has failed, if it was not complete."""
    return put(_row(erasure), condition=ErasureRow.done_at.does_not_exist() & ErasureRow.pk.exists())


def listed(table: Table, organization: str, *, limit: int, cursor: str | None) -> Page[ErasureRow]:
    """List an organization's orders, newest first."""
    return table.query(
        ErasureRow,
        keys.organization(organization),
        ErasureRow.sk.startswith(keys.ERASURE_PREFIX),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def get(table: Table, organization: str, erasure: str) -> Erasure | None:
    """Read an order: one call."""
    row = table.get(ref(organization, erasure))
    return None if row is None else erasure_of(row)


def _row(erasure: Erasure) -> ErasureRow:
    at = ref(erasure.organization, erasure.id)
    return ErasureRow(
        at.pk,
        at.sk,
        id=erasure.id,
        organization=erasure.organization,
        email=erasure.email or None,
        ordered_at=erasure.ordered_at,
        ordered_by=erasure.ordered_by,
        done_at=erasure.done_at,
        failed_at=erasure.failed_at,
    )
