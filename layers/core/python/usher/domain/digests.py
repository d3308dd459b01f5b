"""The digest of expired invites: managers get it once a day, early in the morning of their time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from usher.domain.instants import zone
from usher.lazy_dataclasses import dataclass

DIGEST_TIME = time(6)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The expiries that are reported to managers together on one day; `events` are their ids."""

    organization: str
    day: date
    events: frozenset[str]


def digest_at(day: date, *, time_zone: str) -> datetime:
    """Return when the digest of the day is due, in UTC."""
    return datetime.combine(day, DIGEST_TIME, tzinfo=zone(time_zone)).astimezone(UTC)


def digest_day(happened_at: datetime, *, time_zone: str) -> date:
    """Return the day of the first digest that is due after `happened_at`."""
    today = happened_at.astimezone(zone(time_zone)).date()
    is_ahead = digest_at(today, time_zone=time_zone) > happened_at
    return today if is_ahead else today + timedelta(days=1)
