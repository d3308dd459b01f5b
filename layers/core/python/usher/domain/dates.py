"""How exactly a date is told: as a day, as a moment, or as the end of a day (decision 0044)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from usher.domain.instants import midnight, zone
from usher.lazy_dataclasses import dataclass

_INSTANT = timedelta(seconds=1)
"""Instants are whole seconds: one of them before its end, something lasts still."""


class Precision(Enum):
    """Whether a date is told as a day, as the end of a day, or with the time of day."""

    DAY = auto()
    END_OF_DAY = auto()
    MOMENT = auto()


@dataclass(frozen=True, kw_only=True)
class ToldDate:
    """A date as it is told: `local` is in the time zone, and of a day any moment of it."""

    local: datetime
    precision: Precision
    time_zone: str


def told_day(instant: datetime, time_zone: str) -> ToldDate:
    """Return the day of an instant in a time zone."""
    return _told(instant, time_zone, Precision.DAY)


def told_moment(instant: datetime, time_zone: str) -> ToldDate:
    """Return an instant with its time of day in a time zone."""
    return _told(instant, time_zone, Precision.MOMENT)


def told_start(instant: datetime, time_zone: str) -> ToldDate:
    """Return when something starts: the day if it starts with it, else the moment."""
    if instant == _begin_of_day(instant, time_zone):
        return told_day(instant, time_zone)
    return told_moment(instant, time_zone)


def told_end(instant: datetime, time_zone: str) -> ToldDate:
    """Return the end of something that lasts until before `instant`.

    An end at midnight is the end of the last day on which it works; any other, a moment.
    """
    if instant == _begin_of_day(instant, time_zone):
        return _told(instant - _INSTANT, time_zone, Precision.END_OF_DAY)
    return told_moment(instant, time_zone)


def told_last_day(instant: datetime, time_zone: str) -> ToldDate:
    """Return the last day of something that lasts until before `instant`."""
    return told_day(instant - _INSTANT, time_zone)


def told_deadline(instant: datetime, time_zone: str, *, now: datetime) -> ToldDate:
    """Return until when somebody can act, without the time of day while that is far off.

    It is the end of the last whole day; on the day after that, into which the deadline reaches, the moment.
    What is over is told by its day, unless that is today.
    """
    begin = _begin_of_day(instant, time_zone)
    if instant == begin or now < begin:
        return told_end(begin, time_zone)
    if _begin_of_day(now, time_zone) == begin:
        return told_moment(instant, time_zone)
    return told_day(instant, time_zone)


def _told(instant: datetime, time_zone: str, precision: Precision) -> ToldDate:
    return ToldDate(local=instant.astimezone(zone(time_zone)), precision=precision, time_zone=time_zone)


def _begin_of_day(instant: datetime, time_zone: str) -> datetime:
    return midnight(instant.astimezone(zone(time_zone)).date(), time_zone=time_zone)
