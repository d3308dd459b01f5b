"""Shards: an id says the one that it is in, and sorts by its time all the same; numbers are powers of two."""

from __future__ import annotations

import pytest
from ulid import ULID

from usher.domain.shards import (
    MOST_SHARDS,
    UNITS_A_SECOND,
    any_shard,
    in_shard,
    shard_of,
    shards_for,
)

ID = "01MBFYTJM0000000000000000A"


@pytest.mark.parametrize("shard", range(MOST_SHARDS))
def test_an_id_says_its_shard_and_is_a_ulid_of_the_same_time(shard: int) -> None:
    id_ = in_shard(ID, shard)

    assert shard_of(id_) == shard
    assert str(ULID.from_str(id_)) == id_
    assert ULID.from_str(id_).timestamp == ULID.from_str(ID).timestamp
    assert in_shard(id_, 0) == ID


def test_an_older_id_sorts_before_a_newer_one_of_any_shard() -> None:
    newer = "01MBFYTJM1000000000000000A"

    assert in_shard(ID, MOST_SHARDS - 1) < in_shard(newer, 0)


@pytest.mark.parametrize("text", ["", "E", "no ulid at all", "01mbfytjm0u"])
def test_a_text_that_is_no_ulid_is_in_the_first_shard(text: str) -> None:
    assert shard_of(text) == 0


def test_new_ids_are_in_all_shards_and_of_one_shard_in_the_first() -> None:
    ids = [f"01MBFYTJM0{n:016d}" for n in range(300)]

    assert {any_shard(one, 8) for one in ids} == set(range(8))
    assert {any_shard(one, 1) for one in ids} == {0}


@pytest.mark.parametrize(
    ("units", "shards"),
    [
        (0, 1),
        (UNITS_A_SECOND, 1),
        (UNITS_A_SECOND + 1, 2),
        (2 * UNITS_A_SECOND + 1, 4),
        (9 * UNITS_A_SECOND, 16),
        (10**9, MOST_SHARDS),
    ],
)
def test_there_are_as_many_as_the_writes_need_and_never_more_than_an_id_can_say(
    units: float, shards: int
) -> None:
    assert shards_for(units) == shards
