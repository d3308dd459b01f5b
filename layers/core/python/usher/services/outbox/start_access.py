"""Delayed starts: an accepted access becomes active on its date (DESIGN 3, 7.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from usher.domain.accesses import LONGEST_WAIT, Access, AccessState, start_delay
from usher.domain.effects.kinds import ScheduleStart
from usher.domain.events.accesses import AccessStarted
from usher.domain.events.parts import AccessRef
from usher.domain.events.scheduled_accesses import scheduled_access
from usher.services.context import Context
from usher.services.transactions import record_event
from usher.store import accesses, events
from usher.store.transaction import ConditionFailedError, commit


class StartOutcome(StrEnum):
    """What became of a start: done, out of date, or not due yet."""

    STARTED = "started"
    STALE = "stale"
    WAIT = "wait"


class StartAccess:
    """Starts accesses; idempotent."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def start(self, start: ScheduleStart) -> StartOutcome:
        """Start an access that is due, if the table still has this start: three calls.

        The event says whose access it is; of a learner who was erased meanwhile, the pseudonym's. A start
        that is out of date (the date was moved, the access ended) has no effect.
        """
        if start.start_at > self._context.now():
            return StartOutcome.WAIT
        event = events.get(self._context.table, start.organization, start.event)
        found = None if event is None else scheduled_access(event.data, start.number)
        if found is None:
            return StartOutcome.STALE
        access = accesses.get(self._context.table, found.email, start.license)
        if access is None or access.state is not AccessState.SCHEDULED or access.start_at != start.start_at:
            return StartOutcome.STALE
        return StartOutcome.STARTED if self.begin(access) else StartOutcome.STALE

    def begin(self, access: Access) -> bool:
        """Make a scheduled access active; False if it changed since it was read: one call."""
        after = replace(access, state=AccessState.ACTIVE)
        event = record_event(
            self._context,
            AccessStarted(access=AccessRef.of(after)),
            organization=access.terms.organization,
        )
        try:
            commit(self._context.table, [accesses.move(access, after), event])
        except ConditionFailedError:
            return False
        return True


def check_at(start: ScheduleStart, now: datetime) -> datetime:
    """Return when a workflow checks the access: at its place after the start, or after the longest wait."""
    return min(start.start_at + start_delay(start.start_at, name=start.name), now + LONGEST_WAIT)
