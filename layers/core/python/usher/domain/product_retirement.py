"""Products that are to be retired: from a moment on none is sold any more, and what was sold goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from usher.domain.errors import InvalidError, RefusedError
from usher.domain.licenses import Product


class ProductRetiredError(RefusedError):
    """No license of the product can be granted any more."""

    code = "product_retired"
    title = "The product is retired"
    next_action = "Grant a license of another product, or take the retirement back."


class BadRetirementError(InvalidError):
    """A retirement that nobody could be told of beforehand."""

    code = "bad_retirement"
    title = "Not a usable moment to retire a product"
    next_action = "Name a date that lies ahead."


@dataclass(frozen=True, kw_only=True)
class CatalogProduct:
    """A product as operators offer it. `retires_at` is None where it is to stay."""

    product: Product
    retires_at: datetime | None = None

    def require_offered(self, now: datetime) -> None:
        """Raise ProductRetiredError once the product is retired."""
        if self.retires_at is not None and now >= self.retires_at:
            raise ProductRetiredError(f"{self.product.name} is retired.")

    def retiring(self, at: datetime, *, now: datetime) -> CatalogProduct:
        """Return the product as one that is retired then, or raise BadRetirementError."""
        if at <= now:
            raise BadRetirementError("A product is retired at a moment that lies ahead.")
        return replace(self, retires_at=at)

    def staying(self) -> CatalogProduct:
        """Return the product as one that is not to be retired."""
        return replace(self, retires_at=None)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """An organization that was given licenses of a product.

    Attributes:
        told: when the product is retired, as its managers were told last; None where they know of nothing.
    """

    product: str
    organization: str
    licenses: frozenset[str]
    told: datetime | None = None
