"""Shortcuts that read a command's results from the table."""

from __future__ import annotations

from collections.abc import Iterable

from tests.support.published_events import data_of
from tests.support.tenant import Tenant
from usher.domain.accesses import Access
from usher.domain.events.event import Event
from usher.domain.invite_batches import Invited
from usher.domain.invites import Invite
from usher.domain.licenses import License
from usher.store import accesses, events, invites, licenses, organizations


def seats(tenant: Tenant, license_: License) -> tuple[int, int, int]:
    """Return (total, assigned, available) as the table has them now."""
    found = licenses.get(tenant.context.table, license_.terms.organization, license_.id)
    assert found is not None
    return found.total, found.assigned, found.available


def lacking(license_: License, *, needed: int, available: int) -> dict[str, object]:
    """Return the entry of a shortfall that names the license with its product."""
    product = license_.terms.product
    return {
        "license": license_.id,
        "product": {"id": product.id, "name": product.name, "kind": str(product.kind)},
        "needed": needed,
        "available": available,
        "missing": needed - available,
    }


def invite_now(tenant: Tenant, invite: Invite) -> Invite:
    """Return the invite as the table has it now."""
    found = invites.get(tenant.context.table, invite.id)
    assert found is not None
    return found


def access_now(tenant: Tenant, license_: License, email: str = "ann@x.io") -> Access:
    """Return the access as the table has it now."""
    found = accesses.get(tenant.context.table, email, license_.id)
    assert found is not None
    return found


def every_event(tenant: Tenant) -> list[Event]:
    """Return the organization's events, oldest first."""
    table = tenant.context.table
    return list(events.between(table, tenant.id, organizations.shards_of(table, tenant.id)))


def events_of(tenant: Tenant, type_: str) -> list[Event]:
    """Return the organization's events of a type, oldest first."""
    return [event for event in every_event(tenant) if event.type == type_]


def emails_of(tenant: Tenant, type_: str) -> list[str]:
    """Return the addresses that the organization's events of a type name, in order."""
    found = [data_of(event) for event in events_of(tenant, type_)]
    return [one["email"] for data in found for one in data.get("invites") or [data["invite"]]]


def outcomes(results: Iterable[Invited]) -> dict[str, str]:
    """Return the outcome of each address."""
    return {one.email: str(one.outcome) for one in results}
