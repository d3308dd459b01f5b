"""Organizations, their unique slugs, and their managers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.expressions.condition import Condition

from usher.domain.directory import DirectoryEntry, DirectoryField
from usher.domain.languages import Language
from usher.domain.notices import Notice
from usher.domain.organizations import Branding, Manager, ManagerState, Organization, Role
from usher.domain.suspensions import Suspension
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changed_products import products_of, text_of
from usher.store.changes import changes
from usher.store.id_ranges import LAST_ID
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, refs_of
from usher.store.keys import directory
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, check, delete, put, update


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
    full_managers = NumberAttribute()
    require_group = BooleanAttribute(null=True)
    provider = UnicodeAttribute(null=True)
    closed_at = InstantAttribute(null=True)
    suspended_at = InstantAttribute(null=True)
    suspension_reason = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    products = UnicodeAttribute(null=True)
    version = VersionAttribute()


class SlugRow(Row):
    """`SLUG#s`, `SLUG`: the organization that has the slug."""

    organization = UnicodeAttribute()


class ManagerRow(Row):
    """`ORG#o`, `MANAGER#email`; an active one is listed under the person."""

    organization = UnicodeAttribute()
    email = UnicodeAttribute()
    role = EnumAttribute(Role)
    state = EnumAttribute(ManagerState)
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    invite = UnicodeAttribute(null=True)
    since = InstantAttribute(null=True)
    expires_at = InstantAttribute(null=True)
    muted: ListAttribute[str] = ListAttribute(default=list)
    language = EnumAttribute(Language, null=True)


def ref(organization: str) -> Ref[OrganizationRow]:
    """Return the reference to the organization's item."""
    return Ref(OrganizationRow, keys.organization(organization), keys.ORGANIZATION)


def slug_ref(slug: str) -> Ref[SlugRow]:
    """Return the reference to the slug's item."""
    return Ref(SlugRow, keys.slug(slug), keys.SLUG)


def manager_ref(organization: str, email: str) -> Ref[ManagerRow]:
    """Return the reference to the manager's item."""
    return Ref(ManagerRow, keys.organization(organization), keys.manager(email))


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
        full_managers=int(row.full_managers),
        require_group=bool(row.require_group),
        provider=row.provider,
        closed_at=row.closed_at,
        suspension=_suspension_of(row.suspended_at, row.suspension_reason),
        created_at=row.created_at,
        products=products_of(row.products),
        version=row.version,
    )


def _suspension_of(at: datetime | None, reason: str | None) -> Suspension | None:
    return None if at is None else Suspension(at=at, reason=reason or "")


def manager_of(row: ManagerRow) -> Manager:
    """Read a manager."""
    return Manager(
        organization=row.organization,
        email=row.email,
        role=row.role,
        state=row.state,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        invite=row.invite or "",
        since=row.since,
        expires_at=row.expires_at,
        muted=frozenset(Notice(name) for name in row.muted),
        language=row.language,
    )


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


def _manager_row(manager: Manager) -> ManagerRow:
    at = manager_ref(manager.organization, manager.email)
    listing = keys.manager_listing if manager.state is ManagerState.ACTIVE else keys.manager_invite_listing
    return ManagerRow(
        at.pk,
        at.sk,
        listing_pk=keys.person(manager.email),
        listing_sk=listing(manager.organization),
        organization=manager.organization,
        email=manager.email,
        role=manager.role,
        state=manager.state,
        first_name=manager.first_name or None,
        last_name=manager.last_name or None,
        invite=manager.invite or None,
        since=manager.since,
        expires_at=manager.expires_at,
        muted=_names(manager.muted),
        language=manager.language,
    )


def _names(notices: Collection[Notice]) -> list[str]:
    return sorted(notice.value for notice in notices)


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


def invite_manager(manager: Manager, *, now: datetime) -> Write:
    """Write a pending manager, unless the address is in the team by more than an invite that has expired."""
    lapsed = (ManagerRow.state == ManagerState.PENDING) & (ManagerRow.expires_at <= now)
    return put(_manager_row(manager), condition=ManagerRow.pk.does_not_exist() | lapsed)


def join(manager: Manager) -> Write:
    """Write a manager as active, if they are pending with this invite."""
    return put(
        _manager_row(manager),
        condition=(ManagerRow.invite == manager.invite) & (ManagerRow.state == ManagerState.PENDING),
    )


def renew(manager: Manager, *, expires_at: datetime) -> Write:
    """Write a new expiry of a pending manager, if their invite is still this one."""
    at = manager_ref(manager.organization, manager.email)
    return update(
        ManagerRow(at.pk, at.sk),
        ManagerRow.expires_at.set(expires_at),
        condition=(ManagerRow.invite == manager.invite) & (ManagerRow.state == ManagerState.PENDING),
    )


def is_no_manager(organization: str, email: str) -> Write:
    """Require, without a change, that the address is not that of a manager, active or pending."""
    at = manager_ref(organization, email)
    return check(ManagerRow(at.pk, at.sk), ManagerRow.pk.does_not_exist())


def mute(before: Manager, muted: Collection[Notice]) -> Write:
    """Write the notices that an active manager has switched off, if they have not changed since the read."""
    at = manager_ref(before.organization, before.email)
    as_read: Condition = ManagerRow.muted == _names(before.muted)
    if not before.muted:
        as_read |= ManagerRow.muted.does_not_exist()
    return update(
        ManagerRow(at.pk, at.sk),
        ManagerRow.muted.set(_names(muted)),
        condition=(ManagerRow.state == ManagerState.ACTIVE) & as_read,
    )


def change_role(before: Manager, role: Role) -> Write:
    """Write another role, if the manager's state and role have not changed since they were read."""
    at = manager_ref(before.organization, before.email)
    return update(
        ManagerRow(at.pk, at.sk),
        ManagerRow.role.set(role),
        condition=(ManagerRow.state == before.state) & (ManagerRow.role == before.role),
    )


def leave(manager: Manager) -> Write:
    """Remove a manager, if their state and role have not changed since they were read."""
    at = manager_ref(manager.organization, manager.email)
    return delete(
        ManagerRow(at.pk, at.sk),
        condition=(ManagerRow.state == manager.state) & (ManagerRow.role == manager.role),
    )


def rename_manager(organization: str, email: str, *, first_name: str, last_name: str) -> Write:
    """Write a manager's name."""
    at = manager_ref(organization, email)
    return update(
        ManagerRow(at.pk, at.sk),
        ManagerRow.first_name.set(first_name),
        ManagerRow.last_name.set(last_name),
        condition=ManagerRow.pk.exists(),
    )


def choose_language(organization: str, email: str, language: Language) -> Write:
    """Write the language that a manager chose to be written to in."""
    at = manager_ref(organization, email)
    row = ManagerRow(at.pk, at.sk)
    return update(row, ManagerRow.language.set(language), condition=ManagerRow.pk.exists())


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


def get(table: Table, organization: str) -> Organization | None:
    """Read an organization: one call."""
    row = table.get(ref(organization))
    return None if row is None else organization_of(row)


def manager(table: Table, organization: str, email: str) -> Manager | None:
    """Read a manager: one call."""
    row = table.get(manager_ref(organization, email))
    return None if row is None else manager_of(row)


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


def team(table: Table, organization: str) -> list[Manager]:
    """List an organization's managers, pending ones included."""
    rows = table.query_all(
        ManagerRow, keys.organization(organization), ManagerRow.sk.startswith(keys.MANAGER_PREFIX)
    )
    return [manager_of(row) for row in rows]


def manager_memberships(table: Table, email: str) -> Iterator[Manager]:
    """List a person as the active manager of each of their organizations; eventually consistent."""
    rows = table.query_all(
        ManagerRow,
        keys.person(email),
        ManagerRow.listing_sk.startswith(keys.MANAGER_PREFIX),
        index="listing",
    )
    return (manager_of(row) for row in rows)


def team_places(table: Table, email: str) -> Iterator[Manager]:
    """List a person as a manager of each organization, then as one invited to be; eventually consistent."""
    span = ManagerRow.listing_sk.between(keys.MANAGER_PREFIX, keys.manager_invite_listing(LAST_ID))
    rows = table.query_all(ManagerRow, keys.person(email), span, index="listing")
    return (manager_of(row) for row in rows)
