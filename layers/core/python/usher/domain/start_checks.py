"""Checks for starts: when the accesses that start at one moment are begun, lane by lane (decision 96)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from usher.lazy_dataclasses import dataclass

LANES = 8
"""Among how many workflows the accesses of one moment are divided, at most."""

SPREAD = timedelta(minutes=2)
"""Over how long the lanes of one moment that many may share are spread; far less than LATE_AFTER."""

SETTLING = timedelta(seconds=2)
"""How long after the moment the index of what is due is read, which follows the table with a delay."""

LONGEST_WAIT = timedelta(days=300)
"""A workflow may last a year; a longer wait is divided into waits of this length."""

_SHARED_MOMENTS = timedelta(minutes=15)
"""Midnight, whatever the time zone, is on a quarter of an hour: what was chosen as a date starts there."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class StartCheck:
    """A check for accesses that start at one moment, in one lane. A workflow waits for it.

    All of it follows from its fields, so that whoever schedules the same check names the same workflow. No
    access, organization or person is in it.

    Attributes:
        start_at: the moment.
        lane: the number of the lane, below LANES.
        waits: how many waits of LONGEST_WAIT follow this one.
        turn: the number of the check among those of its lane, each of which ran out of time but the last.
    """

    start_at: datetime
    lane: int
    waits: int = 0
    turn: int = 1

    @classmethod
    def scheduled(cls, start_at: datetime, lane: int, *, now: datetime) -> StartCheck:
        """Return the first check for a start; for one that is over, at the present moment.

        Its own moment may have been checked already, before the access was written.
        """
        moment = max(start_at, now)
        return cls(start_at=moment, lane=lane, waits=(moment - now) // LONGEST_WAIT)

    @property
    def name(self) -> str:
        """What the check's workflow is called; no other check has the same name."""
        parts = [f"{self.start_at:%Y%m%dT%H%M%SZ}", f"lane{self.lane}"]
        if self.waits:
            parts.append(f"wait{self.waits}")
        if self.turn > 1:
            parts.append(f"turn{self.turn}")
        return "-".join(parts)

    @property
    def check_at(self) -> datetime:
        """When the workflow's wait is over."""
        if self.waits:
            return self.start_at - self.waits * LONGEST_WAIT
        return self.start_at + SETTLING + _delay(self.start_at, self.lane)

    def after_this_wait(self) -> StartCheck:
        """Return the check that follows one with waits left."""
        return replace(self, waits=self.waits - 1)

    def next_turn(self) -> StartCheck:
        """Return the check that goes on at once where this one has run out of time."""
        return replace(self, turn=self.turn + 1)


def _delay(start_at: datetime, lane: int) -> timedelta:
    """Return how long a lane waits for the ones before it.

    None where the moment was chosen to the minute, which few will share.
    """
    return timedelta() if (start_at - _EPOCH) % _SHARED_MOMENTS else lane * SPREAD // LANES
