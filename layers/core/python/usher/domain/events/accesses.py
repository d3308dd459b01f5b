"""Events about accesses: their start, how it is moved, and their end."""

from __future__ import annotations

from datetime import datetime

from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef, LicenseRef, SeatChange
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AccessStarted(EventData, type="access.started"):
    """A scheduled access began."""

    access: AccessRef


@dataclass(frozen=True, kw_only=True)
class AccessStartChanged(EventData, type="access.start_changed"):
    """A manager moved the start of an access that no invite gave."""

    access: AccessRef
    previous_start_at: datetime
    """The start that the access had before."""

    @property
    def scheduled(self) -> tuple[AccessRef, ...]:
        """The access, which may start later."""
        return (self.access,)


@dataclass(frozen=True, kw_only=True)
class AccessesEnded(EventData, type="accesses.ended"):
    """A license ended, and with it the accesses of these people."""

    license: LicenseRef
    emails: tuple[str, ...]
    seat_changes: tuple[SeatChange, ...]


@dataclass(frozen=True, kw_only=True)
class SeatsGivenData(EventData):
    """What giving seats to people who are in already carries: nobody has to accept anything."""

    started: tuple[AccessRef, ...]
    """The accesses that began at once."""
    scheduled: tuple[AccessRef, ...]
    """The accesses whose start lies ahead."""
    seat_changes: tuple[SeatChange, ...]


@dataclass(frozen=True, kw_only=True)
class SeatsAssigned(SeatsGivenData, type="seats.assigned"):
    """A manager gave these learners seats of a license."""

    license: LicenseRef
