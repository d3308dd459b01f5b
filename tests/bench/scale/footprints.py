"""Footprints: what a number of invites consume, by partition, and the rate at which each limit is reached."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from infra.concurrency import Concurrency
from tests.bench.scale.deployment import Deployment
from tests.bench.table_engine.engine import Partition
from tests.bench.table_engine.limits import (
    API_REQUESTS,
    CREATED_USERS,
    EMAILS,
    NEW_TABLE_WRITES,
    PARTITION_READS,
    PARTITION_WRITES,
    PUT_EVENTS,
    SIGN_INS,
    STARTED_EXECUTIONS,
    TABLE_WRITES,
    Limit,
)
from tests.support.project_files import ROOT

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}(\.[0-9a-f]{16})?|[0-9a-f]{64}|[^#]+@[^#]+|message-\d+")
"""Ids of items, of emails and of SES's messages, digests, and addresses."""
_SHARD = re.compile(r"#\d+$")
_SHARED = 0.5
"""Of a kind with more partitions than this for each invite, every invite has its own."""


@dataclass(frozen=True, kw_only=True)
class Wall:
    """A limit, and the rate of invites at which it is reached.

    Attributes:
        what: what reaches it; the same before and now.
        source: the page that publishes the limit, or the setting that has it.
    """

    what: str
    source: str
    rate: float


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """What an invite consumes, until its email has arrived.

    Attributes:
        writes, reads: the units of the hottest partition of each kind.
        table_writes, index_writes: the units of all partitions.
        put_events: calls.
        dispatched: how many a second dispatch keeps up with.
        email_seconds: how long a sender is busy with one.
    """

    writes: Mapping[str, float]
    reads: Mapping[str, float]
    table_writes: float
    index_writes: float
    put_events: float
    dispatched: float
    email_seconds: float

    def walls(self) -> Iterator[Wall]:
        """Yield the limits of DynamoDB and of what is behind the stream, with the rate that reaches each."""
        for units, limit in ((self.writes, PARTITION_WRITES), (self.reads, PARTITION_READS)):
            for what, of_one in units.items():
                yield _wall(f"{'written' if units is self.writes else 'read'}: {what}", limit, of_one)
        yield _wall("a new table's writes", NEW_TABLE_WRITES, self.table_writes)
        yield _wall(
            "the table's writes, indexes included", TABLE_WRITES, self.table_writes + self.index_writes
        )
        yield _wall("PutEvents", PUT_EVENTS, self.put_events)
        yield Wall(
            what="dispatch of one organization's events",
            source="Lambda: a partition key's records in order, in as many lanes as there are keys",
            rate=self.dispatched,
        )
        yield Wall(
            what="senders of emails",
            source="setting `concurrency` of a stage",
            rate=Concurrency().emails / self.email_seconds,
        )


def _wall(what: str, limit: Limit, of_one: float) -> Wall:
    return Wall(what=what, source=limit.source, rate=limit.per_second / max(of_one, 1e-9))


def taken(deployment: Deployment, work: Callable[[], int]) -> Footprint:
    """Return what work consumes, and what follows from it; it returns how many invites that was."""
    table, services = deployment.table, deployment.services
    deployment.skip_events()
    table.renew()
    calls = services.calls["PutEvents"]
    invites = work()
    dispatching = deployment.dispatch()
    email_seconds = deployment.send_emails()
    writes = table.consumed.writes
    of_table = sum(units for (index, _), units in writes.items() if not index)
    return Footprint(
        writes=_hottest(writes, invites),
        reads=_hottest(table.consumed.reads, invites),
        table_writes=of_table / invites,
        index_writes=(sum(writes.values()) - of_table) / invites,
        put_events=(services.calls["PutEvents"] - calls) / invites,
        dispatched=invites / dispatching,
        email_seconds=email_seconds,
    )


def _hottest(units: Mapping[Partition, float], invites: int) -> dict[str, float]:
    """Return the units of an invite in the hottest partition of each kind that invites share."""
    kinds: dict[str, list[float]] = defaultdict(list)
    for (index, partition), consumed in units.items():
        kinds[kind_of(index, partition)].append(consumed)
    return {
        kind: max(consumed) / invites for kind, consumed in kinds.items() if len(consumed) < invites * _SHARED
    }


def kind_of(index: str, partition: str) -> str:
    """Return the kind of a partition: its key without ids and without the numbers of shards."""
    kind = _SHARD.sub("#n", _ID.sub("*", partition))
    return f"{index} {kind}" if index else kind


def of_settings(*, invites_of_a_request: int) -> Iterator[Wall]:
    """Yield the limits that are a stage's settings or an account's quotas, whatever the table does."""
    stage = json.loads((ROOT / "stages" / "example.json").read_text())
    yield Wall(
        what="the HTTP API's throttle",
        source="setting `throttle` of stages/example.json",
        rate=stage["throttle"]["rate"] * invites_of_a_request,
    )
    yield Wall(
        what="requests to all APIs of the account",
        source=API_REQUESTS.source,
        rate=API_REQUESTS.per_second * invites_of_a_request,
    )
    yield Wall(what="emails", source=EMAILS.source, rate=EMAILS.per_second)
    yield Wall(what="new people who accept", source=CREATED_USERS.source, rate=CREATED_USERS.per_second)
    yield Wall(what="people who sign in to accept", source=SIGN_INS.source, rate=SIGN_INS.per_second)
    yield Wall(
        what="accepted invites with a start to come",
        source=STARTED_EXECUTIONS.source,
        rate=STARTED_EXECUTIONS.per_second,
    )
