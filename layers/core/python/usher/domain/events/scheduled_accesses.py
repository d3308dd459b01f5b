"""The accesses whose starts an event schedules."""

from __future__ import annotations

from typing import Protocol

from usher.domain.events.parts import AccessRef


class SchedulesAccesses(Protocol):
    """Data of an event by which accesses got a start in the future."""

    @property
    def scheduled(self) -> tuple[AccessRef, ...]:
        """The accesses, among which may be some that began at once."""
