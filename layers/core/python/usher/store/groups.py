"""Groups, their unique names, their members, and offers: invites that give membership without a seat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)

from usher.domain.groups import Group, Member, comparable_name
from usher.domain.invites import Invite
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.changes import changes
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, check, delete, put, update

KEPT = timedelta(days=180)
"""How long a group invite marker is kept; an invite expires after 90 days at most."""


_LONGEST_PREFIX = 200
"""The most characters of a name that are searched for; a sort key has at most 1,024 bytes."""


class GroupRow(Row):
    """`ORG#o`, `GROUP#g`. A `closing` group counts as deleted while its members are being removed.

    `members` is counted in the transactions in which they join and leave; no edit writes it (decision 49).
    """

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    name = UnicodeAttribute()
    license_ids: ListAttribute[str] = ListAttribute(default=list)
    members = NumberAttribute(default=0)
    created_at = InstantAttribute()
    closing = BooleanAttribute(null=True)
    version = VersionAttribute()


class GroupNameRow(Row):
    """`ORG#o`, `GROUP_NAME#name`: the group that has the name, within the organization."""

    group = UnicodeAttribute()


class MemberRow(Row):
    """`ORG#o`, `MEMBER#g#email`: a member of a group."""

    organization = UnicodeAttribute()
    group = UnicodeAttribute()
    email = UnicodeAttribute()
    joined_at = InstantAttribute()


class GroupInviteMarkerRow(Row):
    """`ORG#o`, `OFFER#g#email`: marks the newest invite to the group that reserves no seat of it."""

    invite = UnicodeAttribute()
    expires_on = NumberAttribute()


def ref(organization: str, group: str) -> Ref[GroupRow]:
    """Return the reference to the group's item."""
    return Ref(GroupRow, keys.organization(organization), keys.group(group))


def name_ref(organization: str, name: str) -> Ref[GroupNameRow]:
    """Return the reference to the name's item."""
    return Ref(GroupNameRow, keys.organization(organization), keys.group_name(comparable_name(name)))


def member_ref(organization: str, group: str, email: str) -> Ref[MemberRow]:
    """Return the reference to the member's item."""
    return Ref(MemberRow, keys.organization(organization), keys.member(group, email))


def invite_marker_ref(organization: str, group: str, email: str) -> Ref[GroupInviteMarkerRow]:
    """Return the reference to the item that marks the invite."""
    return Ref(GroupInviteMarkerRow, keys.organization(organization), keys.group_invite_marker(group, email))


def group_of(row: GroupRow) -> Group:
    """Read a group."""
    return Group(
        id=row.id,
        organization=row.organization,
        name=row.name,
        created_at=row.created_at,
        licenses=tuple(row.license_ids),
        members=int(row.members),
        version=row.version,
    )


def open_group(row: GroupRow | None) -> Group | None:
    """Read a group; None if it does not exist or is closing."""
    return None if row is None or row.closing else group_of(row)


def member_of(row: MemberRow) -> Member:
    """Read a member."""
    return Member(organization=row.organization, group=row.group, email=row.email, joined_at=row.joined_at)


def _row(group: Group) -> GroupRow:
    at = ref(group.organization, group.id)
    row = GroupRow(
        at.pk,
        at.sk,
        id=group.id,
        organization=group.organization,
        name=group.name,
        license_ids=list(group.licenses),
        members=group.members,
        created_at=group.created_at,
    )
    if group.version is not None:  # PynamoDB takes a new item's version as unset, and not as None
        row.version = group.version
    return row


def create(group: Group) -> Write:
    """Write a new group."""
    return put(_row(group))


def change(before: Group, after: Group) -> Write:
    """Write what differs, if the group has not changed since it was read."""
    row = _row(before)
    return update(row, *changes(row, _row(after)))


def close(group: Group) -> Write:
    """Write that the group is closing, if it has not changed since it was read."""
    return update(_row(group), GroupRow.closing.set(True))


def remove(organization: str, group: str) -> Write:
    """Remove a closing group, after its members."""
    at = ref(organization, group)
    return delete(_UnversionedRow(at.pk, at.sk))


def is_open(organization: str, group: str) -> Write:
    """Require, without a change, that the group exists and is not closing."""
    at = ref(organization, group)
    return check(_UnversionedRow(at.pk, at.sk), GroupRow.pk.exists() & GroupRow.closing.does_not_exist())


class _UnversionedRow(Row):
    """A group's key alone, without its version, for writes that are not edits."""


def claim_name(organization: str, name: str, group: str) -> Write:
    """Give the name to the group, if no group has it."""
    at = name_ref(organization, name)
    return put(GroupNameRow(at.pk, at.sk, group=group), condition=GroupNameRow.pk.does_not_exist())


def free_name(organization: str, name: str) -> Write:
    """Free the name for other groups."""
    at = name_ref(organization, name)
    return delete(GroupNameRow(at.pk, at.sk))


def count(organization: str, group: str, members: int) -> Write:
    """Count members that join or, below zero, leave; the group must exist and not be closing.

    Written where `is_open` would look at the same item, which costs as much and is in the way of others as
    much (decision 49).
    """
    at = ref(organization, group)
    return update(
        _UnversionedRow(at.pk, at.sk),
        GroupRow.members.add(members),
        condition=GroupRow.pk.exists() & GroupRow.closing.does_not_exist(),
    )


def join(member: Member) -> Write:
    """Write a new member, if they are none yet; `count` counts them."""
    at = member_ref(member.organization, member.group, member.email)
    row = MemberRow(
        at.pk,
        at.sk,
        organization=member.organization,
        group=member.group,
        email=member.email,
        joined_at=member.joined_at,
    )
    return put(row, condition=MemberRow.pk.does_not_exist())


def leave(organization: str, group: str, email: str) -> Write:
    """Remove a member, if they are one; `count` counts them out."""
    at = member_ref(organization, group, email)
    return delete(MemberRow(at.pk, at.sk), condition=MemberRow.pk.exists())


def forget(member: Member) -> Write:
    """Remove a member of a closing group, if they are one."""
    at = member_ref(member.organization, member.group, member.email)
    return delete(MemberRow(at.pk, at.sk))


def mark_invite(invite: Invite, *, group: str, instead_of: str | None) -> Write:
    """Mark the invite as the newest to a group of which it brings no seat.

    If it brings no seat at all, only if none is marked, or `instead_of` is, to keep it the only one.
    """
    at = invite_marker_ref(invite.organization, group, invite.email)
    row = GroupInviteMarkerRow(
        at.pk, at.sk, invite=invite.id, expires_on=int((invite.created_at + KEPT).timestamp())
    )
    if invite.licenses:
        return put(row)
    unseen = GroupInviteMarkerRow.pk.does_not_exist()
    return put(
        row, condition=unseen if instead_of is None else unseen | (GroupInviteMarkerRow.invite == instead_of)
    )


def invite_marked_in(item: Mapping[str, Any] | None) -> str | None:
    """Return the id of the invite that is marked in the item which a failed condition returned."""
    return None if item is None else str(item["invite"]["S"])


def listed(table: Table, organization: str, *, limit: int, cursor: str | None) -> Page[GroupRow]:
    """List an organization's groups, oldest first."""
    return table.query(
        GroupRow,
        keys.organization(organization),
        GroupRow.sk.startswith(keys.GROUP_PREFIX),
        only=GroupRow.closing.does_not_exist(),
        limit=limit,
        cursor=cursor,
    )


def all_of(table: Table, organization: str) -> Iterator[GroupRow]:
    """List all of an organization's groups, oldest first, closing ones included."""
    return table.query_all(
        GroupRow, keys.organization(organization), GroupRow.sk.startswith(keys.GROUP_PREFIX)
    )


def members(
    table: Table, organization: str, group: str, *, limit: int, cursor: str | None
) -> Page[MemberRow]:
    """List a group's members by address."""
    return table.query(
        MemberRow,
        keys.organization(organization),
        MemberRow.sk.startswith(keys.members(group)),
        limit=limit,
        cursor=cursor,
    )


def created_range(organization: str, *, descending: bool) -> KeyRange:
    """Return the range of an organization's groups by id, those left out that are being deleted."""
    return KeyRange(
        partition=keys.organization(organization),
        prefix=keys.GROUP_PREFIX,
        descending=descending,
        only=GroupRow.closing.does_not_exist(),
    )


def whole(found: Sequence[Found]) -> list[Group | None]:
    """Read groups that were found in the table itself."""
    items = (one.item for one in found)
    return [None if item is None else open_group(GroupRow.from_raw_data(item)) for item in items]


def name_range(organization: str, beginning: str = "", *, descending: bool = False) -> KeyRange:
    """Return the range of an organization's groups, by name, whose name begins with a text."""
    low = comparable_name(beginning)[:_LONGEST_PREFIX]
    return KeyRange(
        partition=keys.organization(organization),
        prefix=keys.group_name(""),
        low=low,
        high=last_beginning_with(low),
        descending=descending,
    )


def named(table: Table, organization: str, found: Sequence[Found]) -> list[Group | None]:
    """Read groups that were found by name: one call for each hundred."""
    items = (one.item for one in found)
    refs = [ref(organization, item["group"]["S"]) for item in items if item is not None]
    rows = table.get_many(refs)
    return [open_group(rows.get(at)) for at in refs]


def all_open(table: Table, organization: str) -> list[Group]:
    """Read all of an organization's groups, oldest first."""
    rows = table.query_all(
        GroupRow, keys.organization(organization), GroupRow.sk.startswith(keys.GROUP_PREFIX)
    )
    return [group for row in rows if (group := open_group(row)) is not None]


def member_range(
    organization: str, group: str, *, low: str = "", high: str = "", descending: bool = False
) -> KeyRange:
    """Return the range of a group's members by address."""
    return KeyRange(
        partition=keys.organization(organization),
        prefix=keys.members(group),
        low=low,
        high=high,
        descending=descending,
    )


def all_members(table: Table, organization: str, group: str) -> Iterator[Member]:
    """Read all of a group's members, by address."""
    rows = table.query_all(
        MemberRow, keys.organization(organization), MemberRow.sk.startswith(keys.members(group))
    )
    return (member_of(row) for row in rows)


def get(table: Table, organization: str, group: str) -> Group | None:
    """Read a group: one call."""
    return open_group(table.get(ref(organization, group)))
