"""Rate limits: how often something may be done, or may happen to one recipient, in a stretch of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from usher.domain.errors import TooSoonError
from usher.lazy_dataclasses import dataclass


class LimitReachedError(TooSoonError):
    """One subject, or all together, reached a rate limit."""

    code = "limit_reached"
    title = "Too often"


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """At most `times` in each window of length `per`, counted from the epoch. `kind` is what is limited."""

    kind: str
    times: int
    per: timedelta

    def window(self, now: datetime) -> int:
        """Return the number of the window that `now` is in."""
        return int(now.timestamp() // self.per.total_seconds())

    def over_at(self, now: datetime) -> datetime:
        """Return when the window that `now` is in ends."""
        return datetime.fromtimestamp((self.window(now) + 1) * self.per.total_seconds(), tz=UTC)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The counts of one act, each of a limit for a subject; they can be given back."""

    counts: Sequence[tuple[RateLimit, str]]
    at: datetime
