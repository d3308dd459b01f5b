"""Expired invites are told to managers once a day, together; none is left out and none told twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

from usher.domain.digests import Digest, digest_at, digest_day
from usher.domain.events import SYSTEM, Event, EventType, Json
from usher.services.context import Context
from usher.store import digests, events, organizations
from usher.store.transaction import ConditionFailedError, commit

MOST_NAMED = 50
"""Invites that a digest names before it only counts."""


class ExpiryDigest:
    """Collects the events of expiry by day as they are dispatched; the sweep tells what was collected."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self, event: Event) -> None:
        """Put the event into the next digest, once however often it is handed over.

        One that comes late, when its digest was told already, goes into the first that was not.
        """
        home = organizations.get(self._context.table, event.organization)
        if home is None:
            return
        day = digest_day(event.at, time_zone=home.time_zone)
        while not digests.collect(
            self._context.table,
            event.organization,
            day,
            due_at=digest_at(day, time_zone=home.time_zone),
            event=event.id,
        ):
            day += timedelta(days=1)

    def tell(self, digest: Digest) -> bool:
        """Record what managers are to be told; False if another sweep did, or more has come since."""
        found = self._context.table.get_many([events.ref(digest.organization, id_) for id_ in digest.events])
        rows = [
            row
            for id_ in sorted(digest.events)
            if (one := found.get(events.ref(digest.organization, id_)))
            for row in _invites(events.event_of(one))
        ]
        now = self._context.now()
        event = self._context.event(
            EventType.INVITES_EXPIRED_TOLD,
            organization=digest.organization,
            actor=SYSTEM,
            at=now,
            facts={
                "day": digest.day.isoformat(),
                "count": len(rows),
                "products": list(dict.fromkeys(name for row in rows for name in _products(row))),
                "team": any(row["kind"] == "team" for row in rows),
                "invites": rows[:MOST_NAMED],
            },
        )
        try:
            commit(self._context.table, [digests.tell(digest, now=now), events.record(event)])
        except ConditionFailedError:
            return False
        return True


def _invites(event: Event) -> list[Mapping[str, Json]]:
    """Return an event's invites, each with the products or the group that it was for."""
    rows = cast("Sequence[Mapping[str, Json]]", event.facts["invites"])
    about = {name: event.facts[name] for name in ("products", "group_name") if name in event.facts}
    return [{**row, **about} for row in rows]


def _products(row: Mapping[str, Json]) -> Sequence[str]:
    return cast("Sequence[str]", row["products"])
