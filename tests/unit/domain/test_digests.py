"""The day of the digest that reports an expiry, in the organization's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from usher.domain.digests import digest_at, digest_day


@pytest.mark.parametrize(
    ("happened_at", "time_zone", "day"),
    [
        (datetime(2027, 1, 14, 4, 59, 59, tzinfo=UTC), "Europe/Zurich", date(2027, 1, 14)),
        (datetime(2027, 1, 14, 5, 0, 0, tzinfo=UTC), "Europe/Zurich", date(2027, 1, 15)),
        (datetime(2027, 1, 14, 23, 30, tzinfo=UTC), "Europe/Zurich", date(2027, 1, 15)),
        (datetime(2027, 1, 14, 23, 30, tzinfo=UTC), "America/Los_Angeles", date(2027, 1, 15)),
        (datetime(2027, 1, 14, 13, 0, tzinfo=UTC), "America/Los_Angeles", date(2027, 1, 14)),
        (datetime(2027, 1, 14, 20, 0, tzinfo=UTC), "Pacific/Auckland", date(2027, 1, 16)),
    ],
)
def test_an_expiry_is_told_on_the_next_morning(happened_at: datetime, time_zone: str, day: date) -> None:
    assert digest_day(happened_at, time_zone=time_zone) == day
    assert digest_at(day, time_zone=time_zone) > happened_at


def test_the_morning_follows_summer_time() -> None:
    before, after = (digest_at(date(2027, 3, day), time_zone="Europe/Zurich") for day in (27, 29))

    assert (before.hour, after.hour) == (5, 4)
