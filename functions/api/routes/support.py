"""Support requests: filed by managers, answered by operators."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import OPERATOR, ApiRouter
from functions.api.schemas.common import MOST_VALUES, Cursor, Limit, OrganizationPath, RequestPath
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.requests import (
    NewSupportRequest,
    SupportAnswer,
    SupportRequest,
    SupportRequestPage,
)
from functions.api.views import figures as figures_views
from functions.api.views import requests as views
from usher.domain.organizations import Permission
from usher.domain.requests import SupportRequest as DomainRequest
from usher.domain.requests import SupportState
from usher.services.paging import PAGE
from usher.services.request_lifecycle import names_in_requests
from usher.services.support_requests import SupportRequestDraft, SupportRequests

FILED = "/v1/organizations/<organization>/support-requests"
EVERYWHERE = "/v1/operator/support-requests"
ONE = f"{EVERYWHERE}/<request>"

OfStates = Annotated[
    list[SupportState] | None,
    Query(max_length=MOST_VALUES, description="Requests in these states only; several by commas."),
]

router = ApiRouter()


@router.post(FILED, status_code=HTTPStatus.CREATED)
@described(SupportRequests.file, idempotent=True)
def file_support_request(organization: OrganizationPath, new: NewSupportRequest) -> Response[SupportRequest]:
    """File a support request.

    To release an accepted seat, transfer progress, or anything else. The state of the learner's access and
    invite is attached.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.support_requests.file(
            person=person, organization=organization, draft=SupportRequestDraft(**dict(new)), receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.FILE_REQUESTS,
        view=_view,
        status=HTTPStatus.CREATED,
    )


@router.get(FILED)
@described(SupportRequests.listed)
def list_support_requests(
    organization: OrganizationPath,
    *,
    state: OfStates = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> SupportRequestPage:
    """List an organization's support requests.

    Newest first, with their answers.
    """
    page = router.services.support_requests.listed(
        person=router.person,
        organization=organization,
        states=state or (),
        limit=limit,
        cursor=cursor,
        with_figures=counts,
    )
    return SupportRequestPage(
        items=_views(page.items),
        next=page.next,
        counts=figures_views.support_request_counts(page.figures),
    )


@router.post(f"{FILED}/<request>/withdraw")
@described(SupportRequests.withdraw, idempotent=True)
def withdraw_support_request(
    organization: OrganizationPath, request: RequestPath
) -> Response[SupportRequest]:
    """Take a support request back.

    For whoever made it, while it has no answer. Taking it back again changes nothing.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.support_requests.withdraw(
            person=person, organization=organization, request=request, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.FILE_REQUESTS,
        view=_view,
    )


@router.get(f"{FILED}/<request>")
@described(SupportRequests.one)
def get_support_request_of_organization(
    organization: OrganizationPath, request: RequestPath
) -> SupportRequest:
    """Read one of an organization's support requests.

    With its answer.
    """
    found = router.services.support_requests.one(
        person=router.person, organization=organization, request=request
    )
    return _view(found)


@router.get(EVERYWHERE)
@described(SupportRequests.listed_for_operators)
def list_support_requests_everywhere(
    *,
    state: Annotated[
        list[SupportState] | None,
        Query(
            max_length=MOST_VALUES,
            description="Requests in these states, several by commas; `open` ones by default.",
        ),
    ] = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> SupportRequestPage:
    """List the support requests of all organizations.

    For operators. The oldest comes first. The `counts` are those of all organizations, each up to 1,000:
    that number means so many or more.
    """
    page = router.services.support_requests.listed_for_operators(
        person=router.person, states=state or (), limit=limit, cursor=cursor, with_figures=counts
    )
    return SupportRequestPage(
        items=_views(page.items), next=page.next, counts=figures_views.support_request_counts(page.figures)
    )


@router.get(ONE)
@described(SupportRequests.request)
def get_support_request(request: RequestPath) -> SupportRequest:
    """Read a support request.

    For operators, of any organization.
    """
    return _view(router.services.support_requests.request(person=router.person, request=request))


@router.post(f"{ONE}/answer")
@described(SupportRequests.answer, idempotent=True)
def answer_support_request(request: RequestPath, answer: SupportAnswer) -> Response[SupportRequest]:
    """Answer a support request.

    A request is answered once, and the managers are informed by email. If the release of a seat is granted,
    the seat returns to its license at once and the learner is informed. A transfer of progress is granted
    once it was done, with a note; other requests get a text as their answer.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.support_requests.answer(
            person=person, request=request, text=answer.answer, grant=answer.grant, receipt=receipt
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=_view,
    )


def _views(found: Sequence[DomainRequest]) -> list[SupportRequest]:
    """Return the requests with the names of their organizations and of who made them: one batch."""
    names, ids = names_in_requests(router.services.context, found), router.services.person_ids
    return [views.support_request(one, ids=ids, names=names) for one in found]


def _view(found: DomainRequest) -> SupportRequest:
    (one,) = _views([found])
    return one
