"""The operators' routes: products, organizations and licenses."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import OPERATOR, ApiRouter
from functions.api.schemas.common import Cursor, LicensePath, Limit, OrganizationPath, ProductPath
from functions.api.schemas.licenses import (
    License,
    LicenseGrant,
    LicensePage,
    NewProduct,
    Product,
    ProductChange,
    ProductPage,
    Retirement,
    SeatOrder,
)
from functions.api.schemas.organizations import NewOrganization, Organization
from functions.api.views import common as views
from usher.domain.directory import MAX_SEARCH
from usher.domain.licenses import (
    BadLicenseError,
    SeatsInUseError,
)
from usher.services.operator_commands import FirstManager, LicenseOrder, OperatorCommands
from usher.services.paging import PAGE
from usher.services.product_changes import ProductChanges
from usher.services.product_retirement import ProductRetirement
from usher.services.receipts import check_key

RETIREMENT = "/v1/operator/products/<product>/retire"
LICENSES = "/v1/operator/organizations/<organization>/licenses"

router = ApiRouter()


@router.get("/v1/operator/products")
@described(OperatorCommands.products)
def list_products(
    search: Annotated[
        str | None,
        Query(
            alias="q",
            max_length=MAX_SEARCH,
            description="Whose name begins so, whatever the case and the accents; by name.",
        ),
    ] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> ProductPage:
    """List the products.

    Oldest first; a search with `q` is by name.
    """
    page = router.services.operator_commands.products(
        person=router.person, search=search, limit=limit, cursor=cursor
    )
    return ProductPage(items=[views.catalog_product(one) for one in page.items], next=page.next)


@router.post("/v1/operator/products", status_code=HTTPStatus.CREATED)
@described(OperatorCommands.create_product, idempotent=True)
def create_product(new: NewProduct) -> Response[Product]:
    """Create a product.

    Licenses are granted for products; the kind decides when access starts.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.operator_commands.create_product(
            person=person, name=new.name, kind=new.kind, url=new.url, receipt=receipt
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=views.product,
        status=HTTPStatus.CREATED,
    )


@router.patch("/v1/operator/products/<product>")
@described(ProductChanges.change)
def change_product(product: ProductPath, change: ProductChange) -> Product:
    """Change a product's name or address.

    Its kind stays. The new ones hold for all that was granted and offered before: pages, emails and lists
    show them within moments. Events say what was true when they happened.
    """
    return views.catalog_product(
        router.services.product_changes.change(
            person=router.person, product=product, name=change.name, url=change.url
        )
    )


@router.post(RETIREMENT)
@described(ProductRetirement.retire, idempotent=True)
def retire_product(product: ProductPath, retirement: Retirement) -> Response[Product]:
    """Retire a product.

    From that moment on no license of it is granted; existing licenses stay valid until their own end. The
    managers of every organization that holds one are informed by email, and again when the date is changed.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.product_retirement.retire(
            person=person, product=product, retires_on=retirement.retires_on, receipt=receipt
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=views.catalog_product,
    )


@router.delete(RETIREMENT, status_code=HTTPStatus.NO_CONTENT)
@described(ProductRetirement.cancel)
def keep_product(product: ProductPath) -> Response[None]:
    """Cancel a product's retirement.

    Possible after the retirement, too. Managers who were informed of the retirement are informed of this.
    """
    router.services.product_retirement.cancel(person=router.person, product=product)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/v1/operator/organizations", status_code=HTTPStatus.CREATED)
@described(OperatorCommands.create_organization, idempotent=True)
def create_organization(new: NewOrganization) -> Response[Organization]:
    """Create an organization.

    Its first manager is invited by email, as a full manager.
    """
    person, first, branding = router.person, new.first_manager, new.branding
    return router.idempotent(
        lambda receipt: router.services.operator_commands.create_organization(
            person=person,
            name=new.name,
            slug=new.slug,
            time_zone=new.time_zone,
            first_manager=FirstManager(**dict(first)),
            branding=None if branding is None else branding.to_domain(),
            invite_days=new.invite_days,
            language=new.language,
            receipt=receipt,
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=views.organization,
        status=HTTPStatus.CREATED,
    )


@router.get(LICENSES)
@described(OperatorCommands.granted)
def list_granted_licenses(organization: OrganizationPath) -> LicensePage:
    """List an organization's licenses.

    Oldest first; all of them are one page.
    """
    granted = router.services.operator_commands.granted(person=router.person, organization=organization)
    return LicensePage(items=[views.license_(one) for one in granted], next=None)


@router.post(LICENSES, status_code=HTTPStatus.CREATED)
@described(OperatorCommands.grant_license, idempotent=True)
def grant_license(organization: OrganizationPath, grant: LicenseGrant) -> License:
    """Grant a license.

    Once for each `order_id`: a repeated order grants nothing and answers with the license as it is now.
    """
    check_key(router.idempotency_key)
    return views.license_(
        router.services.operator_commands.grant_license(
            person=router.person, organization=organization, order=LicenseOrder(**dict(grant))
        )
    )


@router.post(f"{LICENSES}/<license>/top-up")
@described(OperatorCommands.resize_license, idempotent=True, ruled_out=(SeatsInUseError,))
def top_up_license(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    order: SeatOrder,
) -> License:
    """Add seats to a license.

    Once for each `order_id`: a repeated order adds nothing and answers with the license as it is now.
    """
    return _resized(organization, license, order, seats=order.seats)


@router.post(f"{LICENSES}/<license>/shrink")
@described(OperatorCommands.resize_license, idempotent=True)
def shrink_license(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    order: SeatOrder,
) -> License:
    """Take free seats from a license.

    Seats in use cannot be taken. Once for each `order_id`.
    """
    return _resized(organization, license, order, seats=-order.seats)


def _resized(organization: str, license_id: str, order: SeatOrder, *, seats: int) -> License:
    check_key(router.idempotency_key)
    if order.seats < 1:
        raise BadLicenseError("The number of seats is below one.", fields=("seats",))
    return views.license_(
        router.services.operator_commands.resize_license(
            person=router.person,
            organization=organization,
            license_id=license_id,
            order_id=order.order_id,
            seats=seats,
        )
    )
