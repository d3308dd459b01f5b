"""The commands of operators: products, organizations with their first manager, licenses (DESIGN 1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from usher.domain.addresses import BadAddressError
from usher.domain.clients import SublicensedError
from usher.domain.course_urls import BadProductUrlError, check_course_url
from usher.domain.directory import folded
from usher.domain.errors import ForbiddenError, InvalidError, refuses
from usher.domain.events.event import OPERATIONS
from usher.domain.events.licenses import LicenseGranted, LicenseResized
from usher.domain.events.organizations import OrganizationCreated
from usher.domain.events.parts import LicenseRef, ProductRef
from usher.domain.events.products import ProductCreated
from usher.domain.instants import BadDateError, UnknownTimeZoneError, parse_instant
from usher.domain.json_values import Json
from usher.domain.languages import Language
from usher.domain.license_parts import parts_for
from usher.domain.licenses import (
    BadLicenseError,
    License,
    LicenseTerms,
    OrderReusedError,
    Product,
    ProductKind,
    SeatsInUseError,
    UnknownLicenseError,
    UnknownProductError,
    check_seats,
    next_ending_notice,
)
from usher.domain.organizations import (
    DEFAULT_INVITE_DAYS,
    BadSettingsError,
    BadSlugError,
    Branding,
    Organization,
    Role,
    SlugTakenError,
    UnknownOrganizationError,
)
from usher.domain.paging import BadCursorError
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.product_retirement import CatalogProduct, ProductRetiredError
from usher.domain.versions import written
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.team_members import draft_team_invite, pending_manager
from usher.services.transactions import record_event
from usher.store import license_pools, licenses, organization_names, organizations, product_retirement
from usher.store.transaction import ConditionFailedError, Write, commit

MAX_ORDER = 100


class BadOrderError(InvalidError):
    """An order id is empty or too long."""

    code = "bad_order"
    title = "Not a usable order id"
    fields = ("order_id",)
    next_action = f"Name the order with 1 to {MAX_ORDER} printable characters."


@dataclass(frozen=True, kw_only=True)
class FirstManager:
    """The person to invite as the first manager of a new organization."""

    email: str
    first_name: str
    last_name: str


@dataclass(frozen=True, kw_only=True)
class LicenseOrder:
    """An order of a license. Dates are plain dates in the organization's time zone, or instants."""

    order_id: str
    product: str
    flex: bool
    seats: int
    valid_from: str
    valid_until: str
    starts_at: str | None = None


class OperatorCommands:
    """Creates and lists what operators manage. Each method raises ForbiddenError for anybody else."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(ForbiddenError, BadNameError, BadProductUrlError)
    def create_product(
        self, *, person: Person, name: str, kind: ProductKind, url: str, receipt: Receipt
    ) -> Product:
        """Create a product, or raise BadNameError or BadProductUrlError."""
        require_operator(person)
        product = Product(
            id=self._context.new_id(), name=clean_name(name), kind=kind, url=check_course_url(url)
        )
        event = record_event(
            self._context,
            ProductCreated(product=ProductRef.of(product), kind=product.kind),
            organization=OPERATIONS,
            actor=person.email,
        )
        writes = [licenses.create_product(product), event]
        receipt.commit(self._context, writes, product)
        return product

    @refuses(ForbiddenError, BadCursorError)
    def products(
        self, *, person: Person, search: str | None = None, limit: int, cursor: str | None
    ) -> ResultPage[CatalogProduct]:
        """List the products, oldest first: one call.

        With a search, those whose name begins with it, by name: two calls.
        """
        require_operator(person)
        beginning, table = folded(search or ""), self._context.table
        section = Section([licenses.products_range()], product_retirement.whole, lambda _: True)
        if beginning:
            section = Section(
                [licenses.products_named(beginning)],
                partial(product_retirement.in_directory, table),
                lambda one: folded(one.product.name).startswith(beginning),
            )
        return read_page(table, [section], query=("products", beginning), limit=limit, cursor=cursor)

    @refuses(
        ForbiddenError,
        SlugTakenError,
        BadSlugError,
        BadSettingsError,
        UnknownTimeZoneError,
        BadAddressError,
        BadNameError,
    )
    def create_organization(  # noqa: PLR0913 - the fields of the request
        self,
        *,
        person: Person,
        name: str,
        slug: str,
        time_zone: str,
        first_manager: FirstManager,
        receipt: Receipt,
        branding: Branding | None = None,
        invite_days: int = DEFAULT_INVITE_DAYS,
        language: Language = Language.ENGLISH,
    ) -> Organization:
        """Create an organization and invite its first manager, a full one, in one transaction."""
        require_operator(person)
        now = self._context.now()
        organization = Organization(
            id=self._context.new_id(),
            slug=slug,
            name=clean_name(name),
            time_zone=time_zone,
            language=language,
            branding=branding or Branding(),
            invite_days=invite_days,
            created_at=now,
        )
        inviting = self._first_manager_invite(person, organization, first_manager)
        event = record_event(
            self._context,
            OrganizationCreated(name=organization.name, slug=organization.slug),
            organization=organization.id,
            actor=person.email,
            at=now,
        )
        slug_claim = organizations.claim_slug(slug, organization.id)
        writes = [
            organizations.create(organization),
            *organization_names.enter(organization),
            slug_claim,
            event,
            *inviting,
        ]
        try:
            receipt.commit(self._context, writes, written(organization))
        except ConditionFailedError as stale:
            if slug_claim in stale:
                raise SlugTakenError(f"The slug {slug!r} is taken.") from stale
            raise
        return written(organization)

    @refuses(
        ForbiddenError,
        UnknownOrganizationError,
        UnknownProductError,
        ProductRetiredError,
        OrderReusedError,
        BadOrderError,
        BadLicenseError,
        BadDateError,
    )
    def grant_license(self, *, person: Person, organization: str, order: LicenseOrder) -> License:
        """Grant a license: once for one order, which sent again returns the license as it is now.

        Raises:
            ProductRetiredError: no license of the product is granted any more.
        """
        require_operator(person)
        check_order(order.order_id)
        at_organization = organizations.ref(organization)
        at_product = licenses.product_ref(order.product)
        at_order = licenses.order_ref(organization, order.order_id)
        found = self._context.table.get_many([at_organization, at_product, at_order])
        tenant = found.get(at_organization)
        if tenant is None:
            raise UnknownOrganizationError("There is no such organization.")
        request: dict[str, Json] = {"grant": order.__dict__}
        earlier = found.get(at_order)
        if earlier is not None:
            return self._license_of_order(organization, earlier, request)
        row = found.get(at_product)
        if row is None:
            raise UnknownProductError(f"There is no product {order.product!r}.")
        offered = product_retirement.catalog_product_of(row)
        offered.require_offered(self._context.now())
        terms = _terms(
            order,
            id_=self._context.new_id(),
            organization=organization,
            product=offered.product,
            time_zone=tenant.time_zone,
        )
        return self._commit_grant(person, terms, order, request)

    @refuses(
        ForbiddenError,
        UnknownLicenseError,
        SeatsInUseError,
        OrderReusedError,
        SublicensedError,
        BadOrderError,
        BadLicenseError,
    )
    def resize_license(
        self, *, person: Person, organization: str, license_id: str, order_id: str, seats: int
    ) -> License:
        """Add `seats` to a license, or remove them where `seats` is below zero: once for one order."""
        require_operator(person)
        check_order(order_id)
        check_seats(abs(seats))
        request: dict[str, Json] = {"resize": license_id, "seats": seats}
        found = self._context.table.get_many(
            [
                licenses.ref(organization, license_id),
                licenses.order_ref(organization, order_id),
            ]
        )
        row = found.get(licenses.ref(organization, license_id))
        if row is None:
            raise UnknownLicenseError("The organization has no such license.")
        earlier = found.get(licenses.order_ref(organization, order_id))
        if earlier is not None:
            return self._license_of_order(organization, earlier, request)
        if row.parent is not None:
            raise SublicensedError("The seats of a sublicense come from the license of the provider.")
        terms = licenses.terms_of(row)
        event = record_event(
            self._context,
            LicenseResized(license=LicenseRef.of(terms), change=seats, order=order_id),
            organization=organization,
            actor=person.email,
        )
        resized = license_pools.resize(terms, seats)
        recorded = licenses.record_order(organization, order_id, license_id=license_id, request=request)
        try:
            commit(self._context.table, [resized, recorded, event])
        except ConditionFailedError as stale:
            if recorded in stale:
                return self._answer_repeat(organization, order_id, request)
            free = license_pools.available_in(stale.failed[resized])
            raise SeatsInUseError(
                f"{-seats} seats were to be removed and {free} are free.", available=free
            ) from stale
        return self._answer_repeat(organization, order_id, request)

    @refuses(ForbiddenError, UnknownOrganizationError)
    def granted(self, *, person: Person, organization: str) -> list[License]:
        """List an organization's licenses."""
        require_operator(person)
        if organizations.get(self._context.table, organization) is None:
            raise UnknownOrganizationError("There is no such organization.")
        return licenses.of_organization(self._context.table, organization)

    def _first_manager_invite(
        self, person: Person, organization: Organization, first: FirstManager
    ) -> list[Write]:
        """Return the writes that invite the first manager, a full one."""
        now = organization.created_at
        invite = draft_team_invite(
            organization,
            id_=self._context.new_id(),
            email=first.email,
            first_name=first.first_name,
            last_name=first.last_name,
            role=Role.FULL,
            by=person.email,
            now=now,
        )
        _, writes = pending_manager(self._context, invite, now=now)
        return writes

    def _commit_grant(
        self, person: Person, terms: LicenseTerms, order: LicenseOrder, request: Mapping[str, Json]
    ) -> License:
        """Commit the license of a new order; one carried out meanwhile answers with its own license."""
        now = self._context.now()
        organization = terms.organization
        granted = License(
            terms=terms,
            total=check_seats(order.seats),
            order=order.order_id,
            created_at=now,
            notice_at=next_ending_notice(terms.valid_until, after=now),
        )
        event = record_event(
            self._context,
            LicenseGranted(license=LicenseRef.of(granted.terms), seats=granted.total, order=order.order_id),
            organization=organization,
            actor=person.email,
            at=now,
        )
        recorded = licenses.record_order(organization, order.order_id, license_id=granted.id, request=request)
        try:
            commit(self._context.table, [*license_pools.create(granted), recorded, event])
        except ConditionFailedError as stale:
            if recorded in stale:
                return self._answer_repeat(organization, order.order_id, request)
            raise
        return granted

    def _answer_repeat(self, organization: str, order_id: str, request: Mapping[str, Json]) -> License:
        """Return the license of an order that was carried out between read and write: two calls."""
        row = self._context.table.get(licenses.order_ref(organization, order_id))
        if row is None:
            raise UnknownLicenseError("The order was removed.")
        return self._license_of_order(organization, row, request)

    def _license_of_order(
        self, organization: str, row: licenses.OrderRow, request: Mapping[str, Json]
    ) -> License:
        """Return the license of an order that was carried out before: one call.

        Raises:
            OrderReusedError: the order asked for something else then.
            UnknownLicenseError.
        """
        if not licenses.same_request(row, request):
            raise OrderReusedError("This order was carried out with other contents.")
        found = licenses.get(self._context.table, organization, row.license)
        if found is None:
            raise UnknownLicenseError("The license of this order is gone.")
        return found


def check_order(order_id: str) -> str:
    """Return the order's id, or raise BadOrderError if it is empty, too long or not printable."""
    if not 1 <= len(order_id) <= MAX_ORDER or not order_id.isprintable():
        raise BadOrderError("The order id cannot be used.")
    return order_id


def _terms(
    order: LicenseOrder, *, id_: str, organization: str, product: Product, time_zone: str
) -> LicenseTerms:
    def instant(text: str, field: str) -> datetime:
        return parse_instant(text, time_zone=time_zone, field=field)

    starts_at = instant(order.starts_at, "starts_at") if order.starts_at else None
    valid_from = instant(order.valid_from, "valid_from")
    if product.kind is ProductKind.SUBSCRIPTION and starts_at is None:
        starts_at = valid_from
    return LicenseTerms(
        license=id_,
        organization=organization,
        product=product,
        flex=order.flex,
        valid_from=valid_from,
        valid_until=instant(order.valid_until, "valid_until"),
        starts_at=starts_at,
        parts=parts_for(order.seats),
    )
