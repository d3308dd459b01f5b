"""Events that are counted for a summary, read as far as the counting needs them (decision 0090)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from usher.domain.events.event import Event
from usher.domain.events.registry import data_from_text
from usher.domain.instants import parse_rfc3339
from usher.domain.reports.windows import Window
from usher.store import events, keys
from usher.store.events import LONGEST_COMMAND, EventRow
from usher.store.id_ranges import LAST_ID, ids_from
from usher.store.table import BATCH_GET, Table

_PAGE = 5000
"""The most events of one call; of larger ones, those in a MB."""


def within(
    table: Table, organization: str, shards: int, window: Window, *, types: Collection[str]
) -> Iterator[Event]:
    """Yield an organization's events of some types in a window: one call for each MB, and for each shard.

    Those of one shard come in their order, and so do all of one invite, which are in one shard.
    """
    first = "" if window.since is None else ids_from(window.since)
    last = LAST_ID if window.until is None else ids_from(window.until + LONGEST_COMMAND)
    span = EventRow.sk.between(keys.event(first), keys.event(last))
    for shard in range(shards):
        start: Mapping[str, Any] | None = None
        while True:
            items, start = table.query_part(
                keys.events(organization, shard),
                span,
                index=None,
                only=EventRow.type.is_in(*types),
                start=start,
                limit=_PAGE,
            )
            yield from _in(window, map(_event_of, items))
            if start is None:
                break


def at(
    table: Table, organization: str, ids: Sequence[str], window: Window, *, types: Collection[str]
) -> Iterator[Event]:
    """Yield those of an organization's events of some types in a window, in order: one call for a hundred."""
    for begin in range(0, len(ids), BATCH_GET):
        refs = [events.ref(organization, id_) for id_ in ids[begin : begin + BATCH_GET]]
        found = table.get_many(refs)
        items = (found.item(ref) for ref in refs)
        yield from _in(
            window, (_event_of(one) for one in items if one is not None and one["type"]["S"] in types)
        )


def _in(window: Window, happened: Iterator[Event]) -> Iterator[Event]:
    return (event for event in happened if window.contains(event.occurred_at))


def _event_of(item: Mapping[str, Any]) -> Event:
    """Read what is counted of an event; what its transaction changed elsewhere is left out."""
    return Event(
        id=item["id"]["S"],
        organization=item["organization"]["S"],
        occurred_at=parse_rfc3339(item["occurred_at"]["S"]),
        actor=item["actor"]["S"],
        data=data_from_text(item["type"]["S"], item["data"]["S"]),
    )
