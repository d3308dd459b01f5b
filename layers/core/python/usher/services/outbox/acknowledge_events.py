"""The acknowledgment of dispatched events: each leaves the outbox and is counted, once (decision 0052)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from usher.domain.events.event import OPERATIONS, SYSTEM, Event
from usher.domain.figures import Figures, FiguresChange, by_license, total_by_organization
from usher.services.context import Context
from usher.store import outbox
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

MOST_AT_ONCE = MAX_ITEMS // 2
"""Events in one transaction, which writes each of them, and the figures of organizations and licenses."""

_Counted = tuple[str, str]
"""Whose figures an item has: an organization and, where they are those of a license, its id, else ""."""


def acknowledge(context: Context, dispatched: Sequence[Event]) -> list[Event]:
    """Acknowledge events all of whose effects were carried out: one call for each fifty.

    Return those that were in the outbox until now: an event that was delivered twice, and acknowledged
    before, is left out and not counted again. Events that change the figures of more than fifty licenses and
    organizations take more calls.
    """
    batches = _batches(list({event.id: event for event in dispatched}.values()))
    return [event for batch in batches for event in _acknowledge(context, batch)]


def _batches(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Yield as many of the events at a time as one transaction holds with the figures that they change."""
    batch: list[Event] = []
    counted: set[_Counted] = set()
    for event in events:
        together = counted | _counted(event)
        if len(batch) == MOST_AT_ONCE or len(batch) + 1 + len(together) > MAX_ITEMS:
            yield batch
            batch, together = [], _counted(event)
        batch.append(event)
        counted = together
    if batch:
        yield batch


def _counted(event: Event) -> set[_Counted]:
    """Return whose figures the event's acknowledgment writes."""
    if event.organization == OPERATIONS:
        return set()
    return {(event.organization, license_id) for license_id in ("", *by_license(event.figures))}


def _acknowledge(context: Context, dispatched: Sequence[Event]) -> list[Event]:
    """Acknowledge the events in one transaction, repeated without those that were acknowledged before.

    Return the others.
    """
    left = list(dispatched)
    outdated: set[str] = set()
    while left:
        marks = {event.id: outbox.remove(event) for event in left}
        counts = _counts(context, left, outdated)
        try:
            commit(context.table, [*marks.values(), *counts.values()])
        except ConditionFailedError as stale:
            left = [event for event in left if marks[event.id] not in stale]
            outdated |= {organization for (organization, _), count in counts.items() if count in stale}
        else:
            break
    return left


def _counts(context: Context, acknowledged: Sequence[Event], outdated: set[str]) -> Mapping[_Counted, Write]:
    """Return the writes of the figures; the last activity of `outdated` organizations stays."""
    now = context.now()
    owned = [event for event in acknowledged if event.organization != OPERATIONS]
    changes = total_by_organization(
        FiguresChange(organization=event.organization, figures=event.figures) for event in owned
    )
    active = {key: at for key, at in _last_activities(owned).items() if key not in outdated}
    counts: dict[_Counted, Write] = {}
    for organization in sorted({event.organization for event in owned}):
        by_id: dict[str, Figures] = {"": {}, **by_license(changes.get(organization, {}))}
        for license_id, change in by_id.items():
            counts[organization, license_id] = outbox.count(
                organization,
                change,
                now=now,
                last_activity=None if license_id else active.get(organization),
                license_id=license_id,
            )
    return counts


def _last_activities(acknowledged: Sequence[Event]) -> Mapping[str, datetime]:
    """Return when the newest event of a person or a program occurred, by organization."""
    latest: dict[str, datetime] = {}
    for event in acknowledged:
        if event.actor != SYSTEM:
            before = latest.get(event.organization, event.occurred_at)
            latest[event.organization] = max(before, event.occurred_at)
    return latest
