"""Extensions of licenses that are on their way into copies of the terms, and the copies with an older end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from usher.domain.accesses import LIVE, Access
from usher.domain.invites import Invite, InviteState
from usher.domain.license_extensions import SETTLED_AFTER, LicenseExtension
from usher.domain.licenses import License
from usher.store import keys, organizations
from usher.store.accesses import AccessRow, access_of
from usher.store.accesses import ref as access_ref
from usher.store.attributes import InstantAttribute
from usher.store.invite_lists import all_in_state
from usher.store.invites import InviteRow, invite_of
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, put, update

_KEPT = timedelta(days=60)
"""How long an extension is kept after it was carried out, as its removal needs no haste."""


class ExtensionRow(Row):
    """`ORG#o`, `EXTENSION#l`: the newest extension of a license; due until every copy has the new end."""

    organization = UnicodeAttribute()
    license = UnicodeAttribute()
    valid_until = InstantAttribute()
    expires_on = NumberAttribute(null=True)


def ref(organization: str, license_id: str) -> Ref[ExtensionRow]:
    """Return the reference to the item of the license's newest extension."""
    return Ref(ExtensionRow, keys.organization(organization), keys.extension(license_id))


def extension_of(row: ExtensionRow) -> LicenseExtension:
    """Read an extension."""
    return LicenseExtension(organization=row.organization, license=row.license, valid_until=row.valid_until)


def record(extended: License, *, now: datetime) -> Write:
    """Write that a license was extended: its copies are looked after until none has an older end."""
    terms = extended.terms
    at = ref(terms.organization, terms.license)
    return put(
        ExtensionRow(
            at.pk,
            at.sk,
            due_pk=keys.due_shard(terms.license),
            due_sk=keys.due(now + SETTLED_AFTER, terms.license),
            organization=terms.organization,
            license=terms.license,
            valid_until=terms.valid_until,
        )
    )


def carried_out(extension: LicenseExtension, *, now: datetime) -> Write:
    """Write that no copy has an older end, if the license was not extended again since the read."""
    at = ref(extension.organization, extension.license)
    return update(
        ExtensionRow(at.pk, at.sk),
        ExtensionRow.due_pk.remove(),
        ExtensionRow.due_sk.remove(),
        ExtensionRow.expires_on.set(int((now + _KEPT).timestamp())),
        condition=ExtensionRow.valid_until == extension.valid_until,
    )


def accesses_ending_before(table: Table, license_id: str, end: datetime) -> Iterator[Access]:
    """Yield a license's live accesses whose copy of the terms ends earlier; eventually consistent."""
    stale = AccessRow.state.is_in(*sorted(LIVE)) & (AccessRow.terms.valid_until < end)
    rows = table.query_all(AccessRow, keys.license(license_id), index="listing", only=stale)
    return map(access_of, rows)


def extend_access(access: Access, end: datetime) -> Write:
    """Write a later end into an access, if its state and its end are still those that were read."""
    at = access_ref(access.email, access.terms.license)
    copied_end: Any = AccessRow.terms.valid_until  # a path within the item, which mypy takes for its value
    return update(
        AccessRow(at.pk, at.sk),
        copied_end.set(end),
        condition=(AccessRow.state == access.state) & (copied_end == access.ends_at),
    )


def pending_ending_before(
    table: Table, organization: str, license_id: str, end: datetime
) -> Iterator[Invite]:
    """Yield the pending invites whose copy of the license's terms ends earlier; eventually consistent.

    It reads all of the organization's pending invites, since those that gave back their seats have no access;
    and before, among how many shards they are divided.
    """
    naming = InviteRow.license_ids.contains(license_id)
    shards = organizations.shards_of(table, organization)
    for row in all_in_state(table, organization, shards, InviteState.PENDING, only=naming):
        invite = invite_of(row)
        if invite != invite.lasting_until(end, license_id=license_id):
            yield invite
