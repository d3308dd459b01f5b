"""An organization's settings."""

from __future__ import annotations

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import OrganizationPath
from functions.api.schemas.organizations import BrandingChange, Organization, OrganizationChange
from functions.api.views import common as views
from usher.services.organization_settings import OrganizationSettings

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

    With the `version` that was read, what somebody else changed meanwhile is not overwritten: the answer is a
    refusal, `changed_meanwhile`.
    """
    branding = change.branding or BrandingChange()
    return views.organization(
        router.services.organization_settings.change(
            person=router.person,
            organization=organization,
            name=change.name,
            slug=change.slug,
            time_zone=change.time_zone,
            language=change.language,
            color=branding.color,
            logo_url=branding.logo_url,
            welcome=branding.welcome,
            invite_days=change.invite_days,
            require_group=change.require_group,
            version=change.version,
        )
    )
