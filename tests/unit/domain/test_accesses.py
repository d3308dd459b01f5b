"""DESIGN 1, access: `reserved` → `scheduled` → `active` → `ended`, or `released`; the clock decides."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.terms import END, NOW, terms
from usher.domain.accesses import Access, AccessState, listed_as

LATER = NOW + timedelta(days=5)


def access(
    state: AccessState, *, start_at: datetime | None = None, reserved_until: datetime | None = None
) -> Access:
    return Access(
        email="ann@x.io", terms=terms(), state=state, start_at=start_at, reserved_until=reserved_until
    )


@pytest.mark.parametrize(
    ("state", "live"),
    [("reserved", True), ("scheduled", True), ("active", True), ("ended", False), ("released", False)],
)
def test_an_access_holds_a_seat_until_it_has_ended_or_was_released(state: str, *, live: bool) -> None:
    assert access(AccessState(state)).is_live() is live


def test_a_scheduled_access_entitles_from_its_start_even_if_nothing_started_it() -> None:
    one = access(AccessState.SCHEDULED, start_at=LATER)

    assert not one.entitles(LATER - timedelta(seconds=1))
    assert one.state_at(LATER - timedelta(seconds=1)) is AccessState.SCHEDULED
    assert one.entitles(LATER)
    assert one.state_at(LATER) is AccessState.ACTIVE


def test_an_active_access_entitles_until_its_license_ends_even_if_nothing_ended_it() -> None:
    one = access(AccessState.ACTIVE, start_at=NOW)

    assert one.entitles(END - timedelta(seconds=1))
    assert not one.entitles(END)
    assert one.state_at(END) is AccessState.ENDED


@pytest.mark.parametrize("state", [AccessState.RESERVED, AccessState.ENDED, AccessState.RELEASED])
def test_no_other_access_entitles(state: AccessState) -> None:
    assert not access(state, start_at=NOW).entitles(NOW)
    assert access(state, start_at=NOW).state_at(NOW) is state


def test_a_reservation_lapses_at_the_very_instant_of_its_invites_expiry() -> None:
    one = access(AccessState.RESERVED, reserved_until=LATER)

    assert not one.has_lapsed(LATER - timedelta(seconds=1))
    assert one.has_lapsed(LATER)
    assert not access(AccessState.ACTIVE, reserved_until=LATER).has_lapsed(LATER)


def test_with_its_license_all_accesses_have_ended_whatever_is_written_of_them() -> None:
    active, ended, reserved = AccessState.ACTIVE, AccessState.ENDED, AccessState.RESERVED

    assert listed_as([active, reserved], is_valid=True) == {active, reserved}
    assert listed_as([active, reserved], is_valid=False) == {reserved}
    assert listed_as([ended], is_valid=False) == {active, ended, AccessState.SCHEDULED}
