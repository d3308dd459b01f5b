"""Changes on the condition of the version that the caller read (decision 0075)."""

from __future__ import annotations

from collections.abc import Callable

from usher.domain.events.event import Event, EventData
from usher.domain.instants import rfc3339
from usher.domain.versions import ChangedMeanwhileError, Versioned
from usher.services.context import Context
from usher.services.display_names import read_display_names
from usher.services.merged_lists import Section, read_newest
from usher.store import events

_LATEST = 100
"""How many of the organization's latest events are looked through for the change that was in the way."""


def require_version(
    context: Context,
    before: Versioned,
    version: int | None,
    *,
    organization: str,
    is_change: Callable[[EventData], bool],
    error: type[ChangedMeanwhileError] = ChangedMeanwhileError,
) -> None:
    """Raise `error` unless `before` has the version that the caller read; without one, any is changed.

    The write that follows has to require the version of `before`. The refusal has the present `version`, and
    says who made the latest change and when, if the event is among the organization's latest: two or three
    calls more, and none where nothing is in the way.
    """
    present = before.version or 0
    if version in (None, present):
        return
    latest = _latest_change(context, organization, is_change)
    if latest is None:
        raise error("Somebody else changed it since it was read.", version=present)
    names = read_display_names(context, actors=[(organization, latest.actor)])
    name = names.actor(organization, latest.actor)
    raise error(
        f"{name or 'Somebody else'} changed it since it was read.",
        version=present,
        changed_at=rfc3339(latest.occurred_at),
        changed_by=latest.actor,
        changed_by_name=name,
    )


def _latest_change(
    context: Context, organization: str, is_change: Callable[[EventData], bool]
) -> Event | None:
    ranges = events.ranges(organization, context.shards.number_of(organization))
    latest, _ = read_newest(context.table, Section(ranges, events.read_found, lambda _: True), limit=_LATEST)
    return next((event for event in latest[:_LATEST] if is_change(event.data)), None)
