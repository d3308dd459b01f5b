"""Organizations and their unique slugs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)

from usher.domain.directory import DirectoryEntry, DirectoryField
from usher.domain.languages import Language
from usher.domain.organizations import Branding, Organization
from usher.domain.suspensions import Suspension
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changed_products import products_of, text_of
from usher.store.changes import changes
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, refs_of
from usher.store.keys import directory
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, delete, put, update


class OrganizationRow(Row):
    """`ORG#o`, `ORG`; listed under its provider, or with all organizations that have none."""

    id = UnicodeAttribute()
    slug = UnicodeAttribute()
    name = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    language = EnumAttribute(Language, null=True)
    color = UnicodeAttribute()
    logo_url = UnicodeAttribute(null=True)
    welcome = UnicodeAttribute(null=True)
    invite_days = NumberAttribute()
    former_invite_days = NumberAttribute(null=True)
    full_managers = NumberAttribute()
    require_group = BooleanAttribute(null=True)
    provider = UnicodeAttribute(null=True)
    closed_at = InstantAttribute(null=True)
    suspended_at = InstantAttribute(null=True)
    suspension_reason = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    products = UnicodeAttribute(null=True)
    shards = NumberAttribute(null=True)
    version = VersionAttribute()


class SlugRow(Row):
    """`SLUG#s`, `SLUG`: the organization that has the slug."""

    organization = UnicodeAttribute()


def ref(organization: str) -> Ref[OrganizationRow]:
    """Return the reference to the organization's item."""
    return Ref(OrganizationRow, keys.organization(organization), keys.ORGANIZATION)


def slug_ref(slug: str) -> Ref[SlugRow]:
    """Return the reference to the slug's item."""
    return Ref(SlugRow, keys.slug(slug), keys.SLUG)


def organization_of(row: OrganizationRow) -> Organization:
    """Read an organization."""
    return Organization(
        id=row.id,
        slug=row.slug,
        name=row.name,
        time_zone=row.time_zone,
        language=row.language or Language.ENGLISH,
        branding=Branding(color=row.color, logo_url=row.logo_url or "", welcome=row.welcome or ""),
        invite_days=int(row.invite_days),
        former_invite_days=int(row.former_invite_days or 0),
        full_managers=int(row.full_managers),
        require_group=bool(row.require_group),
        provider=row.provider,
        closed_at=row.closed_at,
        suspension=_suspension_of(row.suspended_at, row.suspension_reason),
        created_at=row.created_at,
        products=products_of(row.products),
        shards=int(row.shards or 1),
        version=row.version,
    )


def _suspension_of(at: datetime | None, reason: str | None) -> Suspension | None:
    return None if at is None else Suspension(at=at, reason=reason or "")


def _listing(provider: str | None) -> str:
    return keys.clients_listing(provider) if provider else keys.ORGANIZATIONS


def _row(organization: Organization) -> OrganizationRow:
    at = ref(organization.id)
    row = OrganizationRow(
        at.pk,
        at.sk,
        listing_pk=_listing(organization.provider),
        listing_sk=organization.id,
        directory_pk=_listing(organization.provider),
        last_name_sk=directory.sort_key(
            DirectoryEntry(email="", last_name=organization.name), DirectoryField.LAST_NAME, organization.id
        ),
        id=organization.id,
        slug=organization.slug,
        name=organization.name,
        time_zone=organization.time_zone,
        language=organization.language,
        color=organization.branding.color,
        logo_url=organization.branding.logo_url or None,
        welcome=organization.branding.welcome or None,
        invite_days=organization.invite_days,
        former_invite_days=organization.former_invite_days or None,
        full_managers=organization.full_managers,
        require_group=organization.require_group or None,
        provider=organization.provider,
        closed_at=organization.closed_at,
        suspended_at=None if organization.suspension is None else organization.suspension.at,
        suspension_reason=None if organization.suspension is None else organization.suspension.reason,
        created_at=organization.created_at,
        products=text_of(organization.products) if organization.products.by_id else None,
    )
    if organization.version is not None:  # PynamoDB takes a new item's version as unset, and not as None
        row.version = organization.version
    return row


def create(organization: Organization) -> Write:
    """Write a new organization."""
    return put(_row(organization))


def change(before: Organization, after: Organization) -> Write:
    """Write what differs, if the organization has not changed since it was read."""
    row = _row(before)
    return update(row, *changes(row, _row(after)))


def claim_slug(slug: str, organization: str) -> Write:
    """Give the slug to the organization, if no organization has it."""
    at = slug_ref(slug)
    return put(SlugRow(at.pk, at.sk, organization=organization), condition=SlugRow.pk.does_not_exist())


def free_slug(slug: str) -> Write:
    """Free the slug for other organizations."""
    at = slug_ref(slug)
    return delete(SlugRow(at.pk, at.sk))


def count_full_managers(organization: str, difference: int) -> Write:
    """Add `difference` to the number of active full managers, unless that lowers it to zero."""
    at = ref(organization)
    return update(
        _FullManagersRow(at.pk, at.sk),
        _FullManagersRow.full_managers.add(difference),
        condition=_FullManagersRow.full_managers > -difference
        if difference < 0
        else _FullManagersRow.pk.exists(),
    )


def counts_full_managers(write: Write) -> bool:
    """Return whether a write is one of `count_full_managers`."""
    return isinstance(write.row, _FullManagersRow)


class _FullManagersRow(Row):
    """An organization's number of full managers, without its version, since counting is not an edit."""

    full_managers = NumberAttribute()


class _ShardsRow(Row):
    """An organization's number of shards, without its version, since growing is not an edit."""

    shards = NumberAttribute(null=True)


def grow_shards(table: Table, organization: str, number: int) -> bool:
    """Divide the organization's events and invites among more shards; False if it has as many: one call."""
    fewer = _ShardsRow.shards.does_not_exist() | (_ShardsRow.shards < number)
    return table.update(
        ref(organization), _ShardsRow.shards.set(number), condition=_ShardsRow.pk.exists() & fewer
    )


def get(table: Table, organization: str) -> Organization | None:
    """Read an organization: one call."""
    row = table.get(ref(organization))
    return None if row is None else organization_of(row)


def shards_of(table: Table, organization: str) -> int:
    """Return among how many shards the organization's events and invites are divided: one call."""
    row = table.get(Ref(_ShardsRow, ref(organization).pk, ref(organization).sk))
    return 1 if row is None else int(row.shards or 1)


def by_slug(table: Table, slug: str) -> str | None:
    """Return the id of the organization with this slug: one call."""
    row = table.get(slug_ref(slug))
    return None if row is None else row.organization


def all_of_provider(
    table: Table, provider: str | None, *, limit: int, cursor: str | None
) -> Page[OrganizationRow]:
    """List a provider's clients, or every organization that has no provider."""
    return table.query(OrganizationRow, _listing(provider), index="listing", limit=limit, cursor=cursor)


def created_range(provider: str | None, *, descending: bool = False) -> KeyRange:
    """Return the range of a provider's clients, or of all organizations without one, by creation."""
    return KeyRange(partition=_listing(provider), index="listing", descending=descending)


def in_listing(found: Sequence[Found]) -> list[Organization | None]:
    """Read organizations that were found in the listing, which has them whole."""
    items = (one.item for one in found)
    return [None if item is None else organization_of(OrganizationRow.from_raw_data(item)) for item in items]


def name_range(provider: str | None, beginning: str, *, descending: bool = False) -> KeyRange:
    """Return the range of those organizations by name whose name, folded, begins with a text."""
    return KeyRange(
        partition=_listing(provider),
        index=directory.INDEXES[DirectoryField.LAST_NAME],
        low=beginning,
        high=last_beginning_with(beginning),
        descending=descending,
    )


def in_directory(table: Table, found: Sequence[Found]) -> list[Organization | None]:
    """Read organizations that were found by name: one call for each hundred."""
    refs = refs_of(OrganizationRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else organization_of(row) for at in refs]


def count_of_clients(table: Table, provider: str) -> int:
    """Count a provider's clients, closed ones included; eventually consistent: one call for each MB."""
    return table.count(keys.clients_listing(provider), index="listing")
