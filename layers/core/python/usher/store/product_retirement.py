"""Who holds licenses of a product, and what they were told of its retirement.

Holders stand in a partition of the product's own, to be read strongly consistent: who notes a holder and then
looks at the product, and who retires the product and then looks for holders, cannot both see nothing.
"""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.product_retirement import CatalogProduct, Holder
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.licenses import ProductRow, product_of, product_ref
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, check, update


class HolderRow(Row):
    """`PRODUCT#p`, `HOLDER#o`."""

    product = UnicodeAttribute()
    organization = UnicodeAttribute()
    licenses = UnicodeSetAttribute()
    told = InstantAttribute(null=True)


def ref(product: str, organization: str) -> Ref[HolderRow]:
    """Where the holder stands."""
    return Ref(HolderRow, keys.product(product), keys.holder(organization))


def holder_of(row: HolderRow) -> Holder:
    """Read a holder."""
    return Holder(
        product=row.product,
        organization=row.organization,
        licenses=frozenset(row.licenses),
        told=row.told,
    )


def catalog_product_of(row: ProductRow) -> CatalogProduct:
    """Read a product as operators offer it."""
    return CatalogProduct(product=product_of(row), retires_at=row.retires_at)


def get(table: Table, product: str) -> CatalogProduct | None:
    """Read a product as operators offer it: one call."""
    row = table.get(product_ref(product))
    return None if row is None else catalog_product_of(row)


def note_holder(table: Table, product: str, organization: str, *, license_id: str) -> None:
    """Write that the organization has this license of the product: one call."""
    table.update(
        ref(product, organization),
        HolderRow.product.set(product),
        HolderRow.organization.set(organization),
        HolderRow.licenses.add({license_id}),
        condition=HolderRow.pk.does_not_exist() | ~HolderRow.licenses.contains(license_id),
    )


def holders(table: Table, product: str, *, limit: int, cursor: str | None) -> Page[HolderRow]:
    """List who holds licenses of the product, strongly consistent."""
    return table.query(
        HolderRow,
        keys.product(product),
        HolderRow.sk.startswith(keys.HOLDER_PREFIX),
        limit=limit,
        cursor=cursor,
    )


def change(before: CatalogProduct, after: CatalogProduct) -> Write:
    """Write when the product is retired, if nobody did meanwhile."""
    at = product_ref(before.product.id)
    action = (
        ProductRow.retires_at.remove()
        if after.retires_at is None
        else ProductRow.retires_at.set(after.retires_at)
    )
    return update(ProductRow(at.pk, at.sk), action, condition=_retires_at(before.retires_at))


def unchanged(product: CatalogProduct) -> Write:
    """Let the transaction stand only if the product is still retired then, or still to stay."""
    at = product_ref(product.product.id)
    return check(ProductRow(at.pk, at.sk), _retires_at(product.retires_at))


def tell(holder: Holder, retires_at: datetime | None) -> Write:
    """Write what the holder's managers are told, if nobody told them anything meanwhile."""
    at = ref(holder.product, holder.organization)
    known = HolderRow.told.does_not_exist() if holder.told is None else HolderRow.told == holder.told
    return update(
        HolderRow(at.pk, at.sk),
        HolderRow.told.remove() if retires_at is None else HolderRow.told.set(retires_at),
        condition=HolderRow.pk.exists() & known,
    )


def _retires_at(at: datetime | None) -> Condition:
    condition: Condition = ProductRow.pk.exists()
    condition &= ProductRow.retires_at.does_not_exist() if at is None else ProductRow.retires_at == at
    return condition
