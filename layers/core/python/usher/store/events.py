"""Events: written in the transaction of their command, read by the dispatcher and by managers."""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.events.event import LATE_AFTER, Event
from usher.domain.events.registry import data_from_json, data_to_json
from usher.domain.reports.enrollments import enrollment_by
from usher.domain.reports.windows import ALWAYS, Window
from usher.domain.shards import shard_of
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.figures import FiguresCarrierRow
from usher.store.id_ranges import LAST_ID, ids_from
from usher.store.key_ranges import Found, KeyRange
from usher.store.keys import figures as outbox_keys
from usher.store.table import Ref, Table
from usher.store.transaction import Write, put

LONGEST_COMMAND = timedelta(minutes=1)
"""The longest time by which an event's id is later than the instant of the event."""


class EventRow(FiguresCarrierRow):
    """`ORG#o#EVENTS#shard`, `EVENT#ulid`; listed under the organization, if it enrolled without an invite.

    In `due` until it was dispatched. The data is JSON text, since no condition reads it.
    """

    id = UnicodeAttribute()
    type = UnicodeAttribute()
    occurred_at = InstantAttribute()
    actor = UnicodeAttribute()
    data = UnicodeAttribute()
    redispatched_at = InstantAttribute(null=True)
    correlation_id = UnicodeAttribute(null=True)
    of_import = BooleanAttribute(null=True)


def ref(organization: str, event: str) -> Ref[EventRow]:
    """Return the reference to the event's item."""
    return Ref(EventRow, keys.events(organization, shard_of(event)), keys.event(event))


def event_of(row: EventRow) -> Event:
    """Read an event."""
    return Event(
        id=row.id,
        organization=row.organization,
        occurred_at=row.occurred_at,
        actor=row.actor,
        data=data_from_json(row.type, json.loads(row.data)),
        figures=json.loads(row.figures or "{}"),
        correlation_id=row.correlation_id or "",
        of_import=bool(row.of_import),
    )


def get(table: Table, organization: str, event: str) -> Event | None:
    """Read an event: one call."""
    row = table.get(ref(organization, event))
    return None if row is None else event_of(row)


def record(event: Event) -> Write:
    """Write an event; every transaction of a command has one."""
    enrollment = enrollment_by(event.data)
    shard = shard_of(event.id)
    row = EventRow(
        keys.events(event.organization, shard),
        keys.event(event.id),
        listing_pk=None if enrollment is None else keys.enrollments_listing(event.organization, shard),
        listing_sk=None if enrollment is None else event.id,
        due_pk=outbox_keys.outbox_shard(event.id),
        due_sk=keys.due(event.occurred_at + LATE_AFTER, event.id),
        id=event.id,
        organization=event.organization,
        type=event.type,
        occurred_at=event.occurred_at,
        actor=event.actor,
        data=json.dumps(data_to_json(event.data), separators=(",", ":")),
        correlation_id=event.correlation_id or None,
        of_import=event.of_import or None,
    )
    return put(row, condition=EventRow.pk.does_not_exist())


def is_event(image: Mapping[str, Any]) -> bool:
    """Return whether an item of the stream is an event."""
    return str(image["sk"]["S"]).startswith(keys.EVENT_PREFIX)


def is_redispatched(image: Mapping[str, Any]) -> bool:
    """Return whether the sweep found an event of the stream undispatched, and it still was."""
    return "redispatched_at" in image and "due_pk" in image


def from_stream(image: Mapping[str, Any]) -> Event:
    """Read an event from the new image of a stream record."""
    return event_of(EventRow.from_raw_data(image))


def ranges(
    organization: str,
    shards: int,
    *,
    types: Collection[str] = (),
    actor: str | None = None,
    window: Window = ALWAYS,
) -> list[KeyRange]:
    """Return the ranges by id, newest first, of an organization's events: one of each shard.

    A little more than the window is read at its end, since an id may be later than its event.
    """
    return [
        KeyRange(
            partition=keys.events(organization, shard),
            prefix=keys.EVENT_PREFIX,
            low="" if window.since is None else ids_from(window.since),
            high="" if window.until is None else ids_from(window.until + LONGEST_COMMAND),
            descending=True,
            only=_matching(types, actor, window),
        )
        for shard in range(shards)
    ]


def read_found(found: Sequence[Found]) -> list[Event | None]:
    """Read events that were found whole."""
    return [None if one.item is None else from_stream(one.item) for one in found]


def between(table: Table, organization: str, shards: int, window: Window = ALWAYS) -> Iterator[Event]:
    """Read all of an organization's events in a window, oldest first."""
    found = (event_of(row) for row in _oldest_first(table, organization, shards, _within(window)))
    return (event for event in found if window.contains(event.occurred_at))


def acknowledged(table: Table, organization: str, shards: int) -> Iterator[Event]:
    """Yield all of an organization's events that are not in the outbox any more, oldest first."""
    every = _oldest_first(table, organization, shards, _within(ALWAYS))
    return (event_of(row) for row in every if not row.due_pk)


def enrollments_ranges(
    organization: str,
    shards: int,
    *,
    low: str,
    high: str,
) -> list[KeyRange]:
    """Return the ranges by id, newest first, of the events that enrolled people without an invite."""
    return [
        KeyRange(
            partition=keys.enrollments_listing(organization, shard),
            index="listing",
            low=low,
            high=high,
            descending=True,
        )
        for shard in range(shards)
    ]


def _oldest_first(table: Table, organization: str, shards: int, sort: Condition) -> Iterator[EventRow]:
    of_each = (table.query_all(EventRow, keys.events(organization, shard), sort) for shard in range(shards))
    return heapq.merge(*of_each, key=lambda row: row.id)


def _within(window: Window) -> Condition:
    if window == ALWAYS:
        return EventRow.sk.startswith(keys.EVENT_PREFIX)
    since = keys.EVENT_PREFIX if window.since is None else keys.event(ids_from(window.since))
    last = LAST_ID if window.until is None else ids_from(window.until + LONGEST_COMMAND)
    return EventRow.sk.between(since, keys.event(last))


def _matching(types: Collection[str], actor: str | None, window: Window) -> Condition | None:
    wanted: list[Condition] = []
    if types:
        wanted.append(EventRow.type.is_in(*types))
    if actor is not None:
        wanted.append(EventRow.actor == actor)
    if window.since is not None:
        wanted.append(EventRow.occurred_at >= window.since)
    if window.until is not None:
        wanted.append(EventRow.occurred_at < window.until)
    return reduce(and_, wanted) if wanted else None
