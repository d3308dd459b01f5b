"""Changes of a product's name and address, and their way to the organizations that hold licenses of it."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.course_urls import BadProductUrlError, check_course_url
from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events.event import OPERATIONS
from usher.domain.events.parts import ProductRef
from usher.domain.events.products import ProductChanged
from usher.domain.licenses import UnknownProductError
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.product_retirement import CatalogProduct, Holder
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.product_holders import for_all_holders
from usher.services.transactions import ATTEMPTS, commit_surviving, record_event, retry_on_conflict
from usher.store import changed_products, licenses, organizations, product_retirement
from usher.store.table import Ref
from usher.store.transaction import MAX_ITEMS, BusyError, ConditionFailedError, commit

_SHARED = 1
AT_ONCE = MAX_ITEMS - _SHARED
"""Copies of a product that are written in one transaction, beside the condition on the product itself."""


class ProductChanges:
    """Changes products, and has their licenses and the holders of these say what holds now.

    Licenses are few, so that theirs is rewritten; of the accesses and invites, which may be a million, the
    copies stay, and are shown by what the organization's own item says (decision 0055).
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(ForbiddenError, UnknownProductError, BadNameError, BadProductUrlError)
    @retry_on_conflict
    def change(
        self, *, person: Person, product: str, name: str | None = None, url: str | None = None
    ) -> CatalogProduct:
        """Change a product's name or address; None leaves one as it is. The same again changes nothing."""
        require_operator(person)
        name = None if name is None else clean_name(name)
        url = None if url is None else check_course_url(url)
        before = product_retirement.get(self._context.table, product)
        if before is None:
            raise UnknownProductError(f"There is no product {product!r}.")
        after = before.changed(name=name, url=url)
        if after == before:
            return after
        data = ProductChanged(
            product=ProductRef.of(after.product),
            url=after.product.url,
            previous_name=before.product.name,
            previous_url=before.product.url,
        )
        event = record_event(self._context, data, organization=OPERATIONS, actor=person.email)
        commit(self._context.table, [product_retirement.change(before, after), event])
        return after

    def copy_to_holders(self, *, product: str) -> None:
        """Write the product as it is now to every organization that holds licenses of it, and to these.

        Raises:
            HoldersLeftError, WorkFailedError: some are left; the same again goes on with them.
        """
        for_all_holders(self._context, product, self._copy, at_once=AT_ONCE)

    def copy_to(self, *, product: str, organization: str, license_id: str) -> None:
        """Write the product to a holder whose license was granted while it changed; else one call."""
        at_product, at_license = licenses.product_ref(product), licenses.ref(organization, license_id)
        found = self._context.table.get_many([at_product, at_license])
        row, granted = found.get(at_product), found.get(at_license)
        if row is None or granted is None:
            return
        catalog_product = product_retirement.catalog_product_of(row)
        if licenses.terms_of(granted).product != catalog_product.product:
            holder = Holder(product=product, organization=organization, licenses=frozenset({license_id}))
            self._copy(catalog_product, [holder])

    def _copy(self, catalog_product: CatalogProduct, holders: Sequence[Holder]) -> bool:
        """Write the copies of some holders; return whether some had none. One call for each hundred licenses.

        Those of a product that changes meanwhile are left to that.
        """
        product, unchanged = catalog_product.product, product_retirement.unchanged(catalog_product)
        refs = [licenses.ref(one.organization, id_) for one in holders for id_ in sorted(one.licenses)]
        found = self._context.table.get_many(refs)
        stale = [at for at in refs if (row := found.get(at)) and licenses.terms_of(row).product != product]
        try:
            for start in range(0, len(stale), AT_ONCE):
                commit_surviving(
                    self._context,
                    stale[start : start + AT_ONCE],
                    each=lambda at: [licenses.show_product(at, product)],
                    shared=lambda _: [unchanged],
                )
            written = self._copy_to_organizations(catalog_product, [one.organization for one in holders])
        except ConditionFailedError:
            return False  # The product changed again; the event of that copies what holds then.
        return bool(stale) or written

    def _copy_to_organizations(self, catalog_product: CatalogProduct, ids: Sequence[str]) -> bool:
        """Write the product to organizations; return whether some did not have it."""
        written = False
        left: list[Ref[organizations.OrganizationRow]] = [organizations.ref(id_) for id_ in ids]
        for _ in range(ATTEMPTS):
            found = self._context.table.get_many(left)
            present = [organizations.organization_of(row) for at in left if (row := found.get(at))]
            stale = [one for one in present if not one.products.has(catalog_product.product)]
            done = commit_surviving(
                self._context,
                stale,
                each=lambda one: [
                    changed_products.show_products(one, one.products.including(catalog_product.product))
                ],
                shared=lambda _: [product_retirement.unchanged(catalog_product)],
            )
            written = written or bool(done)
            left = [organizations.ref(one.id) for one in stale if one not in done]
            if not left:
                return written
        raise BusyError("Other products of the same organizations were changed all the time.")
