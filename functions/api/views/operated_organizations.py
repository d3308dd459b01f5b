"""Views of organizations as operators see them."""

from __future__ import annotations

from datetime import datetime

from functions.api.schemas import operated_organizations as schemas
from functions.api.views import common, sso
from usher.gateways.person_ids import PersonIds
from usher.services.operated_organizations import OperatedOrganization, OrganizationDetail


def operated_organization(of: OperatedOrganization) -> schemas.OperatedOrganization:
    """An organization in the operators' list."""
    return schemas.OperatedOrganization(
        **dict(common.organization(of.organization)), provider_name=of.provider_name
    )


def organization_detail(
    of: OrganizationDetail, *, now: datetime, ids: PersonIds, origin: str
) -> schemas.OrganizationDetail:
    """An organization as a whole, as it stands at `now`."""
    return schemas.OrganizationDetail(
        **dict(operated_organization(of)),
        team=[common.manager(one, now=now, ids=ids) for one in of.team],
        licenses=[common.license_(one) for one in of.licenses],
        sso_connections=[sso.connection(one, origin=origin) for one in of.connections],
        clients=of.clients,
    )
