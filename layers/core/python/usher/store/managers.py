"""The managers of organizations: each is an item of its organization, listed under its person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from pynamodb.attributes import (
    ListAttribute,
    UnicodeAttribute,
)
from pynamodb.expressions.condition import Condition

from usher.domain.languages import Language
from usher.domain.notices import Notice
from usher.domain.organizations import Manager, ManagerState, Role
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.id_ranges import LAST_ID
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, check, delete, put, update


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


def manager_ref(organization: str, email: str) -> Ref[ManagerRow]:
    """Return the reference to the manager's item."""
    return Ref(ManagerRow, keys.organization(organization), keys.manager(email))


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


def manager(table: Table, organization: str, email: str, *, consistent: bool = True) -> Manager | None:
    """Read a manager: one call."""
    row = table.get(manager_ref(organization, email), consistent=consistent)
    return None if row is None else manager_of(row)


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
