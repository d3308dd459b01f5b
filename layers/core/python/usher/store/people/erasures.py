"""Orders to erase a learner. An order has the address until the erasure is complete."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.erasure_readings import ErasureReading
from usher.domain.erasures import Erasure
from usher.domain.instants import parse_rfc3339, rfc3339
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, put


class ErasureRow(Row):
    """`ORG#o`, `ERASURE#id`; the address is removed last.

    How far the reading has come is JSON text; its `turns` stand apart, for the condition of the next one.
    """

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    ordered_at = InstantAttribute()
    ordered_by = UnicodeAttribute()
    done_at = InstantAttribute(null=True)
    failed_at = InstantAttribute(null=True)
    reading = UnicodeAttribute(null=True)
    turns = NumberAttribute(null=True)


def ref(organization: str, erasure: str) -> Ref[ErasureRow]:
    """Return the reference to the order's item."""
    return Ref(ErasureRow, keys.organization(organization), keys.erasure(erasure))


def erasure_of(row: ErasureRow) -> Erasure:
    """Read an order."""
    return Erasure(
        id=row.id,
        organization=row.organization,
        email=row.email or "",
        ordered_at=row.ordered_at,
        ordered_by=row.ordered_by,
        done_at=row.done_at,
        failed_at=row.failed_at,
        reading=_reading_of(row),
    )


def create(erasure: Erasure) -> Write:
    """Write a new order."""
    at = ref(erasure.organization, erasure.id)
    row = ErasureRow(
        at.pk,
        at.sk,
        id=erasure.id,
        organization=erasure.organization,
        email=erasure.email,
        ordered_at=erasure.ordered_at,
        ordered_by=erasure.ordered_by,
        turns=erasure.reading.turns,
    )
    return put(row, condition=ErasureRow.pk.does_not_exist())


def record_reading(table: Table, erasure: Erasure, reading: ErasureReading) -> Erasure | None:
    """Record how far a reading has come; None if another worker has come further, or is done: one call."""
    after = replace(reading, turns=erasure.reading.turns + 1)
    recorded = table.update(
        ref(erasure.organization, erasure.id),
        ErasureRow.reading.set(_text_of(after)),
        ErasureRow.turns.set(after.turns),
        condition=_is_open() & (ErasureRow.turns == erasure.reading.turns),
    )
    return replace(erasure, reading=after) if recorded else None


def complete(table: Table, erasure: Erasure, *, now: datetime) -> bool:
    """Record that an erasure is complete, and forget the address; False if it was complete: one call."""
    return table.update(
        ref(erasure.organization, erasure.id),
        ErasureRow.done_at.set(now),
        ErasureRow.email.remove(),
        ErasureRow.failed_at.remove(),
        ErasureRow.reading.remove(),
        condition=_is_open(),
    )


def fail(table: Table, organization: str, erasure: str, *, now: datetime) -> bool:
    """Record that an erasure was given up; False if it is complete, or there is none: one call.

    It has the address and how far it came, so that it can still be carried out.
    """
    return table.update(ref(organization, erasure), ErasureRow.failed_at.set(now), condition=_is_open())


def listed(table: Table, organization: str, *, limit: int, cursor: str | None) -> Page[ErasureRow]:
    """List an organization's orders, newest first."""
    return table.query(
        ErasureRow,
        keys.organization(organization),
        ErasureRow.sk.startswith(keys.ERASURE_PREFIX),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def get(table: Table, organization: str, erasure: str) -> Erasure | None:
    """Read an order: one call."""
    row = table.get(ref(organization, erasure))
    return None if row is None else erasure_of(row)


def _is_open() -> Condition:
    is_open: Condition = ErasureRow.done_at.does_not_exist() & ErasureRow.pk.exists()
    return is_open


def _text_of(reading: ErasureReading) -> str:
    times = {name: None if at is None else rfc3339(at) for name, at in _times_of(reading).items()}
    return json.dumps({**vars(reading), **times}, separators=(",", ":"))


def _reading_of(row: ErasureRow) -> ErasureReading:
    if row.reading is None:
        return ErasureReading(turns=int(row.turns or 0))
    stored = json.loads(row.reading)
    times = {name: stored[name] and parse_rfc3339(stored[name]) for name in ("begun_at", "since")}
    return ErasureReading(**{**stored, **times})


def _times_of(reading: ErasureReading) -> dict[str, datetime | None]:
    return {"begun_at": reading.begun_at, "since": reading.since}
