"""Products, licenses and operators' orders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from usher.domain.directory import DirectoryField, folded
from usher.domain.json_values import Json
from usher.domain.license_parts import MAX_PARTS
from usher.domain.licenses import License, LicenseTerms, Product, ProductKind, SeatAlert, UnknownLicenseError
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.key_ranges import KeyRange, last_beginning_with
from usher.store.keys import directory
from usher.store.license_parts import Pool, SeatsRow, part_ref, pools_at, pools_in, read_pool
from usher.store.table import BatchResult, Ref, Row, Table
from usher.store.transaction import Write, put, update


class ProductRow(Row):
    """`PRODUCT`, `PRODUCT#p`: a product; in the directory by name."""

    id = UnicodeAttribute()
    name = UnicodeAttribute()
    kind = EnumAttribute(ProductKind)
    url = UnicodeAttribute(null=True)
    retires_at = InstantAttribute(null=True)


class LicenseRow(SeatsRow):
    """`ORG#o`, `LICENSE#l`; due when managers are to be notified of its end, then at its end.

    It is due at its end until all of its accesses have ended (decision 0098).
    Its seats are those of its first part, and its `total` is that of all `parts` (decision 0086).
    """

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    product = UnicodeAttribute()
    product_name = UnicodeAttribute()
    product_kind = EnumAttribute(ProductKind)
    product_url = UnicodeAttribute(null=True)
    flex = BooleanAttribute()
    total = NumberAttribute()
    parts = NumberAttribute(null=True)
    valid_from = InstantAttribute()
    valid_until = InstantAttribute()
    starts_at = InstantAttribute(null=True)
    order = UnicodeAttribute()
    created_at = InstantAttribute()
    alert = EnumAttribute(SeatAlert, null=True)
    notice_at = InstantAttribute(null=True)
    parent = UnicodeAttribute(null=True)


class SublicenseRow(Row):
    """`ORG#client`, `SUBLICENSE#l`: the client's only sublicense of the provider's license `l`."""

    license = UnicodeAttribute()


class OrderRow(Row):
    """`ORG#o`, `ORDER#id`: an operator's order that was carried out, with its request."""

    license = UnicodeAttribute()
    request = UnicodeAttribute()


def ref(organization: str, license_id: str) -> Ref[LicenseRow]:
    """Return the reference to the license's item."""
    return Ref(LicenseRow, keys.organization(organization), keys.license(license_id))


def refs_of_parts(organization: str, license_id: str) -> list[Ref[Any]]:
    """Return references to all items that may keep the license's seats, for reading them in one call."""
    return [part_ref(organization, license_id, part) for part in range(MAX_PARTS)]


def sublicense_ref(client: str, parent: str) -> Ref[SublicenseRow]:
    """Return the reference to the item of the client's sublicense of the provider's license `parent`."""
    return Ref(SublicenseRow, keys.organization(client), keys.sublicense(parent))


def order_ref(organization: str, order: str) -> Ref[OrderRow]:
    """Return the reference to the order's item."""
    return Ref(OrderRow, keys.organization(organization), keys.order(order))


def product_ref(product: str) -> Ref[ProductRow]:
    """Return the reference to the product's item."""
    return Ref(ProductRow, keys.PRODUCTS, keys.product(product))


def product_of(row: ProductRow) -> Product:
    """Read a product."""
    return Product(id=row.id, name=row.name, kind=row.kind, url=row.url or "")


def terms_of(row: LicenseRow) -> LicenseTerms:
    """Read a license's terms."""
    return LicenseTerms(
        license=row.id,
        organization=row.organization,
        product=Product(
            id=row.product, name=row.product_name, kind=row.product_kind, url=row.product_url or ""
        ),
        flex=row.flex,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        starts_at=row.starts_at,
        parts=int(row.parts or 1),
    )


def of_own_item(row: LicenseRow) -> License:
    """Read a license by its own item alone; where it has other parts, `is_partly_read` says so."""
    total, available, sublicensed = int(row.total), int(row.available), int(row.sublicensed)
    return License(
        terms=terms_of(row),
        total=total,
        assigned=total - sublicensed - available,
        sublicensed=sublicensed,
        available_in_parts=(available,),
        order=row.order,
        created_at=row.created_at,
        alert=row.alert,
        notice_at=row.notice_at,
        parent=row.parent,
    )


def license_of(pool: Pool) -> License:
    """Read a license with the seats of all its parts."""
    return replace(
        of_own_item(LicenseRow.from_raw_data(pool.item)),
        assigned=sum(pool.counts("assigned")),
        sublicensed=sum(pool.counts("sublicensed")),
        available_in_parts=tuple(pool.counts("available")),
    )


def terms_at(found: BatchResult, at: Ref[LicenseRow]) -> LicenseTerms:
    """Return the terms of the license at a reference, or raise UnknownLicenseError."""
    return own_at(found, at).terms


def own_at(found: BatchResult, at: Ref[LicenseRow]) -> License:
    """Return the license at a reference by its own item alone, or raise UnknownLicenseError."""
    row = found.get(at)
    if row is None:
        raise UnknownLicenseError("The organization has no such license.")
    return of_own_item(row)


def found_at(table: Table, found: BatchResult, refs: Sequence[Ref[LicenseRow]]) -> list[License]:
    """Return the licenses at references, with the seats of all their parts, or raise UnknownLicenseError.

    No call where no license has several parts, else one for each hundred of these.
    """
    pools = [pool for pool in pools_at(table, found, refs) if pool is not None]
    if len(pools) < len(refs):
        raise UnknownLicenseError("The organization has no such license.")
    return [license_of(pool) for pool in pools]


def present_at(table: Table, found: BatchResult, refs: Sequence[Ref[LicenseRow]]) -> list[License]:
    """Return those licenses at references that are there, as `found_at` does."""
    return [license_of(pool) for pool in pools_at(table, found, refs) if pool is not None]


def product_row(product: Product) -> ProductRow:
    """Return the product's item."""
    at = product_ref(product.id)
    return ProductRow(
        at.pk,
        at.sk,
        id=product.id,
        name=product.name,
        kind=product.kind,
        url=product.url or None,
        directory_pk=directory.products(),
        last_name_sk=directory.named(folded(product.name), product.id),
    )


def create_product(product: Product) -> Write:
    """Write a new product."""
    return put(product_row(product), condition=ProductRow.pk.does_not_exist())


def products_range() -> KeyRange:
    """Return the range of all products by id."""
    return KeyRange(partition=keys.PRODUCTS, prefix=keys.PRODUCT_PREFIX)


def products_named(beginning: str) -> KeyRange:
    """Return the range of the products whose name, folded, begins with a text, by name."""
    return KeyRange(
        partition=directory.products(),
        index=directory.INDEXES[DirectoryField.LAST_NAME],
        low=beginning,
        high=last_beginning_with(beginning),
    )


def license_row(license_: License) -> LicenseRow:
    """Return a license's own item, with all of its seats."""
    terms = license_.terms
    at = ref(terms.organization, terms.license)
    return LicenseRow(
        at.pk,
        at.sk,
        due_pk=keys.due_shard(terms.license),
        due_sk=_due_key(license_),
        id=terms.license,
        organization=terms.organization,
        product=terms.product.id,
        product_name=terms.product.name,
        product_kind=terms.product.kind,
        product_url=terms.product.url or None,
        flex=terms.flex,
        total=license_.total,
        parts=terms.parts if terms.parts > 1 else None,
        assigned=license_.assigned,
        sublicensed=license_.sublicensed,
        available=license_.available,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        starts_at=terms.starts_at,
        order=license_.order,
        created_at=license_.created_at,
        notice_at=license_.notice_at,
        parent=license_.parent,
    )


def show_product(at: Ref[LicenseRow], product: Product) -> Write:
    """Write the product's present name and address to a license of it."""
    url = LicenseRow.product_url.set(product.url) if product.url else LicenseRow.product_url.remove()
    return update(
        LicenseRow(at.pk, at.sk),
        LicenseRow.product_name.set(product.name),
        url,
        condition=LicenseRow.product == product.id,
    )


def record_order(organization: str, order: str, *, license_id: str, request: Mapping[str, Json]) -> Write:
    """Write that the order was carried out, if it was not."""
    at = order_ref(organization, order)
    row = OrderRow(at.pk, at.sk, license=license_id, request=json.dumps(request, sort_keys=True))
    return put(row, condition=OrderRow.pk.does_not_exist())


def same_request(row: OrderRow, request: Mapping[str, Json]) -> bool:
    """Return whether the order was for the same request."""
    return row.request == json.dumps(request, sort_keys=True)


def record_sublicense(client: str, *, parent: str, license_id: str) -> Write:
    """Write that the client has a sublicense of `parent`, if it has none."""
    at = sublicense_ref(client, parent)
    return put(SublicenseRow(at.pk, at.sk, license=license_id), condition=SublicenseRow.pk.does_not_exist())


def move_notice(before: License, after: License) -> Write:
    """Write when managers are notified next of the license's end, if neither has changed since the read."""
    at = ref(before.terms.organization, before.id)
    unchanged = (LicenseRow.notice_at == before.notice_at) & _same_end(before)
    return update(LicenseRow(at.pk, at.sk), *_next(after), condition=unchanged)


def extend(before: License, after: License) -> Write:
    """Write a license's later end with its next notice, if the end has not changed since the read."""
    at = ref(before.terms.organization, before.id)
    ends = LicenseRow.valid_until.set(after.terms.valid_until)
    return update(LicenseRow(at.pk, at.sk), ends, *_next(after), condition=_same_end(before))


def all_ended(before: License) -> Write:
    """Write that no access of the license is left to end, if it is due as it was, and was not extended."""
    at = ref(before.terms.organization, before.id)
    return update(
        LicenseRow(at.pk, at.sk),
        LicenseRow.notice_at.remove(),
        LicenseRow.due_pk.remove(),
        LicenseRow.due_sk.remove(),
        condition=(LicenseRow.due_sk == _due_key(before)) & _same_end(before),
    )


def _same_end(before: License) -> Condition:
    return LicenseRow.valid_until == before.terms.valid_until


def _due_key(license_: License) -> str:
    return keys.due(license_.due_at, license_.id)


def _next(after: License) -> list[Action]:
    """Return the actions that write when managers are notified next, if ever, and when the license is due."""
    notice = LicenseRow.notice_at
    return [
        notice.remove() if after.notice_at is None else notice.set(after.notice_at),
        LicenseRow.due_pk.set(keys.due_shard(after.id)),
        LicenseRow.due_sk.set(_due_key(after)),
    ]


def read_again(table: Table, held: Iterable[License]) -> list[License]:
    """Read licenses as they are now, with the seats of all their parts: one call for each hundred parts."""
    terms = [one.terms for one in held]
    parts = [part_ref(one.organization, one.license, part) for one in terms for part in range(one.parts)]
    found = table.get_many(parts)
    return present_at(table, found, [ref(one.organization, one.license) for one in terms])


def get(table: Table, organization: str, license_id: str) -> License | None:
    """Read a license with the seats of all its parts: one call."""
    pool = read_pool(table, organization, license_id)
    return None if pool is None else license_of(pool)


def of_organization(table: Table, organization: str) -> list[License]:
    """List an organization's licenses, with the seats of all their parts."""
    return [license_of(pool) for pool in pools_in(table, organization)]
