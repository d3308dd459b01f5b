"""The overview of an organization."""

from __future__ import annotations

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import OrganizationPath
from functions.api.schemas.figures import Overview
from functions.api.views import figures as views
from usher.services.overview import Overviews

router = ApiRouter()


@router.get("/v1/organizations/<organization>/overview")
@described(Overviews.overview)
def get_overview(organization: OrganizationPath) -> Overview:
    """Read an organization at a glance.

    Its seats by license, and how many invites, learners, requests and imports there are. It costs the same
    for any size of organization. Operators can read that of every organization.
    """
    found = router.services.overviews.overview(person=router.person, organization=organization)
    return views.overview(found)
