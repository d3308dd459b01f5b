"""Dates in words of a language, by Babel, in a time zone that is named with every time of day.

How exactly a date is told is decided in `usher.domain.dates`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from babel import Locale
from babel.dates import format_date, format_time

from usher.domain import dates
from usher.domain.dates import Precision, ToldDate


class Messages(Protocol):
    """The messages and the locale of a language."""

    @property
    def locale(self) -> Locale:
        """Return Babel's locale."""

    def pgettext(self, context: str, message: str, /) -> str:
        """Return a message that means what it does in the context."""


class Dates:
    """Dates of one time zone in words of one language.

    `start`, `end` and `deadline` stand alone, as in a table; `until…` and `by…` have their preposition, which
    in several languages melts into what follows.
    """

    def __init__(self, messages: Messages, time_zone: str, *, now: datetime) -> None:
        self._messages = messages
        self._time_zone = time_zone
        self._now = now

    def day(self, instant: datetime) -> str:
        """Return the day of an instant, such as `1 December 2026`."""
        return self._alone(dates.told_day(instant, self._time_zone))

    def start(self, instant: datetime) -> str:
        """Return when something starts, a day or a moment: `1 December 2026, 09:30 (Europe/Zurich)`."""
        return self._alone(dates.told_start(instant, self._time_zone))

    def end(self, instant: datetime) -> str:
        """Return the end of something, such as `the end of 24 November 2027`."""
        return self._alone(dates.told_end(instant, self._time_zone))

    def last_day(self, instant: datetime) -> str:
        """Return the last day of something that lasts until before `instant`."""
        return self._alone(dates.told_last_day(instant, self._time_zone))

    def deadline(self, instant: datetime) -> str:
        """Return until when somebody can act."""
        return self._alone(dates.told_deadline(instant, self._time_zone, now=self._now))

    def until_end(self, instant: datetime) -> str:
        """Return the end of something with `until`."""
        return self._until(dates.told_end(instant, self._time_zone))

    def until_deadline(self, instant: datetime) -> str:
        """Return until when somebody can act, with `until`."""
        return self._until(dates.told_deadline(instant, self._time_zone, now=self._now))

    def by_deadline(self, instant: datetime) -> str:
        """Return until when somebody can act, with `by`."""
        told = dates.told_deadline(instant, self._time_zone, now=self._now)
        if told.precision is Precision.END_OF_DAY:
            return self._messages.pgettext("date", "by the end of %(day)s") % {"day": self._day(told)}
        return self._messages.pgettext("date", "by %(moment)s") % {"moment": self._alone(told)}

    def _until(self, told: ToldDate) -> str:
        if told.precision is Precision.END_OF_DAY:
            return self._messages.pgettext("date", "until the end of %(day)s") % {"day": self._day(told)}
        return self._messages.pgettext("date", "until %(moment)s") % {"moment": self._alone(told)}

    def _alone(self, told: ToldDate) -> str:
        written = self._day(told)
        match told.precision:
            case Precision.DAY:
                return written
            case Precision.END_OF_DAY:
                return self._messages.pgettext("date", "the end of %(day)s") % {"day": written}
            case Precision.MOMENT:
                time = format_time(told.local, "HH:mm", locale=self._messages.locale)
                parts = {"day": written, "time": time, "zone": told.time_zone}
                return self._messages.pgettext("date", "%(day)s, %(time)s (%(zone)s)") % parts

    def _day(self, told: ToldDate) -> str:
        written = format_date(told.local.date(), "long", locale=self._messages.locale)
        # French has an ordinal for the first day of a month alone, which CLDR's form leaves out.
        is_french_first = told.local.day == 1 and self._messages.locale.language == "fr"
        return f"1er{written[1:]}" if is_french_first else written
