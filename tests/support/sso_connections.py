"""Single sign-on connections, created through the real service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, NETWORKS, IdentityProvider
from tests.support.tenant import Tenant
from usher.domain.enrollment.connections import Connection
from usher.domain.enrollment.grants import Grant
from usher.gateways.client_secrets import ClientSecrets
from usher.services.enrollment.connection_changes import ConnectionChange, NewConnection
from usher.services.enrollment.sso_connections import SsoConnections
from usher.services.receipts import Receipt

ACME = "acme.example"


def never() -> Any:
    """Fail, since the test must not ask a provider."""
    raise AssertionError("no provider is asked here")


@dataclass(frozen=True)
class Connector:
    """Connects an organization to the provider, as its full manager, and confirms domains, as an operator."""

    tenant: Tenant
    provider: IdentityProvider
    secrets: ClientSecrets

    @property
    def service(self) -> SsoConnections:
        return SsoConnections(
            self.tenant.context, secrets=self.secrets, providers=never, own_networks=NETWORKS
        )

    def connect(
        self,
        grant: Grant | None = None,
        *,
        organization: str = "",
        issuer: str = "",
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
        domains: Sequence[str] = (ACME,),
        confirmed: bool = True,
    ) -> Connection:
        """Create a connection, by default for acme.example alone."""
        connection = self.service.create(
            person=self.tenant.full,
            organization=organization or self.tenant.id,
            new=NewConnection(
                name="Acme ID",
                issuer=issuer or self.provider.issuer,
                client_id=client_id,
                client_secret=client_secret,
                domains=domains,
                grant=grant or Grant(),
            ),
            receipt=Receipt(),
        )
        return self.confirm(connection) if confirmed else connection

    def confirm(self, connection: Connection, *, owned: bool = True, domain: str = ACME) -> Connection:
        """Confirm a domain of the connection, or withdraw the confirmation."""
        carry_out = self.service.confirm if owned else self.service.unconfirm
        return carry_out(
            person=self.tenant.operator,
            organization=connection.organization,
            connection=connection.id,
            domain=domain,
        )

    def change(self, connection: Connection, **change: Any) -> Connection:
        """Change a connection."""
        return self.service.change(
            person=self.tenant.full,
            organization=connection.organization,
            connection=connection.id,
            change=ConnectionChange(**change),
        )
