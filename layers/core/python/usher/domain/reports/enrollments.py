"""Enrollments without an invite, as the event log has them."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.accesses import SeatsAssigned, SeatsGivenData
from usher.domain.events.codes import CodeRedeemed
from usher.domain.events.enrollment import EnrollmentData, JoinApproved, LearnerJoined
from usher.domain.events.event import EventData
from usher.domain.events.groups import (
    GroupLicenseAdded,
    GroupLicenseApplied,
    GroupLicenseData,
    GroupMembersAdded,
)
from usher.domain.events.licenses import SeatSelfAssigned
from usher.domain.events.parts import AccessRef, GroupRef
from usher.domain.events.sso import LearnerProvisioned
from usher.lazy_dataclasses import dataclass

METHODS: dict[type[EventData], EnrollmentMethod] = {
    CodeRedeemed: EnrollmentMethod.CODE,
    LearnerJoined: EnrollmentMethod.JOIN_PAGE,
    JoinApproved: EnrollmentMethod.JOIN_PAGE,
    LearnerProvisioned: EnrollmentMethod.SINGLE_SIGN_ON,
    GroupLicenseAdded: EnrollmentMethod.GROUP,
    GroupLicenseApplied: EnrollmentMethod.GROUP,
    GroupMembersAdded: EnrollmentMethod.GROUP,
    SeatsAssigned: EnrollmentMethod.ASSIGNMENT,
    SeatSelfAssigned: EnrollmentMethod.SELF_ASSIGNMENT,
}
"""The events that enroll people without an invite, and the method of each."""


@dataclass(frozen=True, kw_only=True)
class RecordedEnrollment:
    """The people whom one event enrolled, and what they were given.

    Attributes:
        source: the code, the connection's name or, of those who joined at once, the join page's slug.
        group: the group that was joined, or whose license was given.
        emails: the people, each once.
        accesses: what they were given; none where somebody had all but the membership in a group.
    """

    method: EnrollmentMethod
    source: str
    group: GroupRef | None
    emails: tuple[str, ...]
    accesses: tuple[AccessRef, ...]

    @property
    def licenses(self) -> tuple[str, ...]:
        """The ids of the licenses that were given, each once."""
        return tuple(dict.fromkeys(access.license.id for access in self.accesses))


def enrollment_by(data: EventData) -> RecordedEnrollment | None:
    """Return the enrollment that an event records; None where it enrolled nobody, or by an invite."""
    method = METHODS.get(type(data))
    if method is None or (isinstance(data, EnrollmentData) and not data.enrolled):
        return None
    accesses = _accesses(data)
    emails = [*_joined(data), *(access.email for access in accesses)]
    if not emails:
        return None
    return RecordedEnrollment(
        method=method,
        source=_source(data),
        group=data.group if isinstance(data, EnrollmentData | GroupLicenseData | GroupMembersAdded) else None,
        emails=tuple(dict.fromkeys(emails)),
        accesses=accesses,
    )


def _joined(data: EventData) -> Sequence[str]:
    """Return those who were enrolled whether or not they were given a license."""
    match data:
        case EnrollmentData():
            return (data.email,)
        case GroupMembersAdded():
            return data.emails
    return ()


def _accesses(data: EventData) -> tuple[AccessRef, ...]:
    match data:
        case EnrollmentData():
            return data.accesses
        case SeatsGivenData():
            return (*data.started, *data.scheduled)
        case SeatSelfAssigned():
            return (data.access,)
    return ()


def _source(data: EventData) -> str:
    match data:
        case CodeRedeemed():
            return data.code.text
        case LearnerJoined():
            return data.slug
        case LearnerProvisioned():
            return data.connection.name
    return ""
