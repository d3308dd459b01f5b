"""A clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
"""The time at which tests begin by default."""


class Clock:
    """A clock that stands still until a test moves it; called, it returns the present instant."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move forward by `days=`, `hours=`, `minutes=` or `seconds=`, and return the new time."""
        self.now += timedelta(**by)
        return self.now
