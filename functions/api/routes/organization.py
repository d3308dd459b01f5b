"""An organization's settings and its event log."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import Cursor, Limit, OrganizationPath, Since, Until
from functions.api.schemas.events import EventPage, EventType
from functions.api.schemas.organizations import BrandingChange, Organization, OrganizationChange
from functions.api.views import common as views
from usher.domain.addresses import MAX_ADDRESS
from usher.services.organization_settings import OrganizationSettings
from usher.services.paging import PAGE

router = ApiRouter()


@router.get("/v1/organizations/<organization>")
@described(OrganizationSettings.organization)
def get_organization(organization: OrganizationPath) -> Organization:
    """Read an organization.

    The answer to anybody who is no manager of it, and no operator, is 404.
    """
    return views.organization(
        router.services.organization_settings.organization(person=router.person, organization=organization)
    )


@router.patch("/v1/organizations/<organization>")
@described(OrganizationSettings.change)
def change_organization(organization: OrganizationPath, change: OrganizationChange) -> Organization:
    """Change an organization's settings.

    A setting that is left out stays. Invites already sent keep their expiry. A slug that is given up is free
    at once: printed addresses of the landing page lead nowhere from then on.
    """
    branding = change.branding or BrandingChange()
    return views.organization(
        router.services.organization_settings.change(
            person=router.person,
            organization=organization,
            name=change.name,
            slug=change.slug,
            time_zone=change.time_zone,
            color=branding.color,
            logo_url=branding.logo_url,
            welcome=branding.welcome,
            invite_days=change.invite_days,
            require_group=change.require_group,
        )
    )


@router.get("/v1/organizations/<organization>/events")
@described(OrganizationSettings.events)
def list_events(
    organization: OrganizationPath,
    type_: Annotated[EventType | None, Query(alias="type", description="Events of this type only.")] = None,
    actor: Annotated[
        str | None,
        Query(
            max_length=MAX_ADDRESS,
            description="Events by this actor only: a person's address, `api-key:` and a key's id, or "
            "`system` for scheduled work.",
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> EventPage:
    """List the events of an organization.

    Newest first. With a filter, a page may be short and still have a next one. Operators can read those of
    every organization.
    """
    page = router.services.organization_settings.events(
        person=router.person,
        organization=organization,
        type_=type_,
        actor=actor,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )
    return EventPage(items=[views.event(one) for one in page.items], next=page.next)
