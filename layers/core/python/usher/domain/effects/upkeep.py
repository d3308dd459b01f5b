"""What else follows from an event: starts to wait for, seats to check, a waitlist to advance, work to queue.

Each function is a rule, or makes one, for the table in effects.table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from usher.domain.accesses import AccessState
from usher.domain.effects.kinds import (
    AddToDigest,
    AdvanceWaitlist,
    AnnounceRetirement,
    CheckSeatLevels,
    ContinueImport,
    EraseLearner,
    ScheduleStart,
    TrackHolder,
)
from usher.domain.events.enrollment import EnrollmentData
from usher.domain.events.event import Event, EventData
from usher.domain.events.imports import ImportData
from usher.domain.events.invites import InvitesExpired
from usher.domain.events.licenses import LicenseGranted, SeatSelfAssigned
from usher.domain.events.parts import AccessRef, LicenseRef, SeatChange
from usher.domain.events.people_data import LearnerErased
from usher.domain.events.products import ProductRetirementLifted, ProductRetirementSet


class ChangesSeats(Protocol):
    """Data of an event by which people took seats, or gave them back."""

    @property
    def seat_changes(self) -> tuple[SeatChange, ...]:
        """The changes, one for each license."""


class ConcernsLicense(Protocol):
    """Data of an event about one license."""

    @property
    def license(self) -> LicenseRef:
        """The license."""


class SchedulesAccesses(Protocol):
    """Data of an event by which accesses got a start that lies ahead."""

    @property
    def scheduled(self) -> tuple[AccessRef, ...]:
        """The accesses."""


def seats_changed(event: Event, data: ChangesSeats) -> Iterator[CheckSeatLevels | AdvanceWaitlist]:
    """Check each license's level; seats that came back may go to who waits for one."""
    for change in data.seat_changes:
        yield CheckSeatLevels(organization=event.organization, license=change.license.id)
    if any(change.seats < 0 for change in data.seat_changes):
        yield AdvanceWaitlist(organization=event.organization)


def pool_changed(event: Event, data: ConcernsLicense) -> Iterator[CheckSeatLevels | AdvanceWaitlist]:
    """Check the level of a license that got more seats or fewer; who waits may have one now."""
    yield CheckSeatLevels(organization=event.organization, license=data.license.id)
    yield AdvanceWaitlist(organization=event.organization)


def waitlist_changed(event: Event, _data: EventData) -> Iterator[AdvanceWaitlist]:
    """Advance the waitlist: what is given became another, or somebody came to wait or left."""
    yield AdvanceWaitlist(organization=event.organization)


def schedule_starts(_event: Event, data: SchedulesAccesses) -> Iterator[ScheduleStart]:
    """Wait for the starts that lie ahead."""
    return _starts(data.scheduled)


def schedule_enrolled(_event: Event, data: EnrollmentData) -> Iterator[ScheduleStart]:
    """Wait for the starts that lie ahead of what a person was given."""
    return _starts(data.accesses)


def schedule_own(_event: Event, data: SeatSelfAssigned) -> Iterator[ScheduleStart]:
    """Wait for the start of the access that a manager took, if it lies ahead."""
    return _starts((data.access,))


def _starts(accesses: tuple[AccessRef, ...]) -> Iterator[ScheduleStart]:
    for access in accesses:
        if access.state is AccessState.SCHEDULED and access.start_at is not None:
            yield ScheduleStart(email=access.email, license=access.license.id, start_at=access.start_at)


def add_to_digest(event: Event, _data: InvitesExpired) -> Iterator[AddToDigest]:
    """Tell managers of the expired invites with the others of the day."""
    yield AddToDigest(event=event)


def track_holder(event: Event, data: LicenseGranted) -> Iterator[TrackHolder]:
    """Record who holds the product."""
    yield TrackHolder(
        product=data.license.product.id, organization=event.organization, license=data.license.id
    )


def announce_retirement(
    _event: Event, data: ProductRetirementSet | ProductRetirementLifted
) -> Iterator[AnnounceRetirement]:
    """Tell the holders of the product."""
    yield AnnounceRetirement(product=data.product.id)


def continue_import(event: Event, data: ImportData) -> Iterator[ContinueImport]:
    """Have the worker check the file, or invite its people."""
    yield ContinueImport(organization=event.organization, import_id=data.learner_import.id)


def erase_learner(event: Event, data: LearnerErased) -> Iterator[EraseLearner]:
    """Have the worker carry out the erasure."""
    yield EraseLearner(organization=event.organization, erasure=data.erasure)
