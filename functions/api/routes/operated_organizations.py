"""The operators' look at organizations: all of them as a list, and each as a whole."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import OPERATOR, ApiRouter
from functions.api.schemas.common import Cursor, Limit, OrganizationPath
from functions.api.schemas.operated_organizations import (
    NewSuspension,
    OperatedOrganizationPage,
    OrganizationDetail,
    UnconfirmedDomainsPage,
)
from functions.api.schemas.organizations import Organization
from functions.api.views import common as common_views
from functions.api.views import operated_organizations as views
from usher.domain.people import MAX_NAME
from usher.services.enrollment.named_grants import name_grants
from usher.services.enrollment.unconfirmed_domains import UnconfirmedDomains
from usher.services.operated_organizations import OperatedOrganizations
from usher.services.organization_suspension import OrganizationSuspension
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

    Oldest first, without the clients of other organizations. With `q`, those found, clients too, by name.
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
    grants = [one.grant for one in found.connections]
    return views.organization_detail(
        found,
        grants=name_grants(services.context, organization=organization, grants=grants),
        now=services.context.now(),
        ids=services.person_ids,
        origin=services.origin,
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


@router.post(f"{ORGANIZATIONS}/<organization>/suspend")
@described(OrganizationSuspension.suspend, idempotent=True)
def suspend_organization(organization: OrganizationPath, new: NewSuspension) -> Response[Organization]:
    """Suspend an organization.

    Its managers and API keys can read and change nothing, and are told why; its pages, invites, codes, single
    sign-ons and imports take nobody in. Learners keep what they have. A client is suspended alone, by its own
    id. A second time changes nothing, but for another reason.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.organization_suspension.suspend(
            person=person, organization=organization, reason=new.reason, receipt=receipt
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=common_views.organization,
    )


@router.post(f"{ORGANIZATIONS}/<organization>/resume")
@described(OrganizationSuspension.resume, idempotent=True)
def resume_organization(organization: OrganizationPath) -> Response[Organization]:
    """Lift the suspension of an organization.

    Its managers are told, and its waitlist goes on. A second time changes nothing.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.organization_suspension.resume(
            person=person, organization=organization, receipt=receipt
        ),
        person=person,
        scope=OPERATOR,
        permission=None,
        view=common_views.organization,
    )
