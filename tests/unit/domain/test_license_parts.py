"""Decision 0086: how seats are divided among parts, and found there."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest

from usher.domain.license_parts import (
    MAX_PARTS,
    Move,
    drawn,
    even_shares,
    gathered,
    lower_bounds,
    parts_for,
    refilled,
    upper_bounds,
)


@pytest.mark.parametrize(
    ("seats", "parts"), [(1, 1), (500, 1), (501, 2), (1000, 2), (3501, 8), (4000, 8), (10_000_000, 8)]
)
def test_a_license_has_a_part_for_each_five_hundred_seats_and_at_most_eight(seats: int, parts: int) -> None:
    assert parts_for(seats) == parts


def test_shares_are_even() -> None:
    assert even_shares(100, 8) == [13, 13, 13, 13, 12, 12, 12, 12]
    assert even_shares(0, 2) == [0, 0]


def test_seats_are_drawn_from_the_own_part_if_it_has_them_all() -> None:
    assert drawn([5, 9], 5, own=0) == [Move(part=0, leaving=5, arriving=5)]


def test_a_batch_that_finds_its_part_too_small_uses_the_fullest_alone() -> None:
    assert drawn([3, 4, 9], 5, own=0) == [Move(part=2, leaving=5, arriving=5)]


def test_a_batch_that_no_part_can_serve_is_drawn_from_as_few_as_can() -> None:
    assert drawn([3, 1, 4, 2], 6, own=1) == [
        Move(part=2, leaving=4, arriving=4),
        Move(part=0, leaving=2, arriving=2),
    ]


def test_more_than_all_parts_have_is_refused() -> None:
    assert drawn([1, 1, 0], 3, own=0) is None
    assert refilled([1, 1, 0], 3, own=2) is None


def test_an_empty_part_steals_what_it_needs_and_half_of_the_rest() -> None:
    assert refilled([0, 9, 3], 1, own=0) == [
        Move(part=0, leaving=-4, arriving=1),
        Move(part=1, leaving=5, arriving=0),
    ]


def test_the_last_seats_are_not_shared() -> None:
    assert refilled([0, 1], 1, own=0) == [Move(part=1, leaving=1, arriving=1)]


def test_seats_are_gathered_in_one_part_and_none_is_lost() -> None:
    assert gathered([3, 1, 4], 6, into=2) == [
        Move(part=2, leaving=-2, arriving=0),
        Move(part=0, leaving=2, arriving=0),
    ]


def test_whatever_the_parts_have_a_plan_takes_exactly_what_was_asked_for() -> None:
    chance = random.Random(86)  # noqa: S311 - a run that can be repeated
    for _ in range(3000):
        counts = [chance.choice([0, 0, 1, 3, 50]) for _ in range(chance.randint(1, MAX_PARTS))]
        seats, own = chance.randint(1, 60), chance.randrange(len(counts))
        for plan in (drawn, refilled):
            moves = plan(counts, seats, own=own)

            assert (moves is None) == (sum(counts) < seats)
            if moves is not None:
                assert sum(move.leaving for move in moves) == sum(move.arriving for move in moves) == seats
                assert all(move.leaving <= counts[move.part] for move in moves)
                assert len({move.part for move in moves}) == len(moves)
                if plan is drawn:
                    fullest = list(accumulate(sorted(counts, reverse=True)))
                    assert len(moves) == 1 + sum(most < seats for most in fullest), "as few as can be"
        if sum(counts) >= seats:
            into = counts.index(max(counts))
            bringing = gathered(counts, seats, into=into)
            after = list(counts)
            for move in bringing:
                after[move.part] -= move.leaving

            assert sum(after) == sum(counts)
            assert min(after) >= 0
            assert after[into] >= seats or counts[into] >= seats


def test_bounds_hold_now_and_keep_the_sum_on_its_level() -> None:
    chance = random.Random(87)  # noqa: S311 - a run that can be repeated
    for _ in range(1000):
        counts = [chance.randint(0, 9) for _ in range(chance.randint(1, MAX_PARTS))]
        most = sum(counts) + chance.randint(0, 20)
        least = chance.randint(0, sum(counts))

        upper, lower = upper_bounds(counts, most), lower_bounds(counts, least)

        assert all(low <= n <= high for low, n, high in zip(lower, counts, upper, strict=True))
        assert sum(upper) == most
        assert sum(lower) >= least
