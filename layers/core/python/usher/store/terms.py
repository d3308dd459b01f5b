"""The attribute for a copy of a license's terms, in invites, accesses and requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from usher.domain.licenses import LicenseTerms, Product, ProductKind
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.serialization import read_item, write_item


class TermsMap(MapAttribute[str, object]):
    """The terms as a map inside an item.

    Inside an invite, whose `license_ids` and organization they are, it has neither, nor what most terms say:
    that the product is a course, and no flex subscription.
    """

    license = UnicodeAttribute(null=True)
    organization = UnicodeAttribute(null=True)
    product = UnicodeAttribute()
    product_name = UnicodeAttribute()
    product_kind = EnumAttribute(ProductKind, null=True)
    product_url = UnicodeAttribute(default="")
    flex = BooleanAttribute(null=True)
    valid_from = InstantAttribute()
    valid_until = InstantAttribute()
    starts_at = InstantAttribute(null=True)
    parts = NumberAttribute(null=True)

    def serialize(self, values: TermsMap, *, null_check: bool = True) -> dict[str, Any]:  # noqa: ARG002 - PynamoDB's
        """Return DynamoDB's form of the map."""
        return write_item(values)

    def deserialize(self, values: Mapping[str, Any]) -> TermsMap:
        """Read the map in DynamoDB's own form."""
        return read_item(TermsMap, values)


class TermsList(ListAttribute[TermsMap]):
    """The terms of several licenses as a list inside an item; empty by default."""

    def __init__(self) -> None:
        super().__init__(of=TermsMap, default=list)

    def serialize(self, values: Sequence[TermsMap], *, null_check: bool = True) -> list[dict[str, Any]]:  # noqa: ARG002 - PynamoDB's
        """Return DynamoDB's form of the list."""
        return [{"M": write_item(value)} for value in values]

    def deserialize(self, values: Sequence[Mapping[str, Any]]) -> list[TermsMap]:
        """Read the list in DynamoDB's own form."""
        return [read_item(TermsMap, value["M"]) for value in values]


@lru_cache(maxsize=1024)
def terms_map(terms: LicenseTerms, *, inside_of: str | None = None) -> TermsMap:
    """Write the terms, for an item of an organization that has the license's id or for one that does not.

    A batch of invites has the same ones in each.
    """
    product, is_inside = terms.product, inside_of is not None
    return TermsMap(  # type: ignore[no-untyped-call] # PynamoDB does not type its maps
        license=None if is_inside else terms.license,
        organization=None if terms.organization == inside_of else terms.organization,
        product=product.id,
        product_name=product.name,
        product_kind=None if is_inside and product.kind is ProductKind.COURSE else product.kind,
        product_url=product.url,
        flex=None if is_inside and not terms.flex else terms.flex,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        starts_at=terms.starts_at,
        parts=terms.parts if terms.parts > 1 else None,
    )


def terms_of(stored: TermsMap, *, license_id: str = "", organization: str = "") -> LicenseTerms:
    """Read the terms; `license_id` and `organization` are those of the item, where the map has none."""
    return LicenseTerms(
        license=stored.license or license_id,
        organization=stored.organization or organization,
        product=Product(
            id=stored.product,
            name=stored.product_name,
            kind=stored.product_kind or ProductKind.COURSE,
            url=stored.product_url,
        ),
        flex=bool(stored.flex),
        valid_from=stored.valid_from,
        valid_until=stored.valid_until,
        starts_at=stored.starts_at,
        parts=int(stored.parts or 1),
    )
