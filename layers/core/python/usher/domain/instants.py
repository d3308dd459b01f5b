"""Instants are whole seconds in UTC; people write dates in their organization's time zone (DESIGN 2)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from usher.domain.errors import InvalidError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadDateError(InvalidError):
    """The text is neither a date nor an instant."""

    code = "bad_date"
    title = "Not a date"
    next_action = "Write a date as 2027-01-31, or an instant with its offset as 2027-01-31T09:00:00+01:00."


class UnknownTimeZoneError(InvalidError):
    """The name is not in the IANA time zone database."""

    code = "unknown_time_zone"
    title = "Unknown time zone"
    fields = ("time_zone",)
    next_action = "Use a name of the IANA database, such as Europe/Zurich."


def zone(name: str) -> ZoneInfo:
    """Return the time zone called `name`, or raise UnknownTimeZoneError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownTimeZoneError(f"There is no time zone {name!r}.") from error


def rfc3339(instant: datetime) -> str:
    """Return the instant as RFC 3339 in UTC with whole seconds, such as 2027-01-31T08:00:00Z."""
    # Not strftime: it writes the year 1 as "1", which cannot be read again.
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_rfc3339(text: str) -> datetime:
    """Return the instant in a text that `rfc3339` wrote."""
    return datetime.fromisoformat(text)


def is_plain_date(text: str) -> bool:
    """Return whether the text has the form of a date without a time."""
    return _DATE.fullmatch(text) is not None


def parse_instant(text: str, *, time_zone: str, field: str = "access_start") -> datetime:
    """Read a date (midnight in `time_zone`) or an instant with its offset; the answer is in UTC.

    `field` is what the refusal names.

    Raises:
        BadDateError: it is neither, or names a day that does not exist.
    """
    text = text.strip()
    try:
        if is_plain_date(text):
            return midnight(date.fromisoformat(text), time_zone=time_zone)
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise BadDateError(f"{text!r} has a time but no offset from UTC.", fields=(field,))
        return instant.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise BadDateError(f"{text!r} is not a date.", fields=(field,)) from error


def with_offset(text: str, *, time_zone: str) -> str:
    """Return a text with the offset of `time_zone` if it is a date with a time and without an offset.

    Any other text is returned as it is. A time that a change of clocks skips is read with the offset before
    it; of a time that comes twice, the first is meant.
    """
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    if local.tzinfo is not None or is_plain_date(text.strip()):
        return text
    return local.replace(tzinfo=zone(time_zone)).isoformat()


def midnight(day: date, *, time_zone: str) -> datetime:
    """Return the instant at which `day` begins in `time_zone`; in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone(time_zone)).astimezone(UTC)
