"""Access: one learner's use of one license, and when it counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, get_args

from usher.domain.changed_products import ChangedProducts
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import NotFoundError, RefusedError
from usher.domain.languages import Language
from usher.domain.licenses import LicenseTerms
from usher.domain.starts import start_on_acceptance
from usher.lazy_dataclasses import dataclass

LATE_AFTER = timedelta(minutes=5)
"""How long after its start the sweep begins an access that its workflow did not, and counts it as late."""


class AlreadyAssignedError(RefusedError):
    """The person has a seat of this license: at most one live access for one (license, email)."""

    code = "already_assigned"
    title = "The person already has this"
    next_action = "Nothing needs doing: the person already has a seat of this license."


class UnknownAccessError(NotFoundError):
    """The learner has no access of this license from the organization."""

    code = "access_not_found"
    title = "No such access"
    next_action = "Look at the learner's accesses again."


class GivenByInviteError(RefusedError):
    """An invite gave the access; `invite` has its id."""

    code = "given_by_invite"
    title = "The start belongs to an invite"
    next_action = "Move the start of the invite that gave the access."


class SelfAssignedError(RefusedError):
    """A manager took the seat for themselves, which starts at once or with its license."""

    code = "self_assigned"
    title = "The start cannot be edited"
    next_action = "Nothing needs doing: it starts at once, or with its license."


class AccessState(StrEnum):
    """`reserved` → `scheduled` → `active` → `ended`, or `released`."""

    RESERVED = "reserved"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    ENDED = "ended"
    RELEASED = "released"


LIVE = frozenset({AccessState.RESERVED, AccessState.SCHEDULED, AccessState.ACTIVE})
"""The states in which an access holds a seat."""


GivenState = Literal[AccessState.SCHEDULED, AccessState.ACTIVE, AccessState.ENDED]
"""A state of an access that was given, and not released."""

GIVEN: tuple[GivenState, ...] = get_args(GivenState)


def listed_as(states: Collection[AccessState], *, is_valid: bool) -> frozenset[AccessState]:
    """Return the states in which a license's listing has the accesses that are in some by the clock.

    With its license all have ended that were given, whether a worker has written it yet or not. What has
    just started or lapsed is listed in its new state once that is written.
    """
    if is_valid:
        return frozenset(states)
    ended = GIVEN if AccessState.ENDED in states else ()
    return (frozenset(states) - {*GIVEN}) | {*ended}


@dataclass(frozen=True, kw_only=True)
class Access:
    """One learner's use of one license.

    Attributes:
        email: the learner's address.
        terms: the terms of the license.
        state: see AccessState.
        invite: the invite that reserved the seat; empty where none did.
        given_by: how a seat was given without an invite; None of one by an invite, and of one that was given
            before this was kept.
        reserved_until: when an unanswered reservation lapses; None once accepted.
        start_at: when use begins or began; None while only reserved.
        given_start_at: the start with which the seat was given; None where it was not moved since.
        released_at: when an accepted seat was given back on request; None where it was not.
        language: what the code or join page that gave it has the learner written to in; None for an invite's
            own, or the organization's.
        correlation_id: the id of the request that gave it its start, while that is to come; else empty.
    """

    email: str
    terms: LicenseTerms
    state: AccessState
    invite: str = ""
    given_by: EnrollmentMethod | None = None
    reserved_until: datetime | None = None
    start_at: datetime | None = None
    given_start_at: datetime | None = None
    released_at: datetime | None = None
    language: Language | None = None
    correlation_id: str = ""

    @classmethod
    def given(
        cls,
        email: str,
        terms: LicenseTerms,
        *,
        by: EnrollmentMethod,
        now: datetime,
        language: Language | None = None,
    ) -> Access:
        """Return an access that needs no invite: it starts at once, or with its license."""
        start_at = start_on_acceptance(terms, chosen=None, now=now)
        state = AccessState.SCHEDULED if start_at > now else AccessState.ACTIVE
        return cls(email=email, terms=terms, state=state, given_by=by, start_at=start_at, language=language)

    def moved_to(self, start_at: datetime) -> Access:
        """Return the access with another start."""
        return replace(self, start_at=start_at, given_start_at=self.given_start_at or self.start_at)

    @property
    def first_start_at(self) -> datetime | None:
        """The start with which the seat was given."""
        return self.given_start_at or self.start_at

    @property
    def method(self) -> EnrollmentMethod | None:
        """How the person got the access; None where that was not kept."""
        return EnrollmentMethod.INVITE if self.invite else self.given_by

    def with_products(self, products: ChangedProducts) -> Access:
        """Return the access with its product as it is now."""
        return replace(self, terms=products.terms(self.terms))

    @property
    def ends_at(self) -> datetime:
        """When the access ends: with its license."""
        return self.terms.valid_until

    def is_live(self) -> bool:
        """Return whether the access holds a seat."""
        return self.state in LIVE

    def has_lapsed(self, now: datetime) -> bool:
        """Return whether the access is a reservation that has expired, by the clock and not the sweep."""
        return (
            self.state is AccessState.RESERVED
            and self.reserved_until is not None
            and self.reserved_until <= now
        )

    def entitles(self, now: datetime) -> bool:
        """Return whether the learner may use the product at `now`, by the clock and not the sweep."""
        return (
            self.state in {AccessState.SCHEDULED, AccessState.ACTIVE}
            and self.start_at is not None
            and self.start_at <= now < self.ends_at
        )

    def state_at(self, now: datetime) -> AccessState:
        """Return the state at `now`, even where the workers have not written it yet."""
        if self.has_lapsed(now):
            return AccessState.RELEASED
        if self.state in {AccessState.SCHEDULED, AccessState.ACTIVE}:
            if now >= self.ends_at:
                return AccessState.ENDED
            if self.entitles(now):
                return AccessState.ACTIVE
        return self.state
