"""The present names and addresses of products that changed after licenses of them were granted.

What was offered or given holds a copy of its license's terms, with the product as it was called then. An
organization keeps how its products are called now, so that whoever reads it can say so (decision 0055).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from usher.domain.licenses import LicenseTerms, Product
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProductDetails:
    """What operators change about a product: its name and its address, empty if it has none."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ChangedProducts:
    """An organization's products that changed, by id, with what holds now."""

    by_id: Mapping[str, ProductDetails] = field(default_factory=dict)

    def name(self, product: str, *, otherwise: str) -> str:
        """Return the product's present name; `otherwise` for one that never changed."""
        found = self.by_id.get(product)
        return otherwise if found is None else found.name

    def product(self, copied: Product) -> Product:
        """Return a copy of a product with what holds now."""
        found = self.by_id.get(copied.id)
        return copied if found is None else replace(copied, name=found.name, url=found.url)

    def terms(self, copied: LicenseTerms) -> LicenseTerms:
        """Return copied terms with the product as it is now."""
        return replace(copied, product=self.product(copied.product)) if self.by_id else copied

    def has(self, product: Product) -> bool:
        """Return whether the product is among these as it is now."""
        return self.by_id.get(product.id) == ProductDetails(name=product.name, url=product.url)

    def including(self, product: Product) -> ChangedProducts:
        """Return these with one more that changed, or that changed again."""
        details = ProductDetails(name=product.name, url=product.url)
        return ChangedProducts(by_id={**self.by_id, product.id: details})
