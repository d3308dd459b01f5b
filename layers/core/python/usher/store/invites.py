"""Invites. Each change requires the version that was read, so that of two at once one has to be repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any, cast

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.expressions.condition import Condition

from usher.domain import figures
from usher.domain.directory import DirectoryEntry, DirectoryField
from usher.domain.email_holds import EmailHold
from usher.domain.groups import InviteGroup
from usher.domain.invite_lists import InviteCriteria
from usher.domain.invites import Delivery, Invite, InviteKind, InviteState
from usher.domain.languages import Language
from usher.domain.organizations import Role
from usher.domain.shards import shard_of
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.id_ranges import last_before
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, read, refs_of
from usher.store.keys import directory
from usher.store.table import Page, Ref, Row, Table
from usher.store.terms import TermsList, terms_map, terms_of
from usher.store.transaction import Write, put, update


class InviteRow(Row):
    """`INVITE#i`, `INVITE`; listed under the organization by state; due at its reminder, then its expiry."""

    to_pk = UnicodeAttribute(null=True)
    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    kind = EnumAttribute(InviteKind)
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
    holds_seats = BooleanAttribute()
    remind_at = InstantAttribute(null=True)
    reminders_off = BooleanAttribute(null=True)
    link_requested_at = InstantAttribute(null=True)
    answered_at = InstantAttribute(null=True)
    version = VersionAttribute()


def ref(invite: str) -> Ref[InviteRow]:
    """Return the reference to the invite's item."""
    return Ref(InviteRow, keys.invite(invite), keys.INVITE)


def invite_of(row: InviteRow) -> Invite:
    """Read an invite."""
    return Invite(
        id=row.id,
        organization=row.organization,
        kind=row.kind,
        email=row.email,
        state=row.state,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        licenses=tuple(terms_of(terms) for terms in row.licenses),
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
        holds_seats=row.holds_seats,
        remind_at=row.remind_at,
        reminders_off=bool(row.reminders_off),
        link_requested_at=row.link_requested_at,
        answered_at=row.answered_at,
        version=row.version,
    )


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
        id=invite.id,
        organization=invite.organization,
        kind=invite.kind,
        email=invite.email,
        state=invite.state,
        created_at=invite.created_at,
        created_by=invite.created_by,
        expires_at=invite.expires_at,
        licenses=[terms_map(terms) for terms in invite.licenses],
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
        holds_seats=invite.holds_seats,
        remind_at=invite.remind_at,
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
    moved = figures.difference(figures.of_invite(before), figures.of_invite(after))
    return update(row, *actions, change=_change(after.organization, moved))


def _change(organization: str, moved: figures.Figures) -> figures.FiguresChange:
    return figures.FiguresChange(organization=organization, figures=moved)


def get(table: Table, invite: str) -> Invite | None:
    """Read an invite: one call."""
    row = table.get(ref(invite))
    return None if row is None else invite_of(row)


ONE_READ = 500


def _any(*conditions: Condition) -> Condition:
    return reduce(or_, conditions)


def matching(criteria: InviteCriteria, *, now: datetime) -> Condition | None:
    """Return the filter that lets pass what `criteria.matches` does at `now`, but for state and time."""
    wanted: list[Condition] = []
    if criteria.licenses:
        wanted.append(_any(*map(InviteRow.license_ids.contains, criteria.licenses)))
    if criteria.groups:
        wanted.append(_any(*map(InviteRow.group_ids.contains, criteria.groups)))
    if criteria.deliveries:
        wanted.append(InviteRow.delivery.is_in(*criteria.deliveries))
    if criteria.email is not None:
        wanted.append(InviteRow.email == criteria.email)
    can_be_answered = (InviteRow.expires_at > now) & InviteRow.holds_seats.is_in(*[True])
    if criteria.expired is True:
        wanted.append((InviteRow.state == InviteState.PENDING) & ~can_be_answered)
    if criteria.expired is False:
        wanted.append((InviteRow.state != InviteState.PENDING) | can_be_answered)
    return reduce(and_, wanted) if wanted else None


class InviteFilter:
    """A filter for listing invites. `expired` is decided at `now`."""

    def __init__(
        self,
        *,
        licenses: tuple[str, ...] = (),
        groups: tuple[str, ...] = (),
        email: str | None = None,
        expired: bool | None = None,
        now: datetime,
    ) -> None:
        criteria = InviteCriteria(
            licenses=licenses,
            groups=groups,
            email=email,
            expired=expired,
        )
        self.condition = matching(criteria, now=now)


def listing_ranges(
    organization: str,
    shards: int,
    state: InviteState,
    *,
    criteria: InviteCriteria,
    now: datetime,
    low: str,
    high: str,
    descending: bool,
) -> list[KeyRange]:
    """Return the ranges by id of an organization's invites in one state that match: one of each shard."""
    return [
        KeyRange(
            partition=keys.invites_listing(organization, state, shard),
            index="listing",
            low=low,
            high=high,
            descending=descending,
            only=matching(criteria, now=now),
        )
        for shard in range(shards)
    ]


def all_in_state(
    table: Table, organization: str, shards: int, state: InviteState, *, only: Condition | None = None
) -> Iterator[InviteRow]:
    """Yield an organization's invites to learners in one state, all or some; eventually consistent."""
    for shard in range(shards):
        listing = keys.invites_listing(organization, state, shard)
        yield from table.query_all(InviteRow, listing, index="listing", only=only, page=ONE_READ)


def directory_range(
    organization: str, state: InviteState, field: DirectoryField, *, prefix: str, descending: bool = False
) -> KeyRange:
    """Return the range of an organization's invites in one state by address or by name."""
    return KeyRange(
        partition=directory.invites(organization, state),
        index=directory.INDEXES[field],
        descending=descending,
        low=prefix,
        high=last_beginning_with(prefix),
    )


def address_range(organization: str, email: str, *, descending: bool) -> KeyRange:
    """Return the range of an organization's invites to one address, in every state, by id."""
    return KeyRange(
        partition=directory.invites_to(organization, email),
        index=directory.ADDRESS_INDEX,
        descending=descending,
    )


def in_listing(found: Sequence[Found]) -> list[Invite | None]:
    """Read invites that were found in a listing, which has them whole."""
    return [None if one.item is None else invite_of(InviteRow.from_raw_data(one.item)) for one in found]


def in_directory(table: Table, found: Sequence[Found]) -> list[Invite | None]:
    """Read invites that were found in a directory, which has their keys: one call for each hundred."""
    refs = refs_of(InviteRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else invite_of(row) for at in refs]


def pending_to(table: Table, organization: str, email: str) -> list[Invite]:
    """Read an organization's pending learner invites to an address: two calls."""
    of = address_range(organization, email, descending=False)
    found = [one for one in read(table, of, first=ONE_READ) if one.item is not None]
    return [
        one
        for one in in_directory(table, found)
        if one is not None and one.email == email and one.state is InviteState.PENDING
    ]


def all_naming(table: Table, organization: str, shards: int, email: str) -> Iterator[InviteRow]:
    """Yield all of an organization's invites to an address, or by it; eventually consistent."""
    naming = (InviteRow.email == email) | (InviteRow.created_by == email)
    for state in InviteState:
        yield from all_in_state(table, organization, shards, state, only=naming)
        yield from _team_in_state(table, organization, state, only=naming)


def team_naming(table: Table, organization: str, email: str) -> Iterator[InviteRow]:
    """Yield an organization's invites to its team that are to an address; eventually consistent."""
    for state in InviteState:
        yield from _team_in_state(table, organization, state, only=InviteRow.email == email)


def _team_in_state(
    table: Table, organization: str, state: InviteState, *, only: Condition
) -> Iterator[InviteRow]:
    listing = keys.team_invites_listing(organization, state)
    return table.query_all(InviteRow, listing, index="listing", only=only, page=ONE_READ)


def listed_before(
    table: Table,
    organization: str,
    shard: int,
    state: InviteState,
    *,
    before: str,
    after: str = "",
    only: InviteFilter,
    limit: int,
) -> Page[InviteRow]:
    """List one shard of an organization's invites in a state, newest first, from `before` down to `after`."""
    span = InviteRow.listing_sk
    return table.query(
        InviteRow,
        keys.invites_listing(organization, state, shard),
        span.between(after, last_before(before)) if after else span < before,
        index="listing",
        only=only.condition,
        limit=limit,
        newest_first=True,
    )
