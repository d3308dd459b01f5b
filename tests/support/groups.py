"""Shortcuts that create and read groups and invite to them, as the full manager."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.tenant import Tenant
from usher.domain.groups import (
    Group,
)
from usher.domain.invite_batches import Invited
from usher.domain.invites import Invite
from usher.domain.licenses import License
from usher.services.groups import Groups
from usher.services.invites.invite_learners import InviteLearners
from usher.services.license_assignment import AssignmentResult, LicenseAssignment
from usher.services.receipts import Receipt


def group_of(tenant: Tenant, *licenses: License, name: str = "Night shift") -> Group:
    created = Groups(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name=name,
        license_ids=[one.id for one in licenses],
        receipt=Receipt(),
    )
    return created.group


def invite_all(
    tenant: Tenant, group: Group | str, emails: str | Sequence[str], access_start: str | None = None
) -> list[Invited]:
    return InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        groups=[group if isinstance(group, str) else group.id],
        emails=emails,
        access_start=access_start,
        receipt=Receipt(),
    )


def invite(tenant: Tenant, group: Group, email: str = "ann@x.io", access_start: str | None = None) -> Invite:
    (one,) = invite_all(tenant, group, email, access_start)
    assert one.invite is not None
    return one.invite


def members(tenant: Tenant, group: Group, limit: int = 50) -> list[str]:
    emails: list[str] = []
    cursor = None
    while True:
        page = Groups(tenant.context).members(
            person=tenant.full, organization=tenant.id, group=group.id, limit=limit, cursor=cursor
        )
        emails += [one.email for one in page.items]
        cursor = page.next
        if cursor is None:
            return emails


def member_count(tenant: Tenant, group: Group) -> int:
    read = Groups(tenant.context).group(person=tenant.limited, organization=tenant.id, group=group.id)
    return read.group.members


def join(tenant: Tenant, group: Group, *emails: str) -> None:
    for email in emails:
        tenant.accept(invite(tenant, group, email))


def add(
    tenant: Tenant, group: Group, license_: License, *, apply: bool = True, receipt: Receipt | None = None
) -> AssignmentResult:
    return LicenseAssignment(tenant.context).add(
        person=tenant.full,
        organization=tenant.id,
        group=group.id,
        license_id=license_.id,
        apply=apply,
        receipt=receipt or Receipt(),
    )


def delete(tenant: Tenant, group: Group) -> None:
    Groups(tenant.context).delete(person=tenant.full, organization=tenant.id, group=group.id)


def remove(tenant: Tenant, group: Group, license_: License) -> None:
    Groups(tenant.context).remove_license(
        person=tenant.full, organization=tenant.id, group=group.id, license_id=license_.id
    )


def licenses_of(tenant: Tenant, group: Group) -> tuple[str, ...]:
    return (
        Groups(tenant.context)
        .group(person=tenant.full, organization=tenant.id, group=group.id)
        .group.licenses
    )
