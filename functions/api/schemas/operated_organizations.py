"""Organizations as operators see them."""

from __future__ import annotations

from pydantic import Field

from functions.api.schemas.common import Domain, Id, Instant, Paged, Shape
from functions.api.schemas.licenses import License
from functions.api.schemas.organizations import Organization, OrganizationName, SuspensionReason
from functions.api.schemas.people import Manager
from functions.api.schemas.sso import Connection, ConnectionName, Issuer


class OperatedOrganization(Organization):
    """An organization with the name of its provider."""

    provider_name: OrganizationName | None = Field(
        description="The name of the organization whose client this one is; null for others.",
        examples=[None],
    )


class OperatedOrganizationPage(Paged):
    """Organizations."""

    items: list[OperatedOrganization]


class OrganizationDetail(OperatedOrganization):
    """An organization with all that operators look after."""

    team: list[Manager] = Field(description="The managers by address, invited ones too.")
    licenses: list[License] = Field(description="Oldest first.")
    sso_connections: list[Connection] = Field(
        description="Oldest first; each names its domains, and which of them are confirmed."
    )
    clients: int = Field(description="How many clients the organization has, closed ones too.", examples=[3])


class NewSuspension(Shape):
    """The suspension of an organization."""

    reason: SuspensionReason


class UnconfirmedDomains(Shape):
    """The domains of one connection that wait to be confirmed."""

    organization: Id
    organization_name: OrganizationName
    connection: Id
    connection_name: ConnectionName
    issuer: Issuer
    domains: list[Domain] = Field(description="Each is confirmed on its own.", examples=[["acme.example"]])
    since: Instant = Field(description="Since when the connection has had domains to be confirmed.")


class UnconfirmedDomainsPage(Paged):
    """Connections with domains to be confirmed, the longest waiting first."""

    items: list[UnconfirmedDomains]
