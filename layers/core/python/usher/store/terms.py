"""The attribute for a copy of a license's terms, in invites, accesses and requests."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, MapAttribute, UnicodeAttribute

from usher.domain.licenses import LicenseTerms, Product, ProductKind
from usher.store.attributes import EnumAttribute, InstantAttribute


class TermsMap(MapAttribute[str, object]):
    """The terms as a map inside an item."""

    license = UnicodeAttribute()
    organization = UnicodeAttribute()
    product = UnicodeAttribute()
    product_name = UnicodeAttribute()
    product_kind = EnumAttribute(ProductKind)
    product_url = UnicodeAttribute(default="")
    flex = BooleanAttribute()
    valid_from = InstantAttribute()
    valid_until = InstantAttribute()
    starts_at = InstantAttribute(null=True)


def terms_map(terms: LicenseTerms) -> TermsMap:
    """Write the terms."""
    return TermsMap(  # type: ignore[no-untyped-call] # PynamoDB does not type its maps
        license=terms.license,
        organization=terms.organization,
        product=terms.product.id,
        product_name=terms.product.name,
        product_kind=terms.product.kind,
        product_url=terms.product.url,
        flex=terms.flex,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        starts_at=terms.starts_at,
    )


def terms_of(stored: TermsMap) -> LicenseTerms:
    """Read the terms."""
    return LicenseTerms(
        license=stored.license,
        organization=stored.organization,
        product=Product(
            id=stored.product, name=stored.product_name, kind=stored.product_kind, url=stored.product_url
        ),
        flex=stored.flex,
        valid_from=stored.valid_from,
        valid_until=stored.valid_until,
        starts_at=stored.starts_at,
    )
