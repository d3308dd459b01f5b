"""Context: the table, the clock and the source of ids, which every service is built from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import datetime

from usher import correlation
from usher.domain.events.event import Event, EventData
from usher.domain.shards import first_invite_of, in_shard, shard_of
from usher.lazy_dataclasses import dataclass
from usher.services.known_shards import KnownShards
from usher.store.table import Table


@dataclass(frozen=True)
class Context:
    """The table, the clock (UTC), the source of ids (ULIDs) and what is known of organizations' shards."""

    table: Table
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    shards: KnownShards = field(default_factory=KnownShards)

    def ids_of_a_batch(self, organization: str) -> Iterator[str]:
        """Yield new ids for items that an organization gets together: all of one of its shards."""
        shard = self.shards.any_of(organization, self.new_id())
        while True:
            yield in_shard(self.new_id(), shard)

    def event(
        self,
        data: EventData,
        *,
        organization: str,
        actor: str,
        at: datetime | None = None,
        of_import: bool = False,
        correlation_id: str = "",
    ) -> Event:
        """Return a new event that occurred `at`, or now; its transaction makes it true (see record_event).

        It belongs to the request `correlation_id`, or to the present one.
        """
        about = first_invite_of(data)
        id_ = self.new_id()
        shard = self.shards.any_of(organization, id_) if about is None else shard_of(about.id)
        return Event(
            id=in_shard(id_, shard),
            organization=organization,
            actor=actor,
            occurred_at=at or self.now(),
            data=data,
            correlation_id=correlation_id or correlation.current(),
            of_import=of_import,
        )
