"""The retirement of products, set by operators and announced to the organizations that hold licenses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events.event import OPERATIONS
from usher.domain.events.parts import HeldLicense, ProductRef
from usher.domain.events.products import (
    ProductRetirementCanceled,
    ProductRetirementLifted,
    ProductRetirementSet,
    ProductRetiring,
)
from usher.domain.instants import BadDateError, parse_instant
from usher.domain.licenses import License, UnknownProductError
from usher.domain.people import Person
from usher.domain.product_retirement import BadRetirementError, CatalogProduct, Holder
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.product_holders import for_all_holders
from usher.services.receipts import Receipt
from usher.services.transactions import commit_surviving, record_event, retry_on_conflict
from usher.store import licenses, product_retirement
from usher.store.table import BatchResult, Ref
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

MOST_NAMED = 50
"""Licenses that a notice names before it only counts."""

_EACH = 2
_SHARED = 1
AT_ONCE = (MAX_ITEMS - _SHARED) // _EACH
"""Organizations in one transaction: each has its holder item and the event that announces."""


class ProductRetirement:
    """Sets and announces retirements. A holder item keeps the date last announced, so that none is repeated.

    A new date and a cancellation are announced, too; a date that was moved and moved back in between is not.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(ForbiddenError, UnknownProductError, BadDateError, BadRetirementError)
    @retry_on_conflict
    def retire(self, *, person: Person, product: str, retires_on: str, receipt: Receipt) -> CatalogProduct:
        """Set when the product is retired, or move it: a date (midnight in UTC) or an instant."""
        require_operator(person)
        at = parse_instant(retires_on, time_zone="UTC", field="retires_on")
        before = self._find(product)
        after = before.retiring(at, now=self._context.now())
        if after == before:
            receipt.note(0, after)
            receipt.finish(self._context)
            return after
        receipt.commit(self._context, self._change_writes(person, before, after), after)
        return after

    @refuses(ForbiddenError, UnknownProductError)
    @retry_on_conflict
    def cancel(self, *, person: Person, product: str) -> CatalogProduct:
        """Cancel the retirement, even after the product was retired."""
        require_operator(person)
        before = self._find(product)
        after = before.staying()
        if after == before:
            return after
        commit(self._context.table, self._change_writes(person, before, after))
        return after

    def add_holder(self, *, product: str, organization: str, license_id: str) -> None:
        """Record that the organization was given a license; announce a retirement that is set."""
        table = self._context.table
        product_retirement.record_holder(table, product, organization, license_id=license_id)
        catalog_product = product_retirement.get(table, product)
        if catalog_product is None or catalog_product.retires_at is None:
            return
        row = table.get(product_retirement.ref(product, organization))
        if row is not None:
            self._announce_to(catalog_product, [product_retirement.holder_of(row)])

    def announce(self, *, product: str) -> None:
        """Announce the product's retirement to every holder that has not heard of it.

        Raises:
            HoldersLeftError, WorkFailedError: some are left; the same again goes on with them.
        """
        for_all_holders(self._context, product, self._announce_to, at_once=AT_ONCE)

    def _announce_to(self, catalog_product: CatalogProduct, holders: Sequence[Holder]) -> bool:
        """Announce the retirement to those who have not heard of it; return whether there were any.

        Holders that change meanwhile are left out.
        """
        unaware = [one for one in holders if one.announced != catalog_product.retires_at]
        held = self._valid_licenses(unaware)
        # A cancellation goes to all who heard of the date; a date only to those with a valid license.
        concerned = [one for one in unaware if catalog_product.retires_at is None or held[one.organization]]
        try:
            commit_surviving(
                self._context,
                concerned,
                each=lambda one: [
                    product_retirement.record_announcement(one, catalog_product.retires_at),
                    self._announcement(catalog_product, one, held),
                ],
                shared=lambda _: [product_retirement.unchanged(catalog_product)],
            )
        except ConditionFailedError:
            return False  # The product changed again; the event of that announces the newest date.
        return bool(concerned)

    def _valid_licenses(self, holders: Sequence[Holder]) -> dict[str, list[License]]:
        """Return each organization's licenses that have not ended: one call for each hundred licenses."""
        now = self._context.now()
        refs: dict[str, list[Ref[licenses.LicenseRow]]] = {
            one.organization: [licenses.ref(one.organization, id_) for id_ in sorted(one.licenses)]
            for one in holders
        }
        wanted: list[Ref[Any]] = [ref for some in refs.values() for ref in some]
        found = self._context.table.get_many(wanted)
        return {
            organization: [one for one in self._present(found, some) if now < one.terms.valid_until]
            for organization, some in refs.items()
        }

    def _present(self, found: BatchResult, refs: Sequence[Ref[licenses.LicenseRow]]) -> list[License]:
        return licenses.present_at(self._context.table, found, refs)

    def _announcement(
        self, catalog_product: CatalogProduct, holder: Holder, held: dict[str, list[License]]
    ) -> Write:
        valid = held[holder.organization]
        product = ProductRef.of(catalog_product.product)
        named = tuple(HeldLicense.of(one) for one in valid[:MOST_NAMED])
        data = (
            ProductRetirementCanceled(
                product=product, previously=holder.announced, held=named, held_count=len(valid)
            )
            if catalog_product.retires_at is None
            else ProductRetiring(
                product=product,
                retires_at=catalog_product.retires_at,
                previously=holder.announced,
                held=named,
                held_count=len(valid),
            )
        )
        return record_event(self._context, data, organization=holder.organization)

    def _change_writes(self, person: Person, before: CatalogProduct, after: CatalogProduct) -> list[Write]:
        product = ProductRef.of(after.product)
        data = (
            ProductRetirementLifted(product=product, previously=before.retires_at)
            if after.retires_at is None
            else ProductRetirementSet(
                product=product, retires_at=after.retires_at, previously=before.retires_at
            )
        )
        event = record_event(self._context, data, organization=OPERATIONS, actor=person.email)
        return [product_retirement.change(before, after), event]

    def _find(self, product: str) -> CatalogProduct:
        found = product_retirement.get(self._context.table, product)
        if found is None:
            raise UnknownProductError(f"There is no product {product!r}.")
        return found
