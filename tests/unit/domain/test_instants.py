"""DESIGN 2, Start of access: a plain date means midnight in the organization's time zone; stored in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.domain.instants import (
    BadDateError,
    UnknownTimeZoneError,
    parse_instant,
    parse_rfc3339,
    rfc3339,
    with_offset,
    zone,
)


@pytest.mark.parametrize(
    ("text", "time_zone", "instant"),
    [
        ("2027-01-31", "UTC", "2027-01-31T00:00:00Z"),
        ("2027-01-31", "Europe/Zurich", "2027-01-30T23:00:00Z"),
        ("2027-07-31", "Europe/Zurich", "2027-07-30T22:00:00Z"),
        ("2027-03-28", "Europe/Zurich", "2027-03-27T23:00:00Z"),
        ("2027-03-29", "Europe/Zurich", "2027-03-28T22:00:00Z"),
        ("2027-01-31", "Pacific/Auckland", "2027-01-30T11:00:00Z"),
        ("2027-01-31", "America/Los_Angeles", "2027-01-31T08:00:00Z"),
        (" 2027-01-31 ", "Asia/Kolkata", "2027-01-30T18:30:00Z"),
        ("2027-01-31T09:00:00+01:00", "UTC", "2027-01-31T08:00:00Z"),
        ("2027-01-31T09:00:00Z", "Europe/Zurich", "2027-01-31T09:00:00Z"),
        ("2027-01-31T09:00:00.9Z", "UTC", "2027-01-31T09:00:00Z"),
    ],
)
def test_a_date_or_an_instant_is_read_into_utc(text: str, time_zone: str, instant: str) -> None:
    assert rfc3339(parse_instant(text, time_zone=time_zone)) == instant


def test_a_midnight_that_the_clocks_skip_is_the_first_moment_of_its_day() -> None:
    # In Cairo the clocks go from 0:00 to 1:00 on the last Friday of April.
    assert rfc3339(parse_instant("2027-04-30", time_zone="Africa/Cairo")) == "2027-04-29T22:00:00Z"


def test_a_midnight_that_comes_twice_is_the_first_of_the_two() -> None:
    # In Havana the clocks go from 1:00 back to 0:00 on the first Sunday of November.
    assert rfc3339(parse_instant("2027-11-07", time_zone="America/Havana")) == "2027-11-07T04:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2027-02-30",
        "2027-13-01",
        "31.01.2027",
        "2027-1-1",
        "2027-01-31T09:00:00",
        "2027-01-31 09:00",
        "20270131",
        "2027-01-31T25:00:00Z",
        "0001-01-01",
        "2027-W05-1",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadDateError):
        parse_instant(text, time_zone="Asia/Tokyo")


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "Europe", "a\0b", "x" * 300, "/etc/localtime"]
)
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZoneError):
        zone(name)


@given(st.datetimes(), st.integers(min_value=-14 * 60, max_value=14 * 60))
def test_an_instant_that_was_written_is_read_again_to_the_second(moment: datetime, offset: int) -> None:
    try:
        instant = moment.replace(tzinfo=timezone(timedelta(minutes=offset))).astimezone(UTC)
    except OverflowError:
        return

    assert parse_rfc3339(rfc3339(instant)) == instant.replace(microsecond=0)


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=5))
def test_written_instants_sort_as_text(moments: list[datetime]) -> None:
    whole = [moment.replace(microsecond=0) for moment in moments]

    assert sorted(rfc3339(one) for one in whole) == [rfc3339(one) for one in sorted(whole)]


@pytest.mark.parametrize(
    ("text", "time_zone", "instant"),
    [
        ("2027-01-31T09:30:00", "Europe/Zurich", "2027-01-31T08:30:00Z"),
        ("2027-07-31T09:30:00", "Europe/Zurich", "2027-07-31T07:30:00Z"),
        (" 2027-01-31 09:30 ", "America/New_York", "2027-01-31T14:30:00Z"),
        ("2027-03-28T02:30:00", "Europe/Zurich", "2027-03-28T01:30:00Z"),  # skipped: the clock shows 03:30
        ("2027-10-31T02:30:00", "Europe/Zurich", "2027-10-31T00:30:00Z"),  # comes twice
        ("2027-01-31T09:30:00Z", "Europe/Zurich", "2027-01-31T09:30:00Z"),
        ("2027-01-31T09:30:00-05:00", "Europe/Zurich", "2027-01-31T14:30:00Z"),
        ("2027-01-31", "Europe/Zurich", "2027-01-30T23:00:00Z"),
    ],
)
def test_a_time_without_an_offset_is_one_of_the_time_zone(text: str, time_zone: str, instant: str) -> None:
    given = with_offset(text, time_zone=time_zone)

    assert rfc3339(parse_instant(given, time_zone=time_zone)) == instant


@pytest.mark.parametrize("text", ["", "tomorrow", "2027-02-30", "2027-02-30T09:30:00", "09:30"])
def test_what_is_no_date_with_a_time_stays_as_it_is(text: str) -> None:
    assert with_offset(text, time_zone="Europe/Zurich") == text
