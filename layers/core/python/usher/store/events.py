"""Events: written in the transaction of their command, read by the dispatcher and by managers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.event import LATE_AFTER, Event
from usher.domain.events.registry import data_from_json, data_to_json
from usher.domain.reports.enrollments import METHODS, enrollment_by
from usher.domain.reports.windows import ALWAYS, Window
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.figures import FiguresCarrierRow
from usher.store.id_ranges import FIRST_ID, LAST_ID, ids_from, last_before
from usher.store.key_ranges import KeyRange
from usher.store.keys import figures as outbox_keys
from usher.store.table import Page, Ref, Table
from usher.store.transaction import Write, put

LONGEST_COMMAND = timedelta(minutes=1)
"""The longest time by which an event's id is later than the instant of the event."""


class EventRow(FiguresCarrierRow):
    """`ORG#o`, `EVENT#ulid`; one that enrolled people without an invite is listed under the organization.

    In `due` until it was dispatched. The data is JSON text, since no condition reads it.
    """

    id = UnicodeAttribute()
    type = UnicodeAttribute()
    occurred_at = InstantAttribute()
    actor = UnicodeAttribute()
    data = UnicodeAttribute()
    redispatched_at = InstantAttribute(null=True)
    correlation_id = UnicodeAttribute(null=True)


def ref(organization: str, event: str) -> Ref[EventRow]:
    """Return the reference to the event's item."""
    return Ref(EventRow, keys.organization(organization), keys.event(event))


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
    )


def get(table: Table, organization: str, event: str) -> Event | None:
    """Read an event: one call."""
    row = table.get(ref(organization, event))
    return None if row is None else event_of(row)


def record(event: Event) -> Write:
    """Write an event; every transaction of a command has one."""
    enrollment = enrollment_by(event.data)
    row = EventRow(
        keys.organization(event.organization),
        keys.event(event.id),
        listing_pk=None if enrollment is None else keys.enrollments_listing(event.organization),
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


def listed(
    table: Table,
    organization: str,
    *,
    types: Collection[str] = (),
    actor: str | None = None,
    window: Window = ALWAYS,
    limit: int,
    cursor: str | None,
) -> Page[EventRow]:
    """List an organization's events, newest first; events outside the window are not read."""
    return table.query(
        EventRow,
        keys.organization(organization),
        _within(window),
        only=_matching(types, actor, window),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def between(table: Table, organization: str, window: Window = ALWAYS) -> Iterator[Event]:
    """Read all of an organization's events in a window, oldest first."""
    rows = table.query_all(EventRow, keys.organization(organization), _within(window))
    return (event_of(row) for row in rows if window.contains(row.occurred_at))


def acknowledged(table: Table, organization: str) -> Iterator[Event]:
    """Yield all of an organization's events that are not in the outbox any more, oldest first."""
    rows = table.query_all(
        EventRow, keys.organization(organization), EventRow.sk.startswith(keys.EVENT_PREFIX)
    )
    return (event_of(row) for row in rows if not row.due_pk)


def enrollments_before(
    table: Table,
    organization: str,
    *,
    before: str,
    after: str,
    methods: Collection[EnrollmentMethod],
    limit: int,
) -> Page[EventRow]:
    """List the events that enrolled people without an invite, newest first; eventually consistent.

    Only those older than the id `before` and newer than `after`; with methods, by one of these.
    """
    kinds = [kind.type for kind, method in METHODS.items() if method in methods]
    return table.query(
        EventRow,
        keys.enrollments_listing(organization),
        EventRow.listing_sk.between(after or FIRST_ID, last_before(before)),
        index="listing",
        only=EventRow.type.is_in(*kinds) if kinds else None,
        limit=limit,
        newest_first=True,
    )


def enrollments_range(organization: str, *, low: str, high: str) -> KeyRange:
    """Return the range, newest first, of the events that enrolled people without an invite, by id."""
    partition = keys.enrollments_listing(organization)
    return KeyRange(partition=partition, index="listing", low=low, high=high, descending=True)


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
