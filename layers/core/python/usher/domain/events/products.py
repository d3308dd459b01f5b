"""Events about products, in the operators' catalog and for organizations that hold a license."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from usher.domain.events.event import EventData
from usher.domain.events.parts import HeldLicense, ProductRef
from usher.domain.licenses import ProductKind


@dataclass(frozen=True, kw_only=True)
class ProductCreated(EventData, type="product.created"):
    """An operator created a product."""

    product: ProductRef
    kind: ProductKind


@dataclass(frozen=True, kw_only=True)
class ProductRetirementSet(EventData, type="product.retirement_set"):
    """An operator set or moved the date on which a product is retired."""

    product: ProductRef
    retires_at: datetime
    previously: datetime | None
    """The date that held before, if any."""


@dataclass(frozen=True, kw_only=True)
class ProductRetirementLifted(EventData, type="product.retirement_lifted"):
    """An operator decided that a product is not retired after all."""

    product: ProductRef
    previously: datetime | None
    """The date that held before."""


@dataclass(frozen=True, kw_only=True)
class ProductRetiring(EventData, type="product.retiring"):
    """An organization with licenses of a product was told that, or when, it is retired."""

    product: ProductRef
    retires_at: datetime
    previously: datetime | None
    """The date that the organization had been told before, if any."""
    held: tuple[HeldLicense, ...]
    """The organization's valid licenses of the product, the first fifty."""
    held_count: int
    """How many valid licenses of the product the organization has."""


@dataclass(frozen=True, kw_only=True)
class ProductRetirementCanceled(EventData, type="product.retirement_canceled"):
    """An organization that had been told of a product's retirement was told that it stays."""

    product: ProductRef
    previously: datetime | None
    """The date that the organization had been told."""
    held: tuple[HeldLicense, ...]
    """The organization's valid licenses of the product, the first fifty."""
    held_count: int
    """How many valid licenses of the product the organization has."""
