"""Dates in words: a last day for what ends, no minutes where they do not matter, always in a named zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from usher.domain.instants import midnight, parse_instant
from usher.domain.licenses import ProductKind
from usher.domain.organizations import Role
from usher.domain.wording import KINDS, MAY, ROLES, day, deadline, end, last_day, moment, start

ZONES = [
    "Europe/Zurich",
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Asia/Beirut",  # its clocks change at midnight
]
DAYS = ["2027-01-01", "2027-03-14", "2027-03-28", "2027-07-01", "2027-10-31", "2027-11-07", "2027-11-25"]
MARCH = [date(2027, 3, 9) + timedelta(days=nth) for nth in range(25)]


def at(text: str, time_zone: str = "UTC") -> datetime:
    return parse_instant(text, time_zone=time_zone)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Zurich", "1 December 2026, 00:00 (Europe/Zurich)"),
        ("UTC", "30 November 2026, 23:00 (UTC)"),
        ("America/New_York", "30 November 2026, 18:00 (America/New_York)"),
        ("Asia/Kathmandu", "1 December 2026, 04:45 (Asia/Kathmandu)"),
    ],
)
def test_a_moment_is_told_in_a_time_zone_that_is_named(zone: str, words: str) -> None:
    assert moment(datetime(2026, 11, 30, 23, 0, tzinfo=UTC), zone) == words
    assert day(datetime(2026, 11, 30, 23, 0, tzinfo=UTC), zone) == words.partition(",")[0]


def test_summer_time_is_minded() -> None:
    assert moment(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), "Europe/Zurich").startswith("2 July 2026, 00:00")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("on", DAYS)
def test_what_starts_and_ends_with_a_day_is_told_without_a_time(on: str, zone: str) -> None:
    begin = at(on, zone)

    assert start(begin, zone) == day(begin, zone)
    assert end(begin, zone) == f"the end of {day(begin - timedelta(hours=12), zone)}"
    assert last_day(begin, zone) == day(begin - timedelta(hours=12), zone)


@pytest.mark.parametrize("zone", ZONES)
def test_the_end_of_a_license_reads_as_its_last_day(zone: str) -> None:
    assert end(at("2027-11-25", zone), zone) == "the end of 24 November 2027"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "24 November 2027, 18:00 (America/New_York)"),
        ("Asia/Singapore", "25 November 2027, 07:00 (Asia/Singapore)"),
    ],
)
def test_an_end_within_a_day_is_told_with_its_time_and_zone(zone: str, words: str) -> None:
    """Such as that of a sublicense, whose provider lives in another zone: a client's day is not over then."""
    ends_at = at("2027-11-25", "Europe/Zurich")

    assert end(ends_at, zone) == start(ends_at, zone) == words
    assert last_day(ends_at, zone) == words.partition(",")[0]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2027-01-04T10:00:00+01:00", "the end of 13 January 2027"),
        ("2027-01-13T23:59:59+01:00", "the end of 13 January 2027"),
        ("2027-01-14T00:00:00+01:00", "14 January 2027, 10:00 (Europe/Zurich)"),
        ("2027-01-14T12:00:00+01:00", "14 January 2027, 10:00 (Europe/Zurich)"),
        ("2027-01-15T00:00:00+01:00", "14 January 2027"),
    ],
)
def test_a_deadline_is_told_with_its_time_on_its_day_alone(now: str, words: str) -> None:
    assert deadline(at("2027-01-14T10:00:00+01:00"), "Europe/Zurich", now=at(now)) == words


@pytest.mark.parametrize("now", ["2027-11-01", "2027-11-24", "2027-11-25", "2027-12-01"])
@pytest.mark.parametrize("zone", ZONES)
def test_a_deadline_at_midnight_is_the_end_of_a_day_whenever_it_is_read(now: str, zone: str) -> None:
    assert deadline(at("2027-11-25", zone), zone, now=at(now, zone)) == "the end of 24 November 2027"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hours", range(0, 400, 7))
def test_nobody_is_told_a_deadline_that_is_later_than_the_real_one(hours: int, zone: str) -> None:
    now = at("2027-03-10T17:30:00Z")
    expires_at = now + timedelta(hours=hours)

    told = deadline(expires_at, zone, now=now)

    ends = {end(midnight(one, time_zone=zone), zone): midnight(one, time_zone=zone) for one in MARCH}
    if told in ends:
        assert now < ends[told] <= expires_at
    else:
        assert told == moment(expires_at, zone)


def test_every_kind_and_role_has_its_words() -> None:
    assert KINDS.keys() == set(ProductKind)
    assert ROLES.keys() == MAY.keys() == set(Role)
