"""What an organization's products are called that changed after licenses of them were granted."""

from __future__ import annotations

import json
from dataclasses import asdict

from pynamodb.attributes import UnicodeAttribute

from usher.domain.changed_products import ChangedProducts, ProductDetails
from usher.domain.organizations import Organization
from usher.store import keys
from usher.store.table import Row
from usher.store.transaction import Write, update


class _ProductsRow(Row):
    """An organization's products that changed, without its version, since its managers edited nothing."""

    products = UnicodeAttribute()


def show_products(organization: Organization, products: ChangedProducts) -> Write:
    """Write what the products that changed are called now, if nobody else wrote that since it was read."""
    known = organization.products
    as_read = (
        _ProductsRow.products == text_of(known) if known.by_id else _ProductsRow.products.does_not_exist()
    )
    return update(
        _ProductsRow(keys.organization(organization.id), keys.ORGANIZATION),
        _ProductsRow.products.set(text_of(products)),
        condition=_ProductsRow.pk.exists() & as_read,
    )


def products_of(text: str | None) -> ChangedProducts:
    """Read the products that changed from the organization's item."""
    if text is None:
        return ChangedProducts()
    by_id = {id_: ProductDetails(**details) for id_, details in json.loads(text).items()}
    return ChangedProducts(by_id=by_id)


def text_of(products: ChangedProducts) -> str:
    """Return the products that changed as the organization's item has them."""
    return json.dumps({id_: asdict(details) for id_, details in products.by_id.items()}, sort_keys=True)
