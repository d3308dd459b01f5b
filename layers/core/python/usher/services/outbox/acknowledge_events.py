"""The acknowledgment of dispatched events: each leaves the outbox and is counted, once (decision 0052)."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from usher.domain.events.event import OPERATIONS, SYSTEM, Event
from usher.domain.figures import Figures, by_license
from usher.domain.reports.daily_figures import daily_figures_of, day_of
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.store import daily_figures, figures, organizations, outbox
from usher.store.figures import FiguresRow
from usher.store.table import Ref
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

MOST_AT_ONCE = MAX_ITEMS // 2
"""Events in one transaction, which writes each of them, and the figures of organizations and licenses."""

_UTC = "UTC"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Dispatched:
    """A dispatched event, with what it changes in each item of figures."""

    event: Event
    changes: Mapping[Ref[FiguresRow], Figures]


def acknowledge(context: Context, dispatched: Sequence[Event]) -> list[Event]:
    """Acknowledge events as `acknowledge_each` does; raise why one could not be, once the others are."""
    acknowledged, failures = acknowledge_each(context, dispatched)
    for failure in failures.values():
        raise failure
    return acknowledged


def acknowledge_each(
    context: Context, dispatched: Sequence[Event]
) -> tuple[list[Event], Mapping[str, Exception]]:
    """Acknowledge events all of whose effects were carried out: one call for each fifty.

    Return those that were in the outbox until now: an event that was delivered twice, and acknowledged
    before, is left out and not counted again. One call more reads the time zones of the organizations whose
    daily figures change. Events that change more than fifty items of figures take more calls.

    Return also why some could not be acknowledged, by their ids. Where events of several organizations could
    not be together, each organization's are alone.
    """
    events = list({event.id: event for event in dispatched}.values())
    acknowledged: list[Event] = []
    failures: dict[str, Exception] = {}
    for batch in _batches(_with_changes(context, events)):
        try:
            acknowledged += _acknowledge(context, batch)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the others are acknowledged
            _log.warning("Events were not acknowledged together.", exc_info=failure)
            for own in _by_organization(batch):
                try:
                    acknowledged += _acknowledge(context, own)
                except Exception as own_failure:  # noqa: BLE001 - whatever it is, it is reported
                    failures |= {one.event.id: own_failure for one in own}
    return acknowledged, failures


def _by_organization(dispatched: Sequence[_Dispatched]) -> Iterable[Sequence[_Dispatched]]:
    groups: dict[str, list[_Dispatched]] = defaultdict(list)
    for one in dispatched:
        groups[one.event.organization].append(one)
    return groups.values()


def _with_changes(context: Context, events: Sequence[Event]) -> list[_Dispatched]:
    """Return the events with what they change; the day of each is that in its organization's time zone."""
    daily = {event.id: daily_figures_of(event) for event in events if event.organization != OPERATIONS}
    counted = {event.organization for event in events if daily.get(event.id)}
    found = context.table.get_many([organizations.ref(one) for one in sorted(counted)])
    zones = {one: row.time_zone for one in counted if (row := found.get(organizations.ref(one))) is not None}
    return [
        _Dispatched(
            event=event,
            changes=_changes(event, daily.get(event.id, {}), time_zone=zones.get(event.organization, _UTC)),
        )
        for event in events
    ]


def _changes(
    event: Event, daily: Mapping[str, Figures], *, time_zone: str
) -> Mapping[Ref[FiguresRow], Figures]:
    organization = event.organization
    if organization == OPERATIONS:
        return {}
    day = day_of(event.occurred_at, time_zone=time_zone)
    return {
        figures.ref(organization): {},
        **{figures.ref(organization, id_): of for id_, of in by_license(event.figures).items()},
        **{daily_figures.ref(organization, id_, day): of for id_, of in daily.items()},
    }


def _batches(dispatched: Sequence[_Dispatched]) -> Iterator[Sequence[_Dispatched]]:
    """Yield as many of the events at a time as one transaction holds with the figures that they change."""
    batch: list[_Dispatched] = []
    counted: set[Ref[FiguresRow]] = set()
    for one in dispatched:
        together = counted | set(one.changes)
        if batch and (len(batch) == MOST_AT_ONCE or len(batch) + 1 + len(together) > MAX_ITEMS):
            yield batch
            batch, together = [], set(one.changes)
        batch.append(one)
        counted = together
    if batch:
        yield batch


def _acknowledge(context: Context, dispatched: Sequence[_Dispatched]) -> list[Event]:
    """Acknowledge the events in one transaction, repeated without those that were acknowledged before.

    Return the others.
    """
    left = list(dispatched)
    outdated: set[Ref[FiguresRow]] = set()
    while left:
        marks = {one.event.id: outbox.remove(one.event) for one in left}
        counts = _counts(context, left, outdated)
        try:
            commit(context.table, [*marks.values(), *counts.values()])
        except ConditionFailedError as stale:
            left = [one for one in left if marks[one.event.id] not in stale]
            outdated |= {at for at, count in counts.items() if count in stale}
        else:
            break
    return [one.event for one in left]


def _counts(
    context: Context, acknowledged: Sequence[_Dispatched], outdated: set[Ref[FiguresRow]]
) -> Mapping[Ref[FiguresRow], Write]:
    """Return the writes of the figures; the last activity of `outdated` organizations stays."""
    now = context.now()
    sums: dict[Ref[FiguresRow], Counter[str]] = defaultdict(Counter)
    for one in acknowledged:
        for at, change in one.changes.items():
            sums[at].update(change)
    active = _last_activities([one.event for one in acknowledged])
    return {
        at: outbox.count(
            at,
            {name: n for name, n in sums[at].items() if n},
            now=now,
            last_activity=None if at in outdated else active.get(at),
        )
        for at in sums
    }


def _last_activities(acknowledged: Sequence[Event]) -> Mapping[Ref[FiguresRow], datetime]:
    """Return when the newest event of a person or a program occurred, by its organization's figures."""
    latest: dict[Ref[FiguresRow], datetime] = {}
    for event in acknowledged:
        if event.actor != SYSTEM and event.organization != OPERATIONS:
            at = figures.ref(event.organization)
            latest[at] = max(latest.get(at, event.occurred_at), event.occurred_at)
    return latest
