"""Rules for the effects other than emails: starts to schedule, seats to check, waitlists and work to queue.

Each function is a rule for effects.table.
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
    CopyExtension,
    CopyProduct,
    EraseLearner,
    ScheduleStart,
    TrackHolder,
)
from usher.domain.events.event import Event, EventData
from usher.domain.events.imports import ImportData
from usher.domain.events.invites import InvitesExpired
from usher.domain.events.licenses import LicenseExtended, LicenseGranted
from usher.domain.events.parts import LicenseRef, SeatChange
from usher.domain.events.people_data import LearnerErased
from usher.domain.events.products import ProductChanged, ProductRetirementLifted, ProductRetirementSet
from usher.domain.events.scheduled_accesses import SchedulesAccesses


class ChangesSeats(Protocol):
    """Data of an event by which seats were taken or given back."""

    @property
    def seat_changes(self) -> tuple[SeatChange, ...]:
        """The changes, one for each license."""


class ConcernsLicense(Protocol):
    """Data of an event about one license."""

    @property
    def license(self) -> LicenseRef:
        """The license."""


def seats_changed(event: Event, data: ChangesSeats) -> Iterator[CheckSeatLevels | AdvanceWaitlist]:
    """Check each license's seat level, and advance the waitlist if seats were given back."""
    for change in data.seat_changes:
        yield CheckSeatLevels(organization=event.organization, license=change.license.id)
    if any(change.seats < 0 for change in data.seat_changes):
        yield AdvanceWaitlist(organization=event.organization)


def pool_changed(event: Event, data: ConcernsLicense) -> Iterator[CheckSeatLevels | AdvanceWaitlist]:
    """Check the seat level of a license whose pool was resized, and advance the waitlist."""
    yield CheckSeatLevels(organization=event.organization, license=data.license.id)
    yield AdvanceWaitlist(organization=event.organization)


def waitlist_changed(event: Event, _data: EventData) -> Iterator[AdvanceWaitlist]:
    """Advance the waitlist, after the join page's grant or the waitlist itself changed."""
    yield AdvanceWaitlist(organization=event.organization)


def schedule_starts(_event: Event, data: SchedulesAccesses) -> Iterator[ScheduleStart]:
    """Schedule the starts that lie in the future."""
    for access in data.scheduled:
        if access.state is AccessState.SCHEDULED and access.start_at is not None:
            yield ScheduleStart(email=access.email, license=access.license.id, start_at=access.start_at)


def add_to_digest(event: Event, _data: InvitesExpired) -> Iterator[AddToDigest]:
    """Add the expired invites to the day's digest for managers."""
    yield AddToDigest(event=event)


def track_holder(event: Event, data: LicenseGranted) -> Iterator[TrackHolder]:
    """Record the organization as a holder of the product."""
    yield TrackHolder(
        product=data.license.product.id, organization=event.organization, license=data.license.id
    )


def announce_retirement(
    _event: Event, data: ProductRetirementSet | ProductRetirementLifted
) -> Iterator[AnnounceRetirement]:
    """Announce the retirement, or its end, to the holders of the product."""
    yield AnnounceRetirement(product=data.product.id)


def copy_product(_event: Event, data: ProductChanged) -> Iterator[CopyProduct]:
    """Write the product as it is now to its holders."""
    yield CopyProduct(product=data.product.id)


def copy_extension(event: Event, data: LicenseExtended) -> Iterator[CopyExtension]:
    """Write the license's later end to the copies of its terms."""
    yield CopyExtension(organization=event.organization, license=data.license.id)


def continue_import(event: Event, data: ImportData) -> Iterator[ContinueImport]:
    """Have the worker check the file, or invite its people."""
    yield ContinueImport(organization=event.organization, import_id=data.learner_import.id)


def erase_learner(event: Event, data: LearnerErased) -> Iterator[EraseLearner]:
    """Have the worker carry out the erasure."""
    yield EraseLearner(organization=event.organization, erasure=data.erasure)
