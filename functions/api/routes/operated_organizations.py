"""The operators' look at organizations: all of them as a list, and each as a whole."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import Cursor, Limit, OrganizationPath
from functions.api.schemas.operated_organizations import (
    OperatedOrganizationPage,
    OrganizationDetail,
    UnconfirmedDomainsPage,
)
from functions.api.views import operated_organizations as views
from usher.domain.people import MAX_NAME
from usher.services.enrollment.unconfirmed_domains import UnconfirmedDomains
from usher.services.operated_organizations import OperatedOrganizations
from usher.services.paging import PAGE

ORGANIZATIONS = "/v1/operator/organizations"

router = ApiRouter()


@router.get(ORGANIZATIONS)
@described(OperatedOrganizations.listed, OperatedOrganizations.search)
def list_organizations(
    q: Annotated[
        str | None,
        Query(
            max_length=MAX_NAME,
            description="Only those whose name or slug begins so, without regard to case and accents.",
        ),
    ] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> OperatedOrganizationPage:
    """List the organizations.

    Oldest first, without the clients of other organizations. With `q`, those found, clients too, by name; a
    page may be short and still have a next one.
    """
    person, operated = router.person, router.services.operated_organizations
    page = (
        operated.search(person=person, text=text, limit=limit, cursor=cursor)
        if (text := (q or "").strip())
        else operated.listed(person=person, limit=limit, cursor=cursor)
    )
    return OperatedOrganizationPage(
        items=[views.operated_organization(one) for one in page.items], next=page.next
    )


@router.get(f"{ORGANIZATIONS}/<organization>")
@described(OperatedOrganizations.organization)
def get_organization_as_operator(organization: OrganizationPath) -> OrganizationDetail:
    """Read an organization as a whole.

    With its team, licenses and single sign-on connections. Its events stand at the organization's own
    route, which operators can read as well.
    """
    services = router.services
    found = services.operated_organizations.organization(person=router.person, organization=organization)
    return views.organization_detail(
        found, now=services.context.now(), ids=services.person_ids, origin=services.origin
    )


@router.get("/v1/operator/unconfirmed-domains")
@described(UnconfirmedDomains.listed)
def list_unconfirmed_domains(limit: Limit = PAGE, cursor: Cursor = None) -> UnconfirmedDomainsPage:
    """List the domains to be confirmed.

    Those of all organizations' single sign-on connections, by connection; the longest waiting first.
    """
    page = router.services.unconfirmed_domains.listed(person=router.person, limit=limit, cursor=cursor)
    return UnconfirmedDomainsPage(
        items=[views.unconfirmed_domains(one) for one in page.items], next=page.next
    )
