"""Views of organizations as operators see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from functions.api.schemas import operated_organizations as schemas
from functions.api.views import common, sso
from usher.domain.instants import rfc3339
from usher.gateways.person_ids import PersonIds
from usher.services.enrollment.named_grants import NamedGrant
from usher.services.enrollment.unconfirmed_domains import WaitingConnection
from usher.services.operated_organizations import OperatedOrganization, OrganizationDetail


def operated_organization(of: OperatedOrganization) -> schemas.OperatedOrganization:
    """An organization in the operators' list."""
    return schemas.OperatedOrganization(
        **dict(common.organization(of.organization)), provider_name=of.provider_name
    )


def organization_detail(
    of: OrganizationDetail,
    *,
    grants: Sequence[NamedGrant],
    now: datetime,
    ids: PersonIds,
    origin: str,
) -> schemas.OrganizationDetail:
    """An organization as a whole, as it stands at `now`; whoever connected it is named from its team."""
    names = {one.email: one.full_name or None for one in of.team}
    return schemas.OrganizationDetail(
        **dict(operated_organization(of)),
        team=[common.manager(one, now=now, ids=ids) for one in of.team],
        licenses=[common.license_(one) for one in of.licenses],
        sso_connections=[
            sso.connection(one, given=given, names=names.get, origin=origin)
            for one, given in zip(of.connections, grants, strict=True)
        ],
        clients=of.clients,
    )


def unconfirmed_domains(of: WaitingConnection) -> schemas.UnconfirmedDomains:
    """A connection's domains that wait to be confirmed."""
    return schemas.UnconfirmedDomains(
        organization=of.connection.organization,
        organization_name=of.organization_name,
        connection=of.connection.id,
        connection_name=of.connection.name,
        issuer=of.connection.issuer,
        domains=list(of.connection.unconfirmed),
        since=rfc3339(of.since),
    )
