"""A batch of events in dispatch: what follows from each is collected, and sent in the calls of all."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from usher import correlation
from usher.domain.effects.kinds import AdvanceWaitlist, CheckSeatLevels
from usher.domain.events.event import Event
from usher.domain.start_checks import StartCheck
from usher.gateways.bus import Bus
from usher.gateways.queue import OfOrganization, Outgoing, Queue
from usher.store import event_trails, list_pointers
from usher.store.table import Ref, Row, Table

T = TypeVar("T", bound=OfOrganization)

_log = logging.getLogger(__name__)

Check = CheckSeatLevels | AdvanceWaitlist | StartCheck
"""What looks at the table, at once or at its moment, whichever event it follows from."""


class EventBatch:
    """What follows from several events: checks, messages, items and events to publish.

    A check is made, or scheduled, once for all events that ask for it. Ten messages of a queue, ten published
    events and twenty-five items are one call, whichever events they are of. Events in the same trail or
    list share its pointers.
    """

    def __init__(self) -> None:
        self._checks: dict[Check, list[Event]] = defaultdict(list)
        self._messages: dict[Queue[Any], list[tuple[Event, Outgoing[Any]]]] = defaultdict(list)
        self._items: dict[tuple[str, str], tuple[Event, Row | Ref[Any]]] = {}
        self._published: list[Event] = []

    def check(self, event: Event, check: Check) -> None:
        """Take a check that an event asks for."""
        self._checks[check].append(event)

    def queue(self, queue: Queue[T], event: Event, messages: Iterable[T]) -> None:
        """Take messages that follow from an event."""
        self._messages[queue] += [(event, Outgoing(one, event.correlation_id)) for one in messages]

    def write(self, event: Event, *, puts: Sequence[Row], deletes: Sequence[Ref[Any]]) -> None:
        """Take items to write and to delete without conditions; of several for one key the last counts."""
        items: list[Row | Ref[Any]] = [*puts, *deletes]
        self._items |= {(one.pk, one.sk): (event, one) for one in items}

    def publish(self, event: Event) -> None:
        """Take an event to publish, and to be found by its trails and lasting pointers (decision 0106)."""
        self._published.append(event)

    def send(self, table: Table, bus: Bus, *, make: Callable[[Check], object]) -> Mapping[str, Exception]:
        """Make the checks, write and send all; return why events failed of which something did, by their ids.

        `make` makes a check. What it writes follows from the first event that asked for it.
        """
        failures: dict[str, Exception] = {}
        for check, asking in self._checks.items():
            correlation.begin(asking[0].correlation_id)
            try:
                make(check)
            except Exception as error:  # noqa: BLE001 - whatever it is, the events are reported with it
                failures |= {event.id: error for event in asking}
        # Pointers are first, so that whoever works on a message finds the invite by all of them.
        for event, failure in self._write(table).items():
            failures.setdefault(event, failure)
        for queue, waiting in self._messages.items():
            for position, failure in queue.put_each([message for _, message in waiting]).items():
                failures.setdefault(waiting[position][0].id, failure)
        for event, failure in bus.publish_each(self._published).items():
            failures.setdefault(event, failure)
        return failures

    def _write(self, table: Table) -> Mapping[str, Exception]:
        """Write all items together or, where that fails, each organization's; return why events failed."""
        try:
            self._write_of(table, self._published)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the others' items are written
            _log.warning("Items of several organizations were not written together.", exc_info=failure)
        else:
            return {}
        failures: dict[str, Exception] = {}
        by_organization: dict[str, list[Event]] = defaultdict(list)
        for event in self._published:
            by_organization[event.organization].append(event)
        for own in by_organization.values():
            try:
                self._write_of(table, own)
            except Exception as failure:  # noqa: BLE001 - whatever it is, the events are reported with it
                failures |= {event.id: failure for event in own}
        return failures

    def _write_of(self, table: Table, events: Collection[Event]) -> None:
        """Write the items of events, and the pointers to them."""
        ids = {event.id for event in events}
        items = [one for event, one in self._items.values() if event.id in ids]
        table.write_many(
            puts=[
                *event_trails.pointers(events),
                *list_pointers.lasting(events),
                *(one for one in items if isinstance(one, Row)),
            ],
            deletes=[one for one in items if isinstance(one, Ref)],
        )
