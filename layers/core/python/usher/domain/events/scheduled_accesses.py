"""The accesses whose starts an event schedules; a workflow names one by the event and its number there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef


@runtime_checkable
class SchedulesAccesses(Protocol):
    """Data of an event by which accesses got a start in the future."""

    @property
    def scheduled(self) -> tuple[AccessRef, ...]:
        """The accesses, among which may be some that began at once."""


def scheduled_access(data: EventData, number: int) -> AccessRef | None:
    """Return the access with this number among those that an event scheduled; None without one."""
    if not isinstance(data, SchedulesAccesses) or not 0 <= number < len(data.scheduled):
        return None
    return data.scheduled[number]
