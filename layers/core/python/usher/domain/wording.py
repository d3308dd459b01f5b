"""The wording of product kinds, roles and dates on pages, in emails and in refusals.

Dates are those of the organization's time zone, which is named with every time of day (docs/decisions/0044).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from usher.domain.instants import midnight, zone
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

_INSTANT = timedelta(seconds=1)
"""Instants are whole seconds: one of them before its end, something lasts still."""

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
    """Return the day of an instant in a time zone, such as `1 December 2026`.

    The names of the months are listed here, since strftime's depend on the machine's locale.
    """
    local = instant.astimezone(zone(time_zone))
    return _written(local.date())


def moment(instant: datetime, time_zone: str) -> str:
    """Return an instant in a time zone, which is named, such as `1 December 2026, 09:30 (Europe/Zurich)`."""
    local = instant.astimezone(zone(time_zone))
    return f"{_written(local.date())}, {local:%H:%M} ({time_zone})"


def start(instant: datetime, time_zone: str) -> str:
    """Return when something starts: the day if it starts with it, else the moment."""
    if instant == _begin_of_day(instant, time_zone):
        return day(instant, time_zone)
    return moment(instant, time_zone)


def end(instant: datetime, time_zone: str) -> str:
    """Return the end of something that lasts until before `instant`, to follow `until`.

    An end at midnight is `the end of 24 November 2027`, the last day on which it works; any other, a moment.
    """
    if instant == _begin_of_day(instant, time_zone):
        return f"the end of {last_day(instant, time_zone)}"
    return moment(instant, time_zone)


def last_day(instant: datetime, time_zone: str) -> str:
    """Return the last day of something that lasts until before `instant`."""
    return day(instant - _INSTANT, time_zone)


def deadline(instant: datetime, time_zone: str, *, now: datetime) -> str:
    """Return until when somebody can act, to follow `until` or `by`; without the time while that is far off.

    It is the end of the last whole day; on the day after that, into which the deadline reaches, the moment.
    What is over is named by its day, unless that is today.
    """
    begin = _begin_of_day(instant, time_zone)
    if instant == begin or now < begin:
        return end(begin, time_zone)
    return moment(instant, time_zone) if _is_same_day(now, instant, time_zone) else day(instant, time_zone)


def _written(of: date) -> str:
    return f"{of.day} {_MONTHS[of.month - 1]} {of.year}"


def _begin_of_day(instant: datetime, time_zone: str) -> datetime:
    return midnight(instant.astimezone(zone(time_zone)).date(), time_zone=time_zone)


def _is_same_day(one: datetime, other: datetime, time_zone: str) -> bool:
    return _begin_of_day(one, time_zone) == _begin_of_day(other, time_zone)
