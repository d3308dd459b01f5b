"""The layouts that are compared: how many parts, shards and lanes there are of what is hot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from infra.concurrency import Concurrency
from tests.support.divided import divide
from tests.support.tables import INDEXES
from tests.support.tenant import Tenant
from usher.domain.events.event import Event
from usher.domain.license_parts import MAX_PARTS
from usher.domain.licenses import License
from usher.domain.shards import MOST_SHARDS
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.outbox.dispatch_events import DispatchEvents
from usher.services.outbox.event_batch import EventBatch
from usher.store import organizations
from usher.store.keys import due_shards

_EVENTS = re.compile(r"#EVENTS#\d+$")

SEATS = 1_000_000
"""Of each license: more than are taken."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How what is hot is spread.

    Attributes:
        parts: of each license.
        shards: of the organization.
        due_shards: of what is due.
        due: what the index of what is due has of its items.
        lanes: how many batches of a shard of the stream are dispatched at a time.
        sends_together: whether the events of a batch share their calls.
        events_apart: whether an organization's events have partitions of their own.
    """

    name: str
    parts: int
    shards: int
    due_shards: int
    due: str
    lanes: int
    sends_together: bool
    events_apart: bool

    def partition_of(self, key: str) -> str:
        """Return the partition key under which what has this one stands."""
        return key if self.events_apart else _EVENTS.sub("", key)

    def lay_out(self, patch: pytest.MonkeyPatch) -> None:
        """Set up what is a deployment's, before it has a table."""
        patch.setitem(INDEXES, "due", (*INDEXES["due"][:2], self.due))
        patch.setattr(due_shards._Deployment, "number", self.due_shards)

    def spread(self, tenant: Tenant) -> None:
        """Spread what an organization keeps over its shards."""
        organizations.grow_shards(tenant.context.table, tenant.id, self.shards)

    def license(self, tenant: Tenant) -> License:
        """Grant a license."""
        return divide(tenant.context, tenant.license(SEATS), self.parts)

    def dispatch(self, service: DispatchEvents, events: Sequence[Event], cache: SubscriptionCache) -> None:
        """Dispatch the events of a batch of the stream."""
        batches = [events] if self.sends_together else [[event] for event in events]
        for batch in batches:
            together = EventBatch()
            for event in batch:
                service.add(event, together, cache)
            for failure in service.send(together).values():
                raise failure
        service.acknowledge(events)


BEFORE = Layout(
    name="before",
    parts=1,
    shards=1,
    due_shards=4,
    due="ALL",
    lanes=4,
    sends_together=False,
    events_apart=False,
)
"""An item for each license, and one partition for an organization's events, and for each of its lists."""

NOW = Layout(
    name="now",
    parts=MAX_PARTS,
    shards=MOST_SHARDS,
    due_shards=64,
    due="KEYS_ONLY",
    lanes=Concurrency().dispatch,
    sends_together=True,
    events_apart=True,
)
"""What a big license and a busy organization grow to, in a stage with the settings that it has by default."""

LAYOUTS = (BEFORE, NOW)
"""Those that are compared."""
