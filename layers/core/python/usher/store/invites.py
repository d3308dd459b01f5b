"""Invites. Each change requires the version that was read, so that of two at once one has to be repeated."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)

from usher.domain import figures
from usher.domain.directory import DirectoryEntry
from usher.domain.email_holds import EmailHold
from usher.domain.groups import InviteGroup
from usher.domain.invites import Delivery, Invite, InviteKind, InviteState
from usher.domain.languages import Language
from usher.domain.organizations import Role
from usher.domain.shards import shard_of
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.keys import directory
from usher.store.keys import invites as invite_keys
from usher.store.table import Ref, Row, Table
from usher.store.terms import TermsList, terms_map, terms_of
from usher.store.transaction import Write, put, update


class InviteRow(Row):
    """`INVITE#i`, `INVITE`; listed under the organization by state; due at its reminder, then its expiry.

    What the keys say is left out, and what most invites have: they are to a learner and hold their seats. An
    invite below 1 KB is written at half the price, and it is written four times (decision 0092).
    """

    to_pk = UnicodeAttribute(null=True)
    kind = EnumAttribute(InviteKind, null=True)
    email = UnicodeAttribute()
    state = EnumAttribute(InviteState)
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    expires_at = InstantAttribute()
    licenses = TermsList()
    license_ids: ListAttribute[str] = ListAttribute(null=True)
    group_ids: ListAttribute[str] = ListAttribute(null=True)
    group_names: ListAttribute[str] = ListAttribute(null=True)
    role = EnumAttribute(Role, null=True)
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    language = EnumAttribute(Language, null=True)
    access_start = InstantAttribute(null=True)
    start_edited = BooleanAttribute(null=True)
    number = NumberAttribute()
    sent_at = InstantAttribute(null=True)
    resent_at = InstantAttribute(null=True)
    resent_on = UnicodeAttribute(null=True)
    resends = NumberAttribute(null=True)
    delivery = EnumAttribute(Delivery)
    delivery_held = EnumAttribute(EmailHold, null=True)
    holds_seats = BooleanAttribute(null=True)
    reminders_off = BooleanAttribute(null=True)
    link_requested_at = InstantAttribute(null=True)
    answered_at = InstantAttribute(null=True)
    version = VersionAttribute()


def ref(invite: str) -> Ref[InviteRow]:
    """Return the reference to the invite's item."""
    return Ref(InviteRow, keys.invite(invite), keys.INVITE)


def invite_of(row: InviteRow) -> Invite:
    """Read an invite."""
    organization = invite_keys.organization_in(str(row.listing_pk))
    return Invite(
        id=invite_keys.id_in(row.pk),
        organization=organization,
        kind=row.kind or InviteKind.LEARNER,
        email=row.email,
        state=row.state,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        licenses=tuple(
            terms_of(terms, license_id=id_, organization=organization)
            for id_, terms in zip(row.license_ids or (), row.licenses, strict=True)
        ),
        groups=tuple(
            InviteGroup(id=id_, name=name)
            for id_, name in zip(row.group_ids or (), row.group_names or (), strict=True)
        ),
        role=row.role,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        message=row.message or "",
        language=row.language,
        access_start=row.access_start,
        start_edited=bool(row.start_edited),
        number=int(row.number),
        sent_at=cast("datetime | None", row.sent_at) or row.created_at,
        resent_at=row.resent_at,
        resent_on=row.resent_on or "",
        resends=int(row.resends or 0),
        delivery=row.delivery,
        delivery_held=row.delivery_held,
        holds_seats=row.holds_seats is not False,
        remind_at=_remind_at(row),
        reminders_off=bool(row.reminders_off),
        link_requested_at=row.link_requested_at,
        answered_at=row.answered_at,
        version=row.version,
    )


def _remind_at(row: InviteRow) -> datetime | None:
    """Return when an invite is due before it expires, which is when its person is reminded."""
    due_at = keys.due_at(row.due_sk) if row.due_sk else None
    return None if due_at == row.expires_at else due_at


def _listing(invite: Invite) -> str:
    if invite.kind is InviteKind.TEAM:
        return keys.team_invites_listing(invite.organization, invite.state)
    return keys.invites_listing(invite.organization, invite.state, shard_of(invite.id))


def directory_entry(invite: Invite) -> DirectoryEntry:
    """Return the invited person as they stand in the directory: by what the manager typed."""
    return DirectoryEntry(email=invite.email, first_name=invite.first_name, last_name=invite.last_name)


def _directory_keys(invite: Invite) -> dict[str, Any]:
    """Return the directory's keys of an invite to a learner; managers are few, and need no directory."""
    if invite.kind is InviteKind.TEAM:
        return {}
    entry = directory_entry(invite)
    return {
        directory.PARTITION_KEY: directory.invites(invite.organization, invite.state),
        directory.ADDRESS_PARTITION_KEY: directory.invites_to(invite.organization, invite.email),
        **{key: directory.sort_key(entry, field, invite.id) for field, key in directory.SORT_KEYS.items()},
    }


def _index_keys(invite: Invite) -> dict[str, Any]:
    due_at = invite.due_at
    return {
        **_directory_keys(invite),
        "listing_pk": _listing(invite),
        "listing_sk": invite.id,
        "due_pk": keys.due_shard(invite.id) if due_at else None,
        "due_sk": keys.due(due_at, invite.id) if due_at else None,
    }


def _row(invite: Invite) -> InviteRow:
    at = ref(invite.id)
    row = InviteRow(
        at.pk,
        at.sk,
        **_index_keys(invite),
        kind=None if invite.kind is InviteKind.LEARNER else invite.kind,
        email=invite.email,
        state=invite.state,
        created_at=invite.created_at,
        created_by=invite.created_by,
        expires_at=invite.expires_at,
        licenses=[terms_map(terms, inside_of=invite.organization) for terms in invite.licenses],
        license_ids=[terms.license for terms in invite.licenses] or None,
        group_ids=[group.id for group in invite.groups] or None,
        group_names=[group.name for group in invite.groups] or None,
        role=invite.role,
        first_name=invite.first_name or None,
        last_name=invite.last_name or None,
        message=invite.message or None,
        language=invite.language,
        access_start=invite.access_start,
        start_edited=invite.start_edited or None,
        number=invite.number,
        sent_at=None if invite.sent_at == invite.created_at else invite.sent_at,
        resent_at=invite.resent_at,
        resent_on=invite.resent_on or None,
        resends=invite.resends or None,
        delivery=invite.delivery,
        delivery_held=invite.delivery_held,
        holds_seats=None if invite.holds_seats else False,
        reminders_off=invite.reminders_off or None,
        link_requested_at=invite.link_requested_at,
        answered_at=invite.answered_at,
    )
    if invite.version is not None:  # PynamoDB takes a new item's version as unset, and not as None
        row.version = invite.version
    return row


def create(invite: Invite) -> Write:
    """Write a new invite."""
    return put(_row(invite), change=_change(invite.organization, figures.of_invite(invite)))


def change(before: Invite, after: Invite) -> Write:
    """Write what differs, if the invite's version is the one that was read."""
    row = _row(before)
    actions = changes(row, _row(after))
    if after.number != before.number and after.delivery is before.delivery:
        # A report about the previous sending may have been written since the read; it keeps the version.
        actions.append(InviteRow.delivery.set(after.delivery))
    if after.number != before.number and before.delivery_held is None:
        # So may have been that the previous sending is held.
        actions.append(InviteRow.delivery_held.remove())
    moved = figures.difference(figures.of_invite(before), figures.of_invite(after))
    return update(row, *actions, change=_change(after.organization, moved))


def _change(organization: str, moved: figures.Figures) -> figures.FiguresChange:
    return figures.FiguresChange(organization=organization, figures=moved)


def get(table: Table, invite: str) -> Invite | None:
    """Read an invite: one call."""
    row = table.get(ref(invite))
    return None if row is None else invite_of(row)
