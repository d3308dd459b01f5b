"""The outbox: the events not dispatched yet, which `due` lists by when they are late (decision 0052)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import and_

from pynamodb.attributes import NumberAttribute

from usher.domain.events.event import Event
from usher.domain.figures import Figures, OrganizationFigures
from usher.lazy_dataclasses import dataclass
from usher.store import due_index, events, figures, keys
from usher.store.events import EventRow
from usher.store.figures import FiguresRow
from usher.store.id_ranges import made_at
from usher.store.keys import due_shards
from usher.store.keys import figures as outbox_keys
from usher.store.table import Ref, Table
from usher.store.transaction import Write, update


@dataclass(frozen=True, kw_only=True)
class LateEvent:
    """An event that was not dispatched for long, as the index has it.

    Attributes:
        at: where the event is.
        made_at: when its id was made, up to LONGEST_COMMAND after it occurred.
        due: the sort key under which the index has it.
    """

    at: Ref[EventRow]
    id: str
    made_at: datetime
    due: str


def remove(event: Event) -> Write:
    """Take the event out of the outbox, where it must be, so that its figures are counted once."""
    at = events.ref(event.organization, event.id)
    return update(
        EventRow(at.pk, at.sk),
        EventRow.due_pk.remove(),
        EventRow.due_sk.remove(),
        EventRow.redispatched_at.remove(),
        condition=EventRow.due_pk.exists(),
    )


def count(
    at: Ref[FiguresRow], change: Figures, *, now: datetime, last_activity: datetime | None = None
) -> Write:
    """Add to the figures of an item; `last_activity`, where given, must be the newest."""
    row = FiguresRow(at.pk, at.sk)
    actions = [FiguresRow.as_of.set(now), *figures.additions(change)]
    if last_activity is None:
        return update(row, *actions)
    return update(
        row,
        FiguresRow.last_activity.set(last_activity),
        *actions,
        condition=figures.is_older(last_activity),
    )


def replace_figures(
    at: Ref[FiguresRow], before: OrganizationFigures, after: Figures, *, now: datetime
) -> Write:
    """Write the figures of an item anew, if nothing was counted since they were read."""
    as_read = FiguresRow.as_of.does_not_exist() if before.as_of is None else FiguresRow.as_of == before.as_of
    unchanged = [NumberAttribute(attr_name=name) == n for name, n in sorted(before.counts.items())]
    return update(
        FiguresRow(at.pk, at.sk),
        FiguresRow.as_of.set(now),
        *figures.replacements(before.counts, after),
        condition=reduce(and_, unchanged, as_read),
    )


def waiting(table: Table) -> Iterator[Event]:
    """Yield all organizations' events that were not dispatched yet."""
    for shard in due_shards.all_of_them():
        found = due_index.keys_in(table, outbox_keys.outbox_partition(shard))
        for item in due_index.items_at(table, found):
            yield events.from_stream(item)


def late(
    table: Table, *, now: datetime, next_key: due_index.NextKey = due_index.next_key
) -> Iterator[LateEvent]:
    """Yield the events that are late, oldest first in each shard; eventually consistent.

    What is left of a shard for which `next_key` returns None is left out.
    """
    for shard in due_shards.all_of_them():
        in_shard = due_index.keys_in(table, outbox_keys.outbox_partition(shard), until=now)
        for found in due_index.keys_of_shard(shard, in_shard, next_key):
            due = found["due_sk"]["S"]
            id_ = keys.due_identity(due)
            yield LateEvent(
                at=Ref(EventRow, found["pk"]["S"], found["sk"]["S"]),
                id=id_,
                made_at=made_at(id_),
                due=due,
            )


def oldest(table: Table) -> Iterator[datetime]:
    """Yield when the ids were made of the events at the two ends of each shard; eventually consistent.

    Events wait in the order in which they occurred until they are delivered again, and then behind all that
    are new: the first or the last is the oldest, or near to it.
    """
    for shard in due_shards.all_of_them():
        for newest_first in (False, True):
            found, _ = table.query_part(
                outbox_keys.outbox_partition(shard), index="due", limit=1, newest_first=newest_first
            )
            if not found:
                break
            yield made_at(keys.due_identity(found[0]["due_sk"]["S"]))


def redispatch(table: Table, event: LateEvent, *, now: datetime, late_at: datetime) -> bool:
    """Have the stream deliver the event again; False if it was dispatched, or delivered again, meanwhile.

    The event is late again from `late_at` on: one call.
    """
    return table.update(
        event.at,
        EventRow.redispatched_at.set(now),
        EventRow.due_sk.set(keys.due(late_at, event.id)),
        condition=EventRow.due_sk == event.due,
    )
