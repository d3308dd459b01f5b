"""Events about accesses: their start and their end."""

from __future__ import annotations

from dataclasses import dataclass

from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef, LicenseRef, SeatChange


@dataclass(frozen=True, kw_only=True)
class AccessStarted(EventData, type="access.started"):
    """A scheduled access began."""

    access: AccessRef


@dataclass(frozen=True, kw_only=True)
class AccessesEnded(EventData, type="accesses.ended"):
    """A license ended, and with it the accesses of these people."""

    license: LicenseRef
    emails: tuple[str, ...]
    seat_changes: tuple[SeatChange, ...]
