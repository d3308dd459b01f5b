"""Products, licenses and operators' orders. No other module counts seats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from usher.domain.directory import DirectoryField, folded
from usher.domain.figures import Figures, FiguresChange, of_seats
from usher.domain.json_values import Json
from usher.domain.licenses import License, LicenseTerms, Product, ProductKind, SeatAlert, UnknownLicenseError
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.key_ranges import KeyRange, last_beginning_with
from usher.store.keys import directory
from usher.store.table import BatchResult, Ref, Row, Table
from usher.store.transaction import Write, check, put, update


class ProductRow(Row):
    """`PRODUCT`, `PRODUCT#p`: a product; in the directory by name."""

    id = UnicodeAttribute()
    name = UnicodeAttribute()
    kind = EnumAttribute(ProductKind)
    url = UnicodeAttribute(null=True)
    retires_at = InstantAttribute(null=True)


class LicenseRow(Row):
    """`ORG#o`, `LICENSE#l`; due when managers are to be notified of its end.

    `available` is stored, since a condition cannot subtract.
    """

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    product = UnicodeAttribute()
    product_name = UnicodeAttribute()
    product_kind = EnumAttribute(ProductKind)
    product_url = UnicodeAttribute(null=True)
    flex = BooleanAttribute()
    total = NumberAttribute()
    assigned = NumberAttribute()
    sublicensed = NumberAttribute()
    available = NumberAttribute()
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


def license_of(row: LicenseRow) -> License:
    """Read a license."""
    return License(
        terms=LicenseTerms(
            license=row.id,
            organization=row.organization,
            product=Product(
                id=row.product, name=row.product_name, kind=row.product_kind, url=row.product_url or ""
            ),
            flex=row.flex,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            starts_at=row.starts_at,
        ),
        total=int(row.total),
        assigned=int(row.assigned),
        sublicensed=int(row.sublicensed),
        order=row.order,
        created_at=row.created_at,
        alert=row.alert,
        notice_at=row.notice_at,
        parent=row.parent,
    )


def found_at(found: BatchResult, at: Ref[LicenseRow]) -> License:
    """Return the license at a reference, or raise UnknownLicenseError."""
    row = found.get(at)
    if row is None:
        raise UnknownLicenseError("The organization has no such license.")
    return license_of(row)


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


def create(license_: License) -> Write:
    """Write a new license."""
    terms = license_.terms
    at = ref(terms.organization, terms.license)
    row = LicenseRow(
        at.pk,
        at.sk,
        due_pk=keys.due_shard(terms.license) if license_.notice_at else None,
        due_sk=keys.due(license_.notice_at, terms.license) if license_.notice_at else None,
        id=terms.license,
        organization=terms.organization,
        product=terms.product.id,
        product_name=terms.product.name,
        product_kind=terms.product.kind,
        product_url=terms.product.url or None,
        flex=terms.flex,
        total=license_.total,
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
    counts = of_seats(total=license_.total, assigned=license_.assigned, sublicensed=license_.sublicensed)
    return put(row, condition=LicenseRow.pk.does_not_exist(), change=_change(terms.organization, counts))


def _change(organization: str, figures: Figures) -> FiguresChange:
    return FiguresChange(organization=organization, figures=figures)


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


def take(organization: str, license_id: str, seats: int) -> Write:
    """Assign seats, if as many are available (DESIGN 7.1)."""
    at = ref(organization, license_id)
    return update(
        LicenseRow(at.pk, at.sk),
        LicenseRow.assigned.add(seats),
        LicenseRow.available.add(-seats),
        condition=LicenseRow.available >= seats,
        change=_change(organization, of_seats(assigned=seats)),
    )


def give_back(organization: str, license_id: str, seats: int, *, ended_by: datetime | None = None) -> Write:
    """Return assigned seats to the pool; if given, only where the license has ended by that moment."""
    at = ref(organization, license_id)
    assigned = LicenseRow.assigned >= seats
    return update(
        LicenseRow(at.pk, at.sk),
        LicenseRow.assigned.add(-seats),
        LicenseRow.available.add(seats),
        condition=assigned if ended_by is None else assigned & (LicenseRow.valid_until <= ended_by),
        change=_change(organization, of_seats(assigned=-seats)),
    )


def lend(provider: str, license_id: str, seats: int) -> Write:
    """Move seats from a provider's pool to a client's or, below zero, back (DESIGN 7.1)."""
    at = ref(provider, license_id)
    return update(
        LicenseRow(at.pk, at.sk),
        LicenseRow.sublicensed.add(seats),
        LicenseRow.available.add(-seats),
        condition=LicenseRow.available >= seats if seats > 0 else LicenseRow.sublicensed >= -seats,
        change=_change(provider, of_seats(sublicensed=seats)),
    )


def record_sublicense(client: str, *, parent: str, license_id: str) -> Write:
    """Write that the client has a sublicense of `parent`, if it has none."""
    at = sublicense_ref(client, parent)
    return put(SublicenseRow(at.pk, at.sk, license=license_id), condition=SublicenseRow.pk.does_not_exist())


def resize(organization: str, license_id: str, seats: int, *, total: int | None = None) -> Write:
    """Add seats to the pool or, below zero, remove available ones; if given, the pool must have `total`."""
    at = ref(organization, license_id)
    condition = LicenseRow.available >= -seats if seats < 0 else LicenseRow.pk.exists()
    return update(
        LicenseRow(at.pk, at.sk),
        LicenseRow.total.add(seats),
        LicenseRow.available.add(seats),
        condition=condition if total is None else condition & (LicenseRow.total == total),
        change=_change(organization, of_seats(total=seats)),
    )


def is_empty(organization: str, license_id: str) -> Write:
    """Require, without a change, that the pool has no seats."""
    at = ref(organization, license_id)
    return check(LicenseRow(at.pk, at.sk), LicenseRow.total == 0)


def total_in(item: Mapping[str, Any] | None) -> int:
    """Return the total seats of the license that a failed condition returned; 0 if there is none."""
    return int(item["total"]["N"]) if item else 0


def move_notice(before: License, after: License) -> Write:
    """Write when managers are notified next of the license's end, if that has not changed since the read."""
    at = ref(before.terms.organization, before.id)
    unchanged = LicenseRow.notice_at == before.notice_at
    return update(LicenseRow(at.pk, at.sk), *_notice(after), condition=unchanged)


def extend(before: License, after: License) -> Write:
    """Write a license's later end with its next notice, if the end has not changed since the read."""
    at = ref(before.terms.organization, before.id)
    ends = LicenseRow.valid_until.set(after.terms.valid_until)
    unchanged = LicenseRow.valid_until == before.terms.valid_until
    return update(LicenseRow(at.pk, at.sk), ends, *_notice(after), condition=unchanged)


def _notice(after: License) -> list[Action]:
    """Return the actions that write when managers are notified next of the license's end, if ever."""
    if after.notice_at is None:
        return [LicenseRow.notice_at.remove(), LicenseRow.due_pk.remove(), LicenseRow.due_sk.remove()]
    return [
        LicenseRow.notice_at.set(after.notice_at),
        LicenseRow.due_pk.set(keys.due_shard(after.id)),
        LicenseRow.due_sk.set(keys.due(after.notice_at, after.id)),
    ]


def alert(before: License, level: SeatAlert | None) -> Write:
    """Write the seat alert that managers get, if it is right and no other was written since the read."""
    at = ref(before.terms.organization, before.id)
    left = {
        SeatAlert.OUT: LicenseRow.available == 0,
        SeatAlert.LOW: (LicenseRow.available > 0) & (LicenseRow.available <= before.low_at),
        None: LicenseRow.available > before.low_at,
    }[level]
    unchanged = (
        LicenseRow.alert.does_not_exist() if before.alert is None else LicenseRow.alert == before.alert
    )
    return update(
        LicenseRow(at.pk, at.sk),
        LicenseRow.alert.remove() if level is None else LicenseRow.alert.set(level),
        condition=unchanged & left & (LicenseRow.total == before.total),
    )


def available_in(item: Mapping[str, Any] | None) -> int:
    """Return the available seats of the license that a failed condition returned; 0 if there is none."""
    return int(item["available"]["N"]) if item else 0


def get(table: Table, organization: str, license_id: str) -> License | None:
    """Read a license: one call."""
    row = table.get(ref(organization, license_id))
    return None if row is None else license_of(row)


def of_organization(table: Table, organization: str) -> list[License]:
    """List an organization's licenses."""
    rows = table.query_all(
        LicenseRow, keys.organization(organization), LicenseRow.sk.startswith(keys.LICENSE_PREFIX)
    )
    return [license_of(row) for row in rows]
