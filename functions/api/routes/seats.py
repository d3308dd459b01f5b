"""Requests for more seats: filed by managers, approved or refused by operators."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import OPERATOR, ApiRouter
from functions.api.schemas.common import (
    MOST_VALUES,
    Cursor,
    LicensePath,
    Limit,
    OrganizationPath,
    RequestPath,
)
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.requests import (
    NewSeatRequest,
    SeatApproval,
    SeatRefusal,
    SeatRequest,
    SeatRequestPage,
)
from functions.api.views import figures as figures_views
from functions.api.views import requests as views
from usher.domain.organizations import Permission
from usher.domain.requests import SeatRequest as DomainRequest
from usher.domain.requests import SeatRequestState
from usher.services.paging import PAGE
from usher.services.request_lifecycle import names_in_requests
from usher.services.seat_requests import SeatRequests

EVERYWHERE = "/v1/operator/seat-requests"
ONE = f"{EVERYWHERE}/<request>"

OfStates = Annotated[
    list[SeatRequestState] | None,
    Query(max_length=MOST_VALUES, description="Requests in these states only; several by commas."),
]

router = ApiRouter()


@router.post(
    "/v1/organizations/<organization>/licenses/<license>/seat-requests", status_code=HTTPStatus.CREATED
)
@described(SeatRequests.file, idempotent=True)
def request_seats(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    new: NewSeatRequest,
) -> Response[SeatRequest]:
    """Request more seats of a license.

    An operator approves the request, which adds the seats, or refuses it. The manager is informed by email.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.seat_requests.file(
            person=person,
            organization=organization,
            license_id=license,
            seats=new.seats,
            message=new.message,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.FILE_REQUESTS,
        view=_view,
        status=HTTPStatus.CREATED,
    )


@router.post("/v1/organizations/<organization>/seat-requests/<request>/withdraw")
@described(SeatRequests.withdraw, idempotent=True)
def withdraw_seat_request(organization: OrganizationPath, request: RequestPath) -> Response[SeatRequest]:
    """Take a request for more seats back.

    For whoever made it, while it has no answer. Taking it back again changes nothing.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.seat_requests.withdraw(
            person=person, organization=organization, request=request, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.FILE_REQUESTS,
        view=_view,
    )


@router.get("/v1/organizations/<organization>/seat-requests")
@described(SeatRequests.listed)
def list_seat_requests(
    organization: OrganizationPath,
    *,
    state: OfStates = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> SeatRequestPage:
    """List an organization's requests for more seats.

    Newest first, with their answers.
    """
    page = router.services.seat_requests.listed(
        person=router.person,
        organization=organization,
        states=state or (),
        limit=limit,
        cursor=cursor,
        with_figures=counts,
    )
    return SeatRequestPage(
        items=_views(page.items),
        next=page.next,
        counts=figures_views.seat_request_counts(page.figures),
    )


@router.get("/v1/organizations/<organization>/seat-requests/<request>")
@described(SeatRequests.one)
def get_seat_request_of_organization(organization: OrganizationPath, request: RequestPath) -> SeatRequest:
    """Read one of an organization's requests for more seats.

    With its answer.
    """
    found = router.services.seat_requests.one(
        person=router.person, organization=organization, request=request
    )
    return _view(found)


@router.get(EVERYWHERE)
@described(SeatRequests.listed_for_operators)
def list_seat_requests_everywhere(
    *,
    state: Annotated[
        list[SeatRequestState] | None,
        Query(
            max_length=MOST_VALUES,
            description="Requests in these states, several by commas; `open` ones by default.",
        ),
    ] = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> SeatRequestPage:
    """List the requests for more seats of all organizations.

    For operators. The oldest comes first. The `counts` are those of all organizations, each up to 1,000:
    that number means so many or more.
    """
    page = router.services.seat_requests.listed_for_operators(
        person=router.person, states=state or (), limit=limit, cursor=cursor, with_figures=counts
    )
    return SeatRequestPage(
        items=_views(page.items), next=page.next, counts=figures_views.seat_request_counts(page.figures)
    )


@router.get(ONE)
@described(SeatRequests.request)
def get_seat_request(request: RequestPath) -> SeatRequest:
    """Read a request for more seats.

    For operators, of any organization.
    """
    return _view(router.services.seat_requests.request(person=router.person, request=request))


@router.post(f"{ONE}/approve")
@described(SeatRequests.approve, idempotent=True)
def approve_seat_request(request: RequestPath, approval: SeatApproval) -> Response[SeatRequest]:
    """Approve a request for more seats.

    The seats are added to the license at once, under `order_id`, and the manager is informed by email. A
    request is answered once.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.seat_requests.approve(
            person=person, request=request, order_id=approval.order_id, receipt=receipt
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=_view,
    )


@router.post(f"{ONE}/refuse")
@described(SeatRequests.refuse, idempotent=True)
def refuse_seat_request(request: RequestPath, refusal: SeatRefusal) -> Response[SeatRequest]:
    """Refuse a request for more seats.

    The manager gets the reason by email. A request is answered once.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.seat_requests.refuse(
            person=person, request=request, reason=refusal.reason, receipt=receipt
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=_view,
    )


def _views(found: Sequence[DomainRequest]) -> list[SeatRequest]:
    """Return the requests with the names of their organizations and of who made them: one batch."""
    names = names_in_requests(router.services.context, found)
    return [views.seat_request(one, names=names) for one in found]


def _view(found: DomainRequest) -> SeatRequest:
    (one,) = _views([found])
    return one
