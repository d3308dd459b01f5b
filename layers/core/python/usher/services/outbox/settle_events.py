"""The settlement of dispatched events: each leaves the outbox and is counted, once (decision 0052)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from usher.domain.events.event import OPERATIONS, SYSTEM, Event
from usher.domain.figures import FiguresChange, total_by_organization
from usher.services.context import Context
from usher.store import outbox
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

MOST_AT_ONCE = MAX_ITEMS // 2
"""Events in one transaction, which writes each of them and, at most, as many organizations' figures."""


def settle(context: Context, dispatched: Sequence[Event]) -> None:
    """Settle events all of whose effects were carried out: one call for each fifty.

    An event that was settled before, since it was delivered twice, is left out and counted no second time.
    """
    once = list({event.id: event for event in dispatched}.values())
    for first in range(0, len(once), MOST_AT_ONCE):
        _settle(context, once[first : first + MOST_AT_ONCE])


def _settle(context: Context, dispatched: Sequence[Event]) -> None:
    """Settle the events in one transaction, repeated without those that were settled before."""
    left = list(dispatched)
    outdated: set[str] = set()
    while left:
        marks = {event.id: outbox.settle(event) for event in left}
        counts = _counts(context, left, outdated)
        try:
            commit(context.table, [*marks.values(), *counts.values()])
        except ConditionFailedError as stale:
            left = [event for event in left if marks[event.id] not in stale]
            outdated |= {organization for organization, count in counts.items() if count in stale}
        else:
            return


def _counts(context: Context, settled: Sequence[Event], outdated: set[str]) -> Mapping[str, Write]:
    """Return the writes of the figures by organization; the last activity of `outdated` ones stays."""
    owned = [event for event in settled if event.organization != OPERATIONS]
    changes = total_by_organization(
        FiguresChange(organization=event.organization, figures=event.figures) for event in owned
    )
    return {
        organization: outbox.count(
            organization,
            changes.get(organization, {}),
            now=context.now(),
            last_activity=None
            if organization in outdated
            else max(
                (
                    event.occurred_at
                    for event in owned
                    if event.organization == organization and event.actor != SYSTEM
                ),
                default=None,
            ),
        )
        for organization in sorted({event.organization for event in owned})
    }
