"""Context: the table, the clock and the source of ids, which every service is built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from usher.domain.events import Event, EventType, Json
from usher.store.table import Table


@dataclass(frozen=True)
class Context:
    """The table, the clock (UTC) and the source of ids (ULIDs)."""

    table: Table
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def event(
        self, type_: EventType, *, organization: str, actor: str, at: datetime, facts: Mapping[str, Json]
    ) -> Event:
        """Return a new event, to be recorded by the transaction that makes it true."""
        return Event(id=self.new_id(), organization=organization, type=type_, at=at, actor=actor, facts=facts)
