"""The lists of an organization's invites, and the invites found in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_

from pynamodb.expressions.condition import Condition

from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.directory import DirectoryField
from usher.domain.invite_lists import InviteCriteria
from usher.domain.invites import Delivery, Invite, InviteState
from usher.store import keys
from usher.store.invites import InviteRow, invite_of, ref
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, read, refs_of
from usher.store.key_sources import KnownItems
from usher.store.keys import directory
from usher.store.keys import invites as invite_keys
from usher.store.table import Ref, Table

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
    if criteria.problems:
        wanted.append(_any(*map(_has, criteria.problems)))
    if criteria.email is not None:
        wanted.append(InviteRow.email == criteria.email)
    can_be_answered = (InviteRow.expires_at > now) & InviteRow.holds_seats.does_not_exist()
    if criteria.expired is True:
        wanted.append((InviteRow.state == InviteState.PENDING) & ~can_be_answered)
    if criteria.expired is False:
        wanted.append((InviteRow.state != InviteState.PENDING) | can_be_answered)
    return reduce(and_, wanted) if wanted else None


def _has(problem: DeliveryProblem) -> Condition:
    """Return the filter that lets pass the invites whose delivery problem this is (problem_of)."""
    delivery = Delivery.QUEUED if problem is DeliveryProblem.HELD else Delivery(problem)
    wanted: list[Condition] = [InviteRow.state == InviteState.PENDING, InviteRow.delivery == delivery]
    if problem is DeliveryProblem.HELD:
        wanted.append(InviteRow.delivery_held.exists())
    return reduce(and_, wanted)


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


def id_of(entry: Found) -> str:
    """Return the id of the invite that an entry of the directory is of."""
    return "" if entry.item is None else invite_keys.id_in(entry.item["pk"]["S"])


def found_at(table: Table, ids: Sequence[str]) -> list[Found]:
    """Read invites whole, as a listing has them: one call for each hundred."""
    refs = [ref(one) for one in ids]
    rows = table.get_many(refs)
    return [
        Found(id_, item) for id_, at in zip(ids, refs, strict=True) if (item := rows.item(at)) is not None
    ]


def in_order(found: Sequence[Found], field: DirectoryField, *, prefix: str, descending: bool) -> KnownItems:
    """Return invites that were found whole as a range of the directory has them; of an id the last one."""
    attribute = directory.SORT_KEYS[field]
    items = {one.key: one.item for one in found}.values()
    return KnownItems.of(
        (Found(item[attribute]["S"], item) for item in items if item and attribute in item),
        prefix=prefix,
        descending=descending,
    )


def pending_to(table: Table, organization: str, email: str) -> list[Invite]:
    """Read an organization's pending learner invites to an address: two calls."""
    of = address_range(organization, email, descending=False)
    found = [one for one in read(table, of, first=ONE_READ) if one.item is not None]
    return [
        one
        for one in in_directory(table, found)
        if one is not None and one.email == email and one.state is InviteState.PENDING
    ]


def team_naming(table: Table, organization: str, email: str) -> Iterator[Ref[InviteRow]]:
    """Yield where an organization's invites to its team that are to an address are; eventually consistent."""
    for state in InviteState:
        yield from _team_in_state(table, organization, state, only=InviteRow.email == email)


def _team_in_state(
    table: Table, organization: str, state: InviteState, *, only: Condition
) -> Iterator[Ref[InviteRow]]:
    listing = keys.team_invites_listing(organization, state)
    for row in table.query_all(InviteRow, listing, index="listing", only=only, page=ONE_READ):
        yield Ref(InviteRow, row.pk, row.sk)
