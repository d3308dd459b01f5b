"""The acknowledgment of dispatched events: each leaves the outbox and is counted, once (decision 0052)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from usher.domain.events.event import OPERATIONS, SYSTEM, Event
from usher.domain.figures import FiguresChange, total_by_organization
from usher.services.context import Context
from usher.store import outbox
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

MOST_AT_ONCE = MAX_ITEMS // 2
"""Events in one transaction, which writes each of them and, at most, as many organizations' figures."""

MOST_FIGURES = 250
"""Figures of one organization that a transaction changes: an update has at most 300 operators."""


def acknowledge(context: Context, dispatched: Sequence[Event]) -> None:
    """Acknowledge events all of whose effects were carried out: one call for each fifty.

    An event that was delivered twice, and acknowledged before, is left out and not counted again.
    """
    once = list({event.id: event for event in dispatched}.values())
    for first in range(0, len(once), MOST_AT_ONCE):
        _acknowledge(context, once[first : first + MOST_AT_ONCE])


def _acknowledge(context: Context, dispatched: Sequence[Event]) -> None:
    """Acknowledge the events in one transaction, repeated without those that were acknowledged before.

    Events that change too many figures for one transaction are acknowledged in two.
    """
    if len(dispatched) > 1 and _most_figures(dispatched) > MOST_FIGURES:
        half = len(dispatched) // 2
        _acknowledge(context, dispatched[:half])
        _acknowledge(context, dispatched[half:])
        return
    left = list(dispatched)
    outdated: set[str] = set()
    while left:
        marks = {event.id: outbox.remove(event) for event in left}
        counts = _counts(context, left, outdated)
        try:
            commit(context.table, [*marks.values(), *counts.values()])
        except ConditionFailedError as stale:
            left = [event for event in left if marks[event.id] not in stale]
            outdated |= {organization for organization, count in counts.items() if count in stale}
        else:
            return


def _most_figures(dispatched: Sequence[Event]) -> int:
    """Return how many figures the events change of the organization of which they change most."""
    changed = {(event.organization, name) for event in dispatched for name in event.figures}
    return max(Counter(organization for organization, _ in changed).values(), default=0)


def _counts(context: Context, acknowledged: Sequence[Event], outdated: set[str]) -> Mapping[str, Write]:
    """Return the writes of the figures by organization; the last activity of `outdated` ones stays."""
    now = context.now()
    owned = [event for event in acknowledged if event.organization != OPERATIONS]
    changes = total_by_organization(
        FiguresChange(organization=event.organization, figures=event.figures) for event in owned
    )
    active = _last_activities(owned)
    return {
        organization: outbox.count(
            organization,
            changes.get(organization, {}),
            now=now,
            last_activity=None if organization in outdated else active.get(organization),
        )
        for organization in sorted({event.organization for event in owned})
    }


def _last_activities(acknowledged: Sequence[Event]) -> Mapping[str, datetime]:
    """Return when the newest event of a person or a program occurred, by organization."""
    latest: dict[str, datetime] = {}
    for event in acknowledged:
        if event.actor != SYSTEM:
            before = latest.get(event.organization, event.occurred_at)
            latest[event.organization] = max(before, event.occurred_at)
    return latest
