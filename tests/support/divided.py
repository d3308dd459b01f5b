"""Tenants whose licenses are kept in several parts, however few seats these have (decision 0086)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

from tests.support.tenant import Tenant
from usher.domain.license_parts import even_shares
from usher.domain.licenses import License
from usher.services.context import Context
from usher.store import licenses
from usher.store.license_parts import SeatsRow, read_pool
from usher.store.licenses import LicenseRow
from usher.store.seat_shifts import license_key, new_part, part_key
from usher.store.transaction import commit, delete, update

PARTS = (1, 2, 8)
"""The numbers of parts that the proofs are run with: of a small license, of the next, and the most."""


@dataclass(frozen=True)
class DividedTenant(Tenant):
    """A tenant of which each license is divided into `parts` as soon as it is granted."""

    parts: int = 1

    @classmethod
    def of(cls, tenant: Tenant, parts: int) -> Self:
        """Return the tenant, as one whose licenses are divided from now on."""
        return cls(**{field.name: getattr(tenant, field.name) for field in fields(Tenant)}, parts=parts)

    def license(self, seats: int = 10, **terms: Any) -> License:
        """Grant a license and divide its seats evenly."""
        return divide(self.context, super().license(seats, **terms), self.parts)


class RoomyTenant(DividedTenant):
    """A divided tenant of which each part of a license has as many seats as are asked for altogether."""

    def license(self, seats: int = 10, **terms: Any) -> License:
        """Grant a license of so many seats for each part."""
        return super().license(seats * self.parts, **terms)


def divide(context: Context, license_: License, parts: int) -> License:
    """Divide a license that nobody has taken a seat of into so many parts, whatever its size."""
    terms, present = license_.terms, license_.terms.parts
    if parts == present:
        return license_
    own, *others = even_shares(license_.total, parts)
    number = LicenseRow.parts.set(parts) if parts > 1 else LicenseRow.parts.remove()
    writes = [update(license_key(terms), number, LicenseRow.available.set(own))]
    for part, share in enumerate(others, start=1):
        if part < present:
            writes.append(update(part_key(terms, part), SeatsRow.available.set(share)))
        else:
            writes.append(new_part(terms, part, share))
    writes += [delete(part_key(terms, part)) for part in range(parts, present)]
    commit(context.table, writes)
    found = licenses.get(context.table, terms.organization, terms.license)
    assert found is not None
    return found


def available_by_part(tenant: Tenant, license_: License) -> list[int]:
    """Return the available seats of each part."""
    return _counts(tenant, license_, "available")


def assigned_by_part(tenant: Tenant, license_: License) -> list[int]:
    """Return the assigned seats of each part."""
    return _counts(tenant, license_, "assigned")


def _counts(tenant: Tenant, license_: License, of: Any) -> list[int]:
    pool = read_pool(tenant.context.table, license_.terms.organization, license_.id)
    assert pool is not None
    return pool.counts(of)
