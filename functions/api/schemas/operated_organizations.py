"""Organizations as operators see them."""

from __future__ import annotations

from pydantic import Field

from functions.api.schemas.common import Paged
from functions.api.schemas.licenses import License
from functions.api.schemas.organizations import Organization, OrganizationName
from functions.api.schemas.people import Manager
from functions.api.schemas.sso import Connection


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
