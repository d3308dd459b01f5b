"""How often something may be done that strangers can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from usher.domain.errors import TooSoonError


class LimitReachedError(TooSoonError):
    """Somebody, or everybody together, did this too often in a while."""

    code = "limit_reached"
    title = "Too often"


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """At most `times` in each stretch of `per`, counted from the epoch. `kind` names what is limited."""

    kind: str
    times: int
    per: timedelta

    def window(self, now: datetime) -> int:
        """Return the number of the stretch that `now` is in."""
        return int(now.timestamp() // self.per.total_seconds())

    def over_at(self, now: datetime) -> datetime:
        """Return when that stretch is over."""
        return datetime.fromtimestamp((self.window(now) + 1) * self.per.total_seconds(), tz=UTC)
