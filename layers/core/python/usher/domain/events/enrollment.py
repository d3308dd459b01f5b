"""Events about people who enroll without an invite: by the join page, a code or single sign-on."""

from __future__ import annotations

from dataclasses import field

from usher.domain.enrollment.email_verifications import VerificationPurpose
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef, GroupRef, PersonRef, SeatChange
from usher.domain.languages import Language
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EmailVerificationRequested(EventData, type="email_verification.requested"):
    """Somebody asked for the link that proves their address."""

    verification: str
    """The id of the verification."""
    purpose: VerificationPurpose
    email: str
    language: Language | None = field(default_factory=lambda: None)
    """The language of the email with the link; null for the organization's."""


@dataclass(frozen=True, kw_only=True)
class EnrollmentData(EventData):
    """What a person was given when they were enrolled."""

    email: str
    group: GroupRef | None
    accesses: tuple[AccessRef, ...]
    seat_changes: tuple[SeatChange, ...]
    enrolled: bool = field(default_factory=lambda: True)
    """Whether anything of it is new: false for a person who had all of it."""

    @property
    def scheduled(self) -> tuple[AccessRef, ...]:
        """The accesses, some of which may start later."""
        return self.accesses


@dataclass(frozen=True, kw_only=True)
class LearnerJoined(EnrollmentData, type="learner.joined"):
    """A person was enrolled by the organization's join page."""

    slug: str
    """The page's address."""


@dataclass(frozen=True, kw_only=True)
class JoinRequestData(EventData):
    """What every event of a request to join carries."""

    request: str
    """The id of the request."""
    person: PersonRef
    language: Language | None = field(default_factory=lambda: None)
    """The language of the page that they asked on; null for the organization's."""


@dataclass(frozen=True, kw_only=True)
class JoinRequested(JoinRequestData, type="join.requested"):
    """A person asked to join, and waits for a manager's approval."""


@dataclass(frozen=True, kw_only=True)
class JoinWaiting(JoinRequestData, type="join.waiting"):
    """A person who may join waits for a seat."""


@dataclass(frozen=True, kw_only=True)
class JoinRefused(JoinRequestData, type="join.refused"):
    """A manager refused a person's request to join."""


@dataclass(frozen=True, kw_only=True)
class JoinWithdrawn(JoinRequestData, type="join.withdrawn"):
    """A person took back their request to join, which waited for an answer or for a seat."""


@dataclass(frozen=True, kw_only=True)
class JoinApproved(EnrollmentData, type="join.approved"):
    """A person who had asked to join was enrolled: by a manager, or when a seat became free."""

    request: str
    """The id of the request."""
    person: PersonRef
    language: Language | None = field(default_factory=lambda: None)
    """The language of the page that they asked on; null for the organization's."""


@dataclass(frozen=True, kw_only=True)
class JoinPageChanged(EventData, type="join_page.changed"):
    """A manager changed the settings of the join page; these hold now."""

    enabled: bool
    slug: str
    domains: tuple[str, ...]
    """The domains whose addresses may join."""
    addresses: tuple[str, ...]
    """Single addresses that may join as well; without domains and addresses, everybody may."""
    license_ids: tuple[str, ...]
    """What those who join are given."""
    group_id: str | None
    """The group that those who join come into."""
    approval: bool
    when_full: WhenFull
    language: Language | None = field(default_factory=lambda: None)
    """The language of the page and of its emails; null for the organization's."""
