"""Events that this environment has dispatched and acknowledged lately."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 10_000
"""How many ids are kept: those of a hundred batches."""


class DoneEvents:
    """The ids of the events done last, so that they are passed over when a batch is delivered again.

    Where another environment gets the batch, its events are dispatched once more, which changes nothing: what
    follows from an event is the same each time, and the outbox counts it once.
    """

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def __contains__(self, event: str) -> bool:
        """Return whether the event with this id was done."""
        return event in self._ids

    def add(self, events: Iterable[str]) -> None:
        """Add ids, and forget the oldest where there are too many."""
        self._ids |= dict.fromkeys(events)
        for oldest in list(self._ids)[: max(len(self._ids) - MOST, 0)]:
            del self._ids[oldest]
