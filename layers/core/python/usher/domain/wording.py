"""The English wording of product kinds, roles and dates, on pages and in refusals.

Dates are those of the organization's time zone, which is named with every time of day (docs/decisions/0044).
Emails are in the reader's language: `usher.translations` has their words.
"""

from __future__ import annotations

from datetime import datetime

from usher.domain import dates
from usher.domain.dates import Precision, ToldDate
from usher.domain.licenses import ProductKind
from usher.domain.organizations import Role

KINDS = {
    ProductKind.COURSE: "Course",
    ProductKind.BUNDLE: "Course with exam",
    ProductKind.SUBSCRIPTION: "Subscription",
}

ROLES = {
    Role.FULL: "full manager",
    Role.LIMITED: "limited manager",
}

MAY = {
    Role.FULL: "A full manager may do everything: invite people, change invitations and manage the team.",
    Role.LIMITED: "A limited manager may look at everything and change nothing.",
}

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(instant: datetime, time_zone: str) -> str:
    """Return the day of an instant in a time zone, such as `1 December 2026`."""
    return _words(dates.told_day(instant, time_zone))


def moment(instant: datetime, time_zone: str) -> str:
    """Return an instant in a time zone, which is named, such as `1 December 2026, 09:30 (Europe/Zurich)`."""
    return _words(dates.told_moment(instant, time_zone))


def start(instant: datetime, time_zone: str) -> str:
    """Return when something starts (`told_start`)."""
    return _words(dates.told_start(instant, time_zone))


def end(instant: datetime, time_zone: str) -> str:
    """Return the end of something (`told_end`), to follow `until`: `the end of 24 November 2027`."""
    return _words(dates.told_end(instant, time_zone))


def last_day(instant: datetime, time_zone: str) -> str:
    """Return the last day of something that lasts until before `instant`."""
    return _words(dates.told_last_day(instant, time_zone))


def deadline(instant: datetime, time_zone: str, *, now: datetime) -> str:
    """Return until when somebody can act (`told_deadline`), to follow `until` or `by`."""
    return _words(dates.told_deadline(instant, time_zone, now=now))


def _words(told: ToldDate) -> str:
    """Return the date in words; months are listed here, since strftime's depend on the machine's locale."""
    local = told.local
    written = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    match told.precision:
        case Precision.DAY:
            return written
        case Precision.END_OF_DAY:
            return f"the end of {written}"
        case Precision.MOMENT:
            return f"{written}, {local:%H:%M} ({told.time_zone})"
