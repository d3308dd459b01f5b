"""The growth of shards: more of them for an organization whose events come faster than they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from usher.domain.events.event import OPERATIONS, Event
from usher.domain.shards import shards_for, write_units_of
from usher.services.context import Context
from usher.store import organizations, write_rates

WORTH_COUNTING = 60
"""The write units below which a batch's events of one minute are not counted: ten events, or thirty invites.

So an organization of few events costs nothing, and dispatch has a batch of many where they come fast.
"""

_SECONDS = 60


class ShardGrowth:
    """Counts the write units of organizations by the minute, and grows those that need more shards."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def follow(self, acknowledged: Sequence[Event]) -> None:
        """Count events, each of them once, and grow the organizations of which a minute had too many.

        One call for each organization and minute of which there are many, and two where it may have to grow.
        """
        units: Counter[tuple[str, datetime]] = Counter()
        for event in acknowledged:
            if event.organization != OPERATIONS:
                minute = event.occurred_at.replace(second=0, microsecond=0)
                units[event.organization, minute] += write_units_of(event.data)
        for (organization, minute), of_batch in units.items():
            if of_batch >= WORTH_COUNTING:
                of_minute = write_rates.add(self._context.table, organization, minute, of_batch)
                self._grow(organization, shards_for(of_minute / _SECONDS))

    def _grow(self, organization: str, needed: int) -> None:
        table = self._context.table
        if needed > 1 and needed > organizations.shards_of(table, organization):
            organizations.grow_shards(table, organization, needed)
