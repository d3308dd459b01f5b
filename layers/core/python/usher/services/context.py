"""Context: the table, the clock and the source of ids, which every service is built from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from usher import correlation
from usher.domain.events.event import Event, EventData
from usher.store.table import Table


@dataclass(frozen=True)
class Context:
    """The table, the clock (UTC) and the source of ids (ULIDs)."""

    table: Table
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def event(self, data: EventData, *, organization: str, actor: str, at: datetime | None = None) -> Event:
        """Return a new event that occurred `at`, or now; its transaction makes it true (see record_event)."""
        return Event(
            id=self.new_id(),
            organization=organization,
            actor=actor,
            occurred_at=at or self.now(),
            data=data,
            correlation_id=correlation.current(),
        )
