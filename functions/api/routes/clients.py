"""A provider's clients, and their sublicenses of its licenses."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.clients import (
    Client,
    ClientPage,
    NewClient,
    NewSublicense,
    SeatMove,
    SublicensePage,
)
from functions.api.schemas.common import ClientPath, Cursor, Limit, OrganizationPath, SublicensePath
from functions.api.schemas.licenses import License
from functions.api.views import common as views
from functions.api.views import figures as figures_views
from usher.domain.directory import MAX_SEARCH
from usher.domain.list_sorts import NamedSort
from usher.domain.organizations import Permission
from usher.services.client_queries import ClientQueries
from usher.services.clients import Clients
from usher.services.close_client import CloseClient
from usher.services.operator_commands import FirstManager
from usher.services.paging import PAGE

CLIENTS = "/v1/organizations/<organization>/clients"
ONE = f"{CLIENTS}/<client>"

router = ApiRouter()


@router.post(CLIENTS, status_code=HTTPStatus.CREATED)
@described(Clients.create, idempotent=True)
def create_client(organization: OrganizationPath, new: NewClient) -> Response[Client]:
    """Create a client.

    A client is an organization of its own, with a landing page and branding. A first manager is invited if
    one is named. Managers of the provider have the same permissions in the client as in their own
    organization, at the client's routes (`/v1/organizations/{client}/…`); managers of the client see nothing
    but the client.
    """
    person, services = router.person, router.services
    first = new.first_manager
    return router.idempotent(
        lambda receipt: services.clients.create(
            person=person,
            organization=organization,
            name=new.name,
            slug=new.slug,
            time_zone=new.time_zone,
            language=new.language,
            branding=None if new.branding is None else new.branding.to_domain(),
            first_manager=None if first is None else FirstManager(**dict(first)),
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CLIENTS,
        view=partial(figures_views.new_client, origin=services.origin),
        status=HTTPStatus.CREATED,
    )


@router.get(CLIENTS)
@described(ClientQueries.listed)
def list_clients(
    organization: OrganizationPath,
    search: Annotated[
        str | None,
        Query(alias="q", max_length=MAX_SEARCH, description="Whose name begins so, by name."),
    ] = None,
    sort: Annotated[
        NamedSort | None,
        Query(description="The order, `created` by default: the oldest first. Not together with `q`."),
    ] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> ClientPage:
    """List the clients, with their seats and learners.

    Oldest first, unless sorted otherwise; a search with `q` is by name.
    """
    services = router.services
    page = services.client_queries.listed(
        person=router.person, organization=organization, search=search, sort=sort, limit=limit, cursor=cursor
    )
    items = [figures_views.client(one, origin=services.origin) for one in page.items]
    return ClientPage(items=items, next=page.next)


@router.get(ONE)
@described(ClientQueries.client)
def get_client(organization: OrganizationPath, client: ClientPath) -> Client:
    """Read a client, with its seats and learners.

    Its settings and branding are changed at `PATCH /v1/organizations/{client}`.
    """
    services = router.services
    found = services.client_queries.client(person=router.person, organization=organization, client=client)
    return figures_views.client(found, origin=services.origin)


@router.post(f"{ONE}/close")
@described(CloseClient.close, idempotent=True)
def close_client(organization: OrganizationPath, client: ClientPath) -> Response[Client]:
    """Close a client.

    Its seats have to be moved back before. Its landing page, join page and links are gone at once, and
    nothing is changed in it any more; its records can be read, and people's data exported and erased. Closing
    it again changes nothing.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.close_client.close(
            person=person, organization=organization, client=client, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CLIENTS,
        view=partial(figures_views.client, origin=services.origin),
    )


@router.post(f"{ONE}/sublicenses", status_code=HTTPStatus.CREATED)
@described(Clients.create_sublicense, idempotent=True)
def create_sublicense(
    organization: OrganizationPath, client: ClientPath, new: NewSublicense
) -> Response[License]:
    """Create a sublicense for a client.

    Seats of one of the provider's licenses become the client's, with the same terms. A client has at most one
    sublicense of each license. Concurrent requests never give away more seats than are available.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.clients.create_sublicense(
            person=person,
            organization=organization,
            client=client,
            license_id=new.license,
            seats=new.seats,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CLIENTS,
        view=views.license_,
        status=HTTPStatus.CREATED,
    )


@router.get(f"{ONE}/sublicenses")
@described(Clients.sublicenses)
def list_sublicenses(organization: OrganizationPath, client: ClientPath) -> SublicensePage:
    """List a client's sublicenses, with their seats.

    Oldest first; all of them are one page.
    """
    found = router.services.clients.sublicenses(
        person=router.person, organization=organization, client=client
    )
    return SublicensePage(items=[views.license_(one) for one in found], next=None)


@router.post(f"{ONE}/sublicenses/<sublicense>/seats")
@described(Clients.move_seats, idempotent=True)
def move_seats(
    organization: OrganizationPath, client: ClientPath, sublicense: SublicensePath, move: SeatMove
) -> Response[License]:
    """Move seats to a sublicense, or back.

    A negative number moves free seats of the client back into the provider's license; seats in use stay.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.clients.move_seats(
            person=person,
            organization=organization,
            client=client,
            sublicense=sublicense,
            seats=move.seats,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CLIENTS,
        view=views.license_,
    )
