"""The join page's settings, and the requests to join."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import (
    MOST_VALUES,
    Cursor,
    EmailFilter,
    Limit,
    OrganizationPath,
    PersonPath,
    Search,
)
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.join_page import JoinPage, JoinPageChange, JoinRequest, JoinRequestPage
from functions.api.views import figures as figures_views
from functions.api.views import join_page as views
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.join_pages import JoinPage as OneJoinPage
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.list_sorts import JoinRequestSort
from usher.domain.organizations import Permission
from usher.services.enrollment.join_pages import JoinPages
from usher.services.enrollment.join_requests import JoinRequests
from usher.services.enrollment.named_grants import name_grants
from usher.services.paging import PAGE

HERE = "/v1/organizations/<organization>/join-page"
REQUESTS = "/v1/organizations/<organization>/join-requests"
ONE = f"{REQUESTS}/<request>"

router = ApiRouter()


@router.get(HERE)
@described(JoinPages.page)
def get_join_page(organization: OrganizationPath) -> JoinPage:
    """Read the join page's settings.

    A page that was never set is off, and its slug a proposal.
    """
    page = router.services.join_pages.page(person=router.person, organization=organization)
    return _page(page)


@router.put(HERE)
@described(JoinPages.put)
def put_join_page(organization: OrganizationPath, settings: JoinPageChange) -> JoinPage:
    """Replace the join page's settings.

    All settings are replaced. A page that is switched off is gone at once, and so are the links that it sent.
    A slug that is given up is free at once. With the `version` that was read, settings that somebody else
    changed meanwhile are not overwritten: the answer is a refusal, `join_page_changed`.
    """
    page = router.services.join_pages.put(
        person=router.person,
        organization=organization,
        slug=settings.slug,
        is_on=settings.enabled,
        domains=settings.domains,
        addresses=settings.addresses,
        grant=Grant(licenses=tuple(settings.licenses), group=settings.group),
        approval=settings.approval,
        when_full=settings.when_full,
        version=settings.version,
        language=settings.language,
    )
    return _page(page)


@router.get(REQUESTS)
@described(JoinRequests.listed)
def list_join_requests(
    organization: OrganizationPath,
    *,
    state: Annotated[
        list[JoinState] | None,
        Query(
            max_length=MOST_VALUES,
            description="Requests in these states, several by commas; `pending` unless there is a `q` or"
            " an `email`.",
        ),
    ] = None,
    search: Search = None,
    email: EmailFilter = None,
    sort: Annotated[
        JoinRequestSort | None,
        Query(description="The order, `asked` by default: the oldest first. Not together with `q`."),
    ] = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> JoinRequestPage:
    """List the requests to join.

    In the order of asking, unless sorted otherwise; those that wait for a manager's answer, unless other
    states are named. A search with `q` has an order of its own: by the address that begins with it, then by
    first names, then by last names.
    """
    page = router.services.join_requests.listed(
        person=router.person,
        organization=organization,
        states=state or (),
        email=email,
        search=search,
        sort=sort,
        limit=limit,
        cursor=cursor,
        with_figures=counts,
    )
    view = partial(
        views.join_request,
        names=router.names(organization, (one.answered_by for one in page.items)),
        ids=router.services.person_ids,
    )
    return JoinRequestPage(
        items=[view(one) for one in page.items],
        next=page.next,
        counts=figures_views.join_request_counts(page.figures),
    )


@router.post(f"{ONE}/approve")
@described(JoinRequests.approve, idempotent=True)
def approve_join_request(organization: OrganizationPath, request: PersonPath) -> Response[JoinRequest]:
    """Approve a request to join.

    The person is given what the page gives now, and informed by email. A refused request can be approved,
    too. If no seat is left, the approval is refused with the shortfall, or, if the page has a waiting list,
    the person is put on it.
    """
    person, services = router.person, router.services
    email = services.person_ids.email_of(organization, request)
    return router.idempotent(
        lambda receipt: services.join_requests.approve(
            person=person, organization=organization, email=email, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_JOIN_PAGE,
        view=partial(views.join_request, names=router.names(organization), ids=services.person_ids),
    )


@router.post(f"{ONE}/refuse")
@described(JoinRequests.refuse, idempotent=True)
def refuse_join_request(organization: OrganizationPath, request: PersonPath) -> Response[JoinRequest]:
    """Refuse a request to join.

    The person is informed by email. Asking again has no effect, until a manager approves the request after
    all.
    """
    person, services = router.person, router.services
    email = services.person_ids.email_of(organization, request)
    return router.idempotent(
        lambda receipt: services.join_requests.refuse(
            person=person, organization=organization, email=email, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_JOIN_PAGE,
        view=partial(views.join_request, names=router.names(organization), ids=services.person_ids),
    )


def _page(page: OneJoinPage) -> JoinPage:
    services = router.services
    (grant,) = name_grants(services.context, organization=page.organization, grants=[page.grant])
    return views.join_page(page, grant=grant, origin=services.origin)
