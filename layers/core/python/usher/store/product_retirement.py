"""Holders of a product's licenses, and the retirement that was announced to each.

Holders are in the product's own partition, to be read strongly consistent: of a grant that writes a holder
and then reads the product, and a retirement that writes the product and then reads holders, at least one
sees the other's write.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.product_retirement import CatalogProduct, Holder
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.changes import changes
from usher.store.key_ranges import Found, refs_of
from usher.store.licenses import ProductRow, product_of, product_ref, product_row
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, check, update


class HolderRow(Row):
    """`PRODUCT#p`, `HOLDER#o`: an organization with licenses of the product."""

    product = UnicodeAttribute()
    organization = UnicodeAttribute()
    licenses = UnicodeSetAttribute()
    announced = InstantAttribute(attr_name="told", null=True)


def ref(product: str, organization: str) -> Ref[HolderRow]:
    """Return the reference to the holder's item."""
    return Ref(HolderRow, keys.product(product), keys.holder(organization))


def holder_of(row: HolderRow) -> Holder:
    """Read a holder."""
    return Holder(
        product=row.product,
        organization=row.organization,
        licenses=frozenset(row.licenses),
        announced=row.announced,
    )


def catalog_product_of(row: ProductRow) -> CatalogProduct:
    """Read a product of the catalog."""
    return CatalogProduct(product=product_of(row), retires_at=row.retires_at)


def whole(found: Sequence[Found]) -> list[CatalogProduct | None]:
    """Read products that were found in the table itself."""
    items = (one.item for one in found)
    return [None if item is None else catalog_product_of(ProductRow.from_raw_data(item)) for item in items]


def in_directory(table: Table, found: Sequence[Found]) -> list[CatalogProduct | None]:
    """Read products that were found by name: one call for each hundred."""
    refs = refs_of(ProductRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else catalog_product_of(row) for at in refs]


def get(table: Table, product: str) -> CatalogProduct | None:
    """Read a product of the catalog: one call."""
    row = table.get(product_ref(product))
    return None if row is None else catalog_product_of(row)


def record_holder(table: Table, product: str, organization: str, *, license_id: str) -> None:
    """Write that the organization has this license of the product: one call."""
    table.update(
        ref(product, organization),
        HolderRow.product.set(product),
        HolderRow.organization.set(organization),
        HolderRow.licenses.add({license_id}),
        condition=HolderRow.pk.does_not_exist() | ~HolderRow.licenses.contains(license_id),
    )


def holders(table: Table, product: str, *, limit: int, cursor: str | None) -> Page[HolderRow]:
    """List the holders of the product; strongly consistent."""
    return table.query(
        HolderRow,
        keys.product(product),
        HolderRow.sk.startswith(keys.HOLDER_PREFIX),
        limit=limit,
        cursor=cursor,
    )


def change(before: CatalogProduct, after: CatalogProduct) -> Write:
    """Write what differs of the product, if it has not changed since it was read."""
    row = _row(before)
    return update(row, *changes(row, _row(after)), condition=_is(before))


def unchanged(product: CatalogProduct) -> Write:
    """Require, without a change, that the product has not changed since it was read."""
    at = product_ref(product.product.id)
    return check(ProductRow(at.pk, at.sk), _is(product))


def record_announcement(holder: Holder, retires_at: datetime | None) -> Write:
    """Write the retirement announced to the holder's managers, if no other was announced since the read."""
    at = ref(holder.product, holder.organization)
    known = (
        HolderRow.announced.does_not_exist()
        if holder.announced is None
        else HolderRow.announced == holder.announced
    )
    return update(
        HolderRow(at.pk, at.sk),
        HolderRow.announced.remove() if retires_at is None else HolderRow.announced.set(retires_at),
        condition=HolderRow.pk.exists() & known,
    )


def _row(of: CatalogProduct) -> ProductRow:
    row = product_row(of.product)
    row.retires_at = of.retires_at
    return row


def _is(product: CatalogProduct) -> Condition:
    url, at = product.product.url, product.retires_at
    condition: Condition = ProductRow.name == product.product.name
    condition &= ProductRow.url == url if url else ProductRow.url.does_not_exist()
    condition &= ProductRow.retires_at == at if at else ProductRow.retires_at.does_not_exist()
    return condition
