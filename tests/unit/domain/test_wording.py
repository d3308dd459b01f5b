from datetime import UTC, datetime

import pytest

from usher.domain.licenses import ProductKind
from usher.domain.organizations import Role
from usher.domain.wording import KINDS, MAY, ROLES, in_words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Zurich", "1 December 2026, 00:00 (Europe/Zurich)"),
        ("UTC", "30 November 2026, 23:00 (UTC)"),
        ("America/New_York", "30 November 2026, 18:00 (America/New_York)"),
        ("Asia/Kathmandu", "1 December 2026, 04:45 (Asia/Kathmandu)"),
    ],
)
def test_an_instant_is_told_in_a_time_zone_that_is_named(zone: str, words: str) -> None:
    assert in_words(datetime(2026, 11, 30, 23, 0, tzinfo=UTC), zone) == words


def test_summer_time_is_minded() -> None:
    assert in_words(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), "Europe/Zurich").startswith("2 July 2026, 00:00")


def test_every_kind_and_role_has_its_words() -> None:
    assert KINDS.keys() == set(ProductKind)
    assert ROLES.keys() == MAY.keys() == set(Role)
