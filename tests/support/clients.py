"""Shortcuts that create and close a provider's client, as its full manager."""

from __future__ import annotations

from tests.support.tenant import Tenant
from usher.domain.organizations import Organization
from usher.services.clients import Clients
from usher.services.close_client import CloseClient
from usher.services.operator_commands import FirstManager
from usher.services.receipts import Receipt


def create_client(tenant: Tenant, *, manager: str) -> Organization:
    """Create a client, and invite its first manager."""
    return Clients(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Branch",
        slug="branch",
        first_manager=FirstManager(email=manager, first_name="Ann", last_name="Lee"),
        receipt=Receipt(),
    )


def close_client(tenant: Tenant, client: Organization) -> None:
    """Close a client that holds no seats."""
    CloseClient(tenant.context).close(
        person=tenant.full, organization=tenant.id, client=client.id, receipt=Receipt()
    )
