"""Late events: those that the stream lost, or whose dispatch failed too often (decision 0052)."""

from __future__ import annotations

from datetime import timedelta

from usher.domain.events.event import late_again_at
from usher.services.bulkheads import Bulkhead, keys_apart
from usher.services.context import Context
from usher.store import outbox


class LateEvents:
    """Has the stream deliver late events again; two concurrent sweeps do each once."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def redispatch(self, alone: Bulkhead) -> int:
        """Touch the item of each event that is late, so that the stream delivers the event; return how many.

        One query a page of each shard, and one call for each event.
        """
        now = self._context.now()
        done = 0
        next_key = keys_apart(alone, "outbox")
        for late in outbox.late(self._context.table, now=now, next_key=next_key):
            late_at = late_again_at(late.made_at, now=now)
            done += alone.run(late.id, outbox.redispatch, self._context.table, late, now=now, late_at=late_at)
            if alone.out_of_time:
                break
        return done

    def age_of_oldest(self) -> timedelta:
        """Return how long ago the oldest event was made that waits for its dispatch; zero where none waits.

        One call for each shard that is empty, two for the others. Where several events of a shard were
        delivered again, the oldest of them may be some older.
        """
        now = self._context.now()
        ages = [now - made_at for made_at in outbox.oldest(self._context.table)]
        return max([timedelta(), *ages])

    def are_some_undispatched(self) -> bool:
        """Return whether an event waits for its dispatch, late or not: one query a page of each shard."""
        return next(outbox.waiting(self._context.table), None) is not None
