"""Events about managers' requests to the operators, for support or for more seats."""

from __future__ import annotations

from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef, LicenseRef, SeatChange
from usher.domain.requests import SupportKind
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SupportRequestData(EventData):
    """What every event of a support request carries."""

    request: str
    """The id of the request."""
    asked_by: str
    kind: SupportKind
    email: str | None
    """The learner whom the request is about."""
    license: LicenseRef | None
    training: str | None
    """The training whose progress is to be transferred."""
    message: str


@dataclass(frozen=True, kw_only=True)
class SupportRequestFiled(SupportRequestData, type="support_request.filed"):
    """A manager filed a request for support."""


@dataclass(frozen=True, kw_only=True)
class SupportRequestAnswered(SupportRequestData, type="support_request.answered"):
    """An operator answered a request for support."""

    answer: str
    granted: bool
    """Whether what was asked for was done: the seat released, the progress transferred."""
    released: AccessRef | None
    seat_changes: tuple[SeatChange, ...]


@dataclass(frozen=True, kw_only=True)
class SupportRequestWithdrawn(SupportRequestData, type="support_request.withdrawn"):
    """The manager who filed a request for support took it back."""


@dataclass(frozen=True, kw_only=True)
class SeatRequestData(EventData):
    """What every event of a request for seats carries."""

    request: str
    """The id of the request."""
    asked_by: str
    license: LicenseRef
    seats: int
    message: str


@dataclass(frozen=True, kw_only=True)
class SeatsRequested(SeatRequestData, type="seats.requested"):
    """A manager asked for more seats of a license."""


@dataclass(frozen=True, kw_only=True)
class SeatsApproved(SeatRequestData, type="seats.approved"):
    """An operator approved a request for seats, which were added to the license."""

    order: str
    """The id of the order under which they were added."""
    notified: str
    """The recipient: the address of the manager who asked or, if they are a manager no longer, `managers`."""


@dataclass(frozen=True, kw_only=True)
class SeatsRefused(SeatRequestData, type="seats.refused"):
    """An operator refused a request for seats."""

    answer: str
    """The reason."""
    notified: str
    """The recipient: the address of the manager who asked or, if they are a manager no longer, `managers`."""


@dataclass(frozen=True, kw_only=True)
class SeatRequestWithdrawn(SeatRequestData, type="seats.request_withdrawn"):
    """The manager who asked for seats took the request back."""
