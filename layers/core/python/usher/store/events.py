"""Events: written in the transaction that made them happen, read by dispatch and by managers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from usher.domain.events import Event, EventType
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.table import Page, Row, Table
from usher.store.transaction import Write, put


class EventRow(Row):
    """`ORG#o`, `EVENT#ulid`. The facts are JSON text: nothing in the table looks into them."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    type = EnumAttribute(EventType)
    at = InstantAttribute()
    actor = UnicodeAttribute()
    facts = UnicodeAttribute()


def event_of(row: EventRow) -> Event:
    """Read an event."""
    return Event(
        id=row.id,
        organization=row.organization,
        type=row.type,
        at=row.at,
        actor=row.actor,
        facts=json.loads(row.facts),
    )


def record(event: Event) -> Write:
    """Write an event; belongs into every transaction of a command."""
    row = EventRow(
        keys.organization(event.organization),
        keys.event(event.id),
        id=event.id,
        organization=event.organization,
        type=event.type,
        at=event.at,
        actor=event.actor,
        facts=json.dumps(event.facts, separators=(",", ":")),
    )
    return put(row, condition=EventRow.pk.does_not_exist())


def is_event(image: Mapping[str, Any]) -> bool:
    """Say whether an item of the stream is an event."""
    return str(image["sk"]["S"]).startswith(keys.EVENT_PREFIX)


def from_stream(image: Mapping[str, Any]) -> Event:
    """Read an event from the new image of a stream record."""
    return event_of(EventRow.from_raw_data(dict(image)))


def listed(
    table: Table, organization: str, *, type_: EventType | None, limit: int, cursor: str | None
) -> Page[EventRow]:
    """List an organization's events, newest first."""
    return table.query(
        EventRow,
        keys.organization(organization),
        EventRow.sk.startswith(keys.EVENT_PREFIX),
        only=None if type_ is None else EventRow.type == type_,
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )
