"""A clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
"""When every test begins, unless it says otherwise."""


class Clock:
    """Stands still until it is moved. Call it for the present instant, as services do."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move on by `days=`, `hours=`, `minutes=` or `seconds=`, and return the new present."""
        self.now += timedelta(**by)
        return self.now
