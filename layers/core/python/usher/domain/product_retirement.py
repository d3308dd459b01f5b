"""Product retirement: from its date no license of the product is granted; those granted before stay valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from usher.domain.errors import InvalidError, RefusedError
from usher.domain.licenses import Product
from usher.lazy_dataclasses import dataclass


class ProductRetiredError(RefusedError):
    """The product is retired, so that no license of it can be granted."""

    code = "product_retired"
    title = "The product is retired"
    fields = ("product",)
    next_action = "Grant a license of another product, or take the retirement back."


class BadRetirementError(InvalidError):
    """The date of the retirement does not lie ahead."""

    code = "bad_retirement"
    title = "Not a usable moment to retire a product"
    fields = ("retires_on",)
    next_action = "Name a date that lies ahead."


@dataclass(frozen=True, kw_only=True)
class CatalogProduct:
    """A product in the operators' catalog. `retires_at` is None for one that is not to be retired."""

    product: Product
    retires_at: datetime | None = None

    def require_offered(self, now: datetime) -> None:
        """Raise ProductRetiredError once the product is retired."""
        if self.retires_at is not None and now >= self.retires_at:
            raise ProductRetiredError(f"{self.product.name} is retired.")

    def changed(self, *, name: str | None, url: str | None) -> CatalogProduct:
        """Return the product with another name or address; None leaves one as it is."""
        before = self.product
        product = replace(
            before, name=before.name if name is None else name, url=before.url if url is None else url
        )
        return replace(self, product=product)

    def retiring(self, at: datetime, *, now: datetime) -> CatalogProduct:
        """Return the product with `at` as the date of its retirement, or raise BadRetirementError."""
        if at <= now:
            raise BadRetirementError("A product is retired at a moment that lies ahead.")
        return replace(self, retires_at=at)

    def staying(self) -> CatalogProduct:
        """Return the product without a date of retirement."""
        return replace(self, retires_at=None)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """An organization that holds licenses of a product.

    Attributes:
        announced: the date of retirement last announced to its managers; None if none is.
    """

    product: str
    organization: str
    licenses: frozenset[str]
    announced: datetime | None = None
