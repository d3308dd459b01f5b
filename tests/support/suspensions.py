"""Shortcuts that suspend an organization and resume it, as an operator."""

from __future__ import annotations

from tests.support.tenant import Tenant
from usher.domain.organizations import Organization
from usher.services.organization_suspension import OrganizationSuspension
from usher.services.receipts import Receipt

REASON = "The last invoice is open."


def suspend(tenant: Tenant, organization: str = "", *, reason: str = REASON) -> Organization:
    """Suspend the tenant, or another organization."""
    return OrganizationSuspension(tenant.context).suspend(
        person=tenant.operator, organization=organization or tenant.id, reason=reason, receipt=Receipt()
    )


def resume(tenant: Tenant) -> Organization:
    """Lift the tenant's suspension."""
    return OrganizationSuspension(tenant.context).resume(
        person=tenant.operator, organization=tenant.id, receipt=Receipt()
    )
