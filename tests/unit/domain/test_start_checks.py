"""Decision 96: the checks of one moment, which follow from the moment and the lane alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from usher.domain.accesses import LATE_AFTER
from usher.domain.start_checks import LANES, LONGEST_WAIT, SETTLING, SPREAD, StartCheck

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
MIDNIGHT = datetime(2027, 1, 31, 23, tzinfo=UTC)
FAR = MIDNIGHT + timedelta(days=1000)


def check(start_at: datetime = MIDNIGHT, lane: int = 3, *, now: datetime = NOW) -> StartCheck:
    return StartCheck.scheduled(start_at, lane, now=now)


def test_the_lanes_of_one_midnight_are_spread_over_two_minutes() -> None:
    delays = [check(lane=lane).check_at - MIDNIGHT - SETTLING for lane in range(LANES)]

    assert delays == [lane * timedelta(seconds=15) for lane in range(LANES)]
    assert max(delays) < SPREAD < LATE_AFTER


@pytest.mark.parametrize("lane", [0, LANES - 1])
def test_a_start_chosen_to_the_minute_is_not_put_off(lane: int) -> None:
    chosen = MIDNIGHT + timedelta(minutes=1)

    assert check(chosen, lane).check_at == chosen + SETTLING


def test_a_check_is_named_by_its_moment_and_lane_whenever_it_is_scheduled() -> None:
    assert check().name == "20270131T230000Z-lane3"
    assert check(now=NOW + timedelta(days=20)) == check()
    assert len({check(lane=lane).name for lane in range(LANES)}) == LANES


def test_a_long_wait_is_cut_into_pieces_that_are_the_same_for_all() -> None:
    first = check(FAR)
    joined_later = check(FAR, now=NOW + timedelta(days=500))
    waits = [first]
    while waits[-1].waits:
        waits.append(waits[-1].after_this_wait())
    moments = [NOW, *(one.check_at for one in waits)]

    assert [one.name for one in waits] == [
        "20291027T230000Z-lane3-wait3",
        "20291027T230000Z-lane3-wait2",
        "20291027T230000Z-lane3-wait1",
        "20291027T230000Z-lane3",
    ]
    assert joined_later in waits
    assert waits[-1].check_at - FAR < LATE_AFTER
    assert all(after - before <= LONGEST_WAIT + SPREAD for before, after in pairwise(moments))


def test_a_start_that_is_over_is_checked_by_a_workflow_of_its_own() -> None:
    """That of its moment may have ended before the access was written."""
    late = check(now=MIDNIGHT + timedelta(seconds=20))

    assert late.name == "20270131T230020Z-lane3"
    assert late.check_at == MIDNIGHT + timedelta(seconds=20) + SETTLING


def test_a_check_that_ran_out_of_time_goes_on_under_another_name() -> None:
    again = check().next_turn()

    assert again.name == "20270131T230000Z-lane3-turn2"
    assert again.check_at == check().check_at
