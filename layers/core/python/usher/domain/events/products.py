"""Events about products, in the operators' catalog and for organizations that hold a license."""

from __future__ import annotations

from datetime import datetime

from usher.domain.events.event import EventData
from usher.domain.events.parts import HeldLicense, ProductRef
from usher.domain.licenses import ProductKind
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProductCreated(EventData, type="product.created", of_operations=True):
    """An operator created a product."""

    product: ProductRef
    kind: ProductKind


@dataclass(frozen=True, kw_only=True)
class ProductChanged(EventData, type="product.changed", of_operations=True):
    """An operator changed a product's name or address; these hold now."""

    product: ProductRef
    url: str
    """The address of the course; empty if it has none."""
    previous_name: str
    previous_url: str


@dataclass(frozen=True, kw_only=True)
class ProductRetirementSet(EventData, type="product.retirement_set", of_operations=True):
    """An operator set or moved the date on which a product is retired."""

    product: ProductRef
    retires_at: datetime
    previously: datetime | None
    """The date that held before, if any."""


@dataclass(frozen=True, kw_only=True)
class ProductRetirementLifted(EventData, type="product.retirement_lifted", of_operations=True):
    """An operator decided that a product is not retired after all."""

    product: ProductRef
    previously: datetime | None
    """The date that held before."""


@dataclass(frozen=True, kw_only=True)
class ProductRetiring(EventData, type="product.retiring"):
    """The retirement of a product, or its new date, was announced to an organization with licenses of it."""

    product: ProductRef
    retires_at: datetime
    previously: datetime | None
    """The date that had been announced to the organization before, if any."""
    held: tuple[HeldLicense, ...]
    """The organization's valid licenses of the product, the first fifty."""
    held_count: int
    """How many valid licenses of the product the organization has."""


@dataclass(frozen=True, kw_only=True)
class ProductRetirementCanceled(EventData, type="product.retirement_canceled"):
    """The end of a product's announced retirement was announced to an organization with licenses of it."""

    product: ProductRef
    previously: datetime | None
    """The date that had been announced to the organization."""
    held: tuple[HeldLicense, ...]
    """The organization's valid licenses of the product, the first fifty."""
    held_count: int
    """How many valid licenses of the product the organization has."""
