"""The events from which a summary is counted that no daily figures are kept of (decision 0090)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from usher.domain.events.event import Event
from usher.domain.organizations import Organization
from usher.domain.reports.summary import (
    COUNTED,
    MOST_EVENTS,
    MOST_POINTED,
    SummaryFilter,
    SummaryTooLargeError,
)
from usher.domain.reports.windows import Window
from usher.services.invites.pointed_invites import NOT_POINTED_TO_YET
from usher.store import counted_events, event_trails
from usher.store.table import Table


def counted_events_of(
    table: Table, organization: Organization, only: SummaryFilter, window: Window, *, now: datetime
) -> Iterator[Event]:
    """Yield the events in a window that count and may name what the filter takes; of one invite in order.

    Of groups, or else licenses, those in their trails, and the newest of all, since a trail follows by
    moments. Without either all of the organization.

    Raises:
        SummaryTooLargeError: there are too many to be counted in a request.
    """
    if not only.groups and not only.licenses:
        yield from _at_most(MOST_EVENTS, _all_in(table, organization, window))
        return
    of_groups = [event_trails.of_group(organization.id, one) for one in only.groups]
    trails = of_groups or [event_trails.of_license(organization.id, one) for one in only.licenses]
    ids = {
        id_
        for trail in dict.fromkeys(trails)
        for id_ in event_trails.within(table, trail, window=window, most=MOST_POINTED + 1)
    }
    if len(ids) > MOST_POINTED:
        raise SummaryTooLargeError(f"There are more than {MOST_POINTED} events in this stretch of time.")
    yield from counted_events.at(table, organization.id, sorted(ids), window, types=COUNTED)
    recent = now - NOT_POINTED_TO_YET
    if window.until is None or recent < window.until:
        newest = Window(
            since=recent if window.since is None else max(recent, window.since), until=window.until
        )
        found = _at_most(MOST_EVENTS, _all_in(table, organization, newest))
        yield from (event for event in found if event.id not in ids)


def _all_in(table: Table, organization: Organization, window: Window) -> Iterator[Event]:
    return counted_events.within(table, organization.id, organization.shards, window, types=COUNTED)


def _at_most(most: int, happened: Iterator[Event]) -> Iterator[Event]:
    yield from islice(happened, most)
    if next(happened, None) is not None:
        raise SummaryTooLargeError(f"There are more than {most} events in this stretch of time.")
