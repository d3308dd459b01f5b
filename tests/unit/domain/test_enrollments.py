"""Which events enrolled somebody without an invite, and whom."""

from __future__ import annotations

from dataclasses import fields

import pytest

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.accesses import AccessesEnded
from usher.domain.events.enrollment import LearnerJoined
from usher.domain.events.event import EventData
from usher.domain.events.invites import (
    InviteDeclined,
    InviteResent,
    InvitesCreated,
    InvitesExpired,
    InviteWithdrawn,
)
from usher.domain.events.registry import EVENT_TYPES
from usher.domain.events.requests import SupportRequestAnswered
from usher.domain.reports.enrollments import METHODS, enrollment_by

OF_INVITES = {InvitesCreated, InviteResent, InviteWithdrawn, InviteDeclined, InvitesExpired}
GIVING_BACK = {AccessesEnded, SupportRequestAnswered}


def takes_seats(kind: type[EventData]) -> bool:
    return "seat_changes" in {field.name for field in fields(kind)}  # type: ignore[arg-type]  # all are dataclasses


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_whatever_takes_seats_is_an_invite_or_an_enrollment(kind: type[EventData]) -> None:
    assert takes_seats(kind) == (kind in {*METHODS, *OF_INVITES, *GIVING_BACK})


def test_every_method_but_an_invite_has_an_event() -> None:
    assert {*METHODS.values(), EnrollmentMethod.INVITE} == set(EnrollmentMethod)


@pytest.mark.parametrize("new", [True, False])
def test_somebody_who_had_all_of_it_was_not_enrolled(*, new: bool) -> None:
    joined = LearnerJoined(
        email="ann@x.io", group=None, accesses=(), seat_changes=(), slug="acme", enrolled=new
    )

    enrollment = enrollment_by(joined)

    assert (enrollment is not None) == new
    if enrollment is not None:
        assert (enrollment.emails, enrollment.source) == (("ann@x.io",), "acme")
