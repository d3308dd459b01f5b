"""Windows: the span of time that a report or list covers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from usher.domain.errors import InvalidError
from usher.domain.instants import BadDateError, is_plain_date, midnight, parse_instant
from usher.lazy_dataclasses import dataclass


class BadWindowError(InvalidError):
    """The window ends before it begins, or is longer than the report allows."""

    code = "bad_window"
    title = "Not a usable stretch of time"
    fields = ("from", "to", "created_from", "created_to")
    next_action = "Send a beginning that lies before the end, at most a year apart where that is asked for."


@dataclass(frozen=True, kw_only=True)
class Window:
    """A window of time from `since` until before `until`; None leaves an end open."""

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise BadWindowError("`from` does not lie before `to`.")

    def contains(self, at: datetime) -> bool:
        """Return whether an instant lies in the window."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


ALWAYS = Window()
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def read_window(
    since: str | None, until: str | None, *, time_zone: str, names: tuple[str, str] = ("from", "to")
) -> Window:
    """Read a window from dates in `time_zone` or instants; a plain date as the end is included.

    `names` are what refusals call the two texts.

    Raises:
        BadDateError: a text is neither a date nor an instant, or cannot be the time of an id.
        BadWindowError: the window ends before it begins.
    """
    begin = None if since is None else _since(since, time_zone, names[0])
    end = None if until is None else _end(until.strip(), time_zone, names[1])
    if begin is not None and end is not None and begin >= end:
        raise BadWindowError(f"`{names[0]}` does not lie before `{names[1]}`.", fields=names)
    return Window(since=begin, until=end)


def _sensible(at: datetime, field: str) -> datetime:
    """Return an instant that can be the time of an id, or raise BadDateError."""
    if not EARLIEST <= at < LATEST:
        raise BadDateError(f"Nothing happened or will happen in the year {at.year}.", fields=(field,))
    return at


def _since(text: str, time_zone: str, field: str) -> datetime:
    return _sensible(parse_instant(text, time_zone=time_zone, field=field), field)


def _end(text: str, time_zone: str, field: str) -> datetime:
    end = parse_instant(text, time_zone=time_zone, field=field)
    if not is_plain_date(text):
        return _sensible(end, field)
    try:
        after = midnight(date.fromisoformat(text) + timedelta(days=1), time_zone=time_zone)
    except OverflowError as error:
        raise BadDateError(f"{text!r} is the last day that there is.", fields=(field,)) from error
    return _sensible(after, field)
