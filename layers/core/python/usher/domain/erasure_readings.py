"""Readings of what an organization holds, by which an erasure finds an address (docs/decisions/0090)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from usher.lazy_dataclasses import dataclass

LAST = "\U0010ffff"
"""The position behind the last item of a stretch."""

LATE_AT_MOST = timedelta(hours=1)
"""How much older an event's id may be than the moment at which it is written: more than any function runs."""


@dataclass(frozen=True, kw_only=True)
class ErasureReading:
    """One reading of everything, and how far it has come. It goes on in the next turn of the worker.

    Attributes:
        number: which reading of the erasure it is.
        begun_at: when it began; None before the first.
        since: the time from which events and imports are read; None for all. Those of before were read by a
            former reading, and nothing adds an address to them.
        stretch, reached: the stretch that is read, and the position in it. They name nobody.
        found: whether the reading has found the address.
        turns: how often the position was written.
    """

    number: int = 1
    begun_at: datetime | None = None
    since: datetime | None = None
    stretch: str = ""
    reached: str = ""
    found: bool = False
    turns: int = 0

    def begun(self, now: datetime) -> ErasureReading:
        """Return the reading as begun; unchanged if it was before."""
        return self if self.begun_at is not None else replace(self, begun_at=now)

    def at(self, stretch: str, position: str) -> ErasureReading:
        """Return the reading as come to a position.

        A position is cut behind an @, so that it names nobody whose erasure would have to look for it: those
        with the same local part are read again.
        """
        local, sign, _ = position.partition("@")
        return replace(self, stretch=stretch, reached=local + sign)

    def is_behind(self, stretch: str) -> bool:
        """Return whether a stretch has been read to its end."""
        return stretch < self.stretch or (stretch == self.stretch and self.reached == LAST)

    def position_in(self, stretch: str) -> str:
        """Return the position from which on a stretch is read."""
        return self.reached if stretch == self.stretch else ""

    def moved_from(self, other: ErasureReading) -> bool:
        """Return whether the reading stands at another position than an earlier state of it."""
        return (self.stretch, self.reached) != (other.stretch, other.reached)

    def finding(self) -> ErasureReading:
        """Return the reading as one that has found the address."""
        return replace(self, found=True)

    @property
    def is_last(self) -> bool:
        """Whether nothing is left to be found, once the reading has come to its end."""
        return self.number > 1 and not self.found

    def next(self, now: datetime) -> ErasureReading:
        """Return the next reading: of all that changes, and of events and imports since this one began."""
        begun = now if self.begun_at is None else self.begun_at
        return ErasureReading(
            number=self.number + 1, begun_at=now, since=begun - LATE_AT_MOST, turns=self.turns
        )


UNREAD = ErasureReading()
"""The first reading, not begun."""
