"""Events about licenses and their seats."""

from __future__ import annotations

from datetime import datetime

from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef, ClientRef, LicenseRef, SeatChange
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LicenseGranted(EventData, type="license.granted"):
    """The organization was granted a license, by an operator or as a sublicense of its provider's."""

    license: LicenseRef
    seats: int
    order: str | None
    """The id of the order; null for a sublicense."""


@dataclass(frozen=True, kw_only=True)
class LicenseResized(EventData, type="license.resized"):
    """A license got more seats or, below zero, fewer."""

    license: LicenseRef
    change: int
    order: str | None
    """The id of the order; null for a sublicense."""


@dataclass(frozen=True, kw_only=True)
class LicenseExtended(EventData, type="license.extended"):
    """A license got a later end, by an operator or, as a sublicense, with its provider's license."""

    license: LicenseRef
    valid_until: datetime
    previous_valid_until: datetime
    order: str | None
    """The id of the order; null for a sublicense."""


@dataclass(frozen=True, kw_only=True)
class LicenseEnding(EventData, type="license.ending"):
    """A license is about to end; sent thirty, seven and one day before."""

    license: LicenseRef
    ends_at: datetime
    days: int
    """The days left, rounded up."""
    available: int
    total: int


@dataclass(frozen=True, kw_only=True)
class SeatsLow(EventData, type="seats.low"):
    """Few seats of a license are left."""

    license: LicenseRef
    available: int
    total: int


@dataclass(frozen=True, kw_only=True)
class SeatsOut(EventData, type="seats.out"):
    """No seat of a license is left."""

    license: LicenseRef
    available: int
    total: int


@dataclass(frozen=True, kw_only=True)
class SublicenseCreated(EventData, type="sublicense.created"):
    """A provider gave a client a sublicense, with seats of its own license."""

    client: ClientRef
    license: LicenseRef
    """The provider's license."""
    sublicense: LicenseRef
    """The client's license."""
    seats: int


@dataclass(frozen=True, kw_only=True)
class SublicenseResized(EventData, type="sublicense.resized"):
    """A provider moved seats to a client's sublicense or, below zero, took free ones back."""

    client: ClientRef
    license: LicenseRef
    """The provider's license."""
    sublicense: LicenseRef
    """The client's license."""
    change: int


@dataclass(frozen=True, kw_only=True)
class SeatSelfAssigned(EventData, type="seat.self_assigned"):
    """A manager took a seat for themselves."""

    access: AccessRef
    seat_changes: tuple[SeatChange, ...]

    @property
    def scheduled(self) -> tuple[AccessRef, ...]:
        """The access, which may start later."""
        return (self.access,)
