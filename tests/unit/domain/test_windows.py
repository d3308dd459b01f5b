"""Windows of time, read from the texts of their ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from usher.domain.instants import BadDateError
from usher.domain.reports.windows import ALWAYS, BadWindowError, Window, read_window

ZURICH = "Europe/Zurich"


def test_plain_dates_are_days_of_the_time_zone_and_the_last_one_counts() -> None:
    window = read_window("2027-01-04", "2027-01-04", time_zone=ZURICH)

    assert window.since == datetime(2027, 1, 3, 23, tzinfo=UTC)
    assert window.until == datetime(2027, 1, 4, 23, tzinfo=UTC)


def test_an_instant_is_meant_as_it_is_written() -> None:
    window = read_window("2027-01-04T08:00:00Z", "2027-01-04T10:00:00+01:00", time_zone=ZURICH)

    assert window.since == datetime(2027, 1, 4, 8, tzinfo=UTC)
    assert window.until == datetime(2027, 1, 4, 9, tzinfo=UTC)


def test_the_end_is_not_part_of_it() -> None:
    since = datetime(2027, 1, 4, tzinfo=UTC)
    window = Window(since=since, until=since + timedelta(days=1))

    assert window.contains(since)
    assert not window.contains(since + timedelta(days=1))
    assert not window.contains(since - timedelta(seconds=1))
    assert ALWAYS.contains(since)


@pytest.mark.parametrize(("since", "until"), [("2027-01-05", "2027-01-04"), ("2027-01-04", "2027-01-03")])
def test_an_end_before_the_beginning_is_refused(since: str, until: str) -> None:
    with pytest.raises(BadWindowError):
        read_window(since, until, time_zone=ZURICH)


@pytest.mark.parametrize("until", ["soon", "2027-02-30", "9999-12-31"])
def test_an_end_that_is_no_day_is_refused(until: str) -> None:
    with pytest.raises(BadDateError):
        read_window(None, until, time_zone=ZURICH)


@pytest.mark.parametrize("since", ["0001-01-01", "1969-12-31", "9999-12-30"])
def test_a_year_before_or_after_all_ids_is_refused(since: str) -> None:
    with pytest.raises(BadDateError):
        read_window(since, None, time_zone=ZURICH)
