"""Footprints: what a number of invites consume, by partition, and the rate at which each limit is reached."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from infra.concurrency import Concurrency
from tests.bench.scale.deployment import Deployment
from tests.bench.scale.layouts import Layout
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
    SPLIT_PARTITION_WRITES,
    STARTED_EXECUTIONS,
    TABLE_WRITES,
    Limit,
)
from tests.support.project_files import ROOT

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}(\.[0-9a-f]{16})?|[0-9a-f]{64}|[^#]+@[^#]+|message-\d+")
"""Ids of items, of emails and of SES's messages, digests, and addresses."""
_SHARD = re.compile(r"#\d+$")
_SHARD_NUMBER = "#n"
_BY_ADDRESS = re.compile(r"^directory_|^listing LICENSE")
"""Partitions of which the sort keys begin with addresses or names, or with a state and an address."""
_SHARED = 0.5
"""Of a kind with more partitions than this for each invite, every invite has its own."""
_ORGANIZATION = "organization"
_STAGE = "stage"
_FEW_SHARDS = 4
"""Of more shards, what a sample puts into the busiest says less than the average."""


@dataclass(frozen=True, kw_only=True)
class ReachedLimit:
    """A limit, and the rate of invites at which it is reached.

    Attributes:
        what: what reaches it; the same before and now.
        of: what has the limit: a license, an organization, or the whole stage.
        source: the page that publishes the limit, or the setting that has it.
    """

    what: str
    of: str
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

    def reached_limits(self) -> Iterator[ReachedLimit]:
        """Yield the limits of DynamoDB and of what is behind the stream, with the rate that reaches each."""
        for what, of_one in self.writes.items():
            limit = PARTITION_WRITES if _BY_ADDRESS.search(what) is None else SPLIT_PARTITION_WRITES
            yield _reached(f"written: {what}", _owner(what), limit, of_one)
        for what, of_one in self.reads.items():
            yield _reached(f"read: {what}", _owner(what), PARTITION_READS, of_one)
        of_all = self.table_writes + self.index_writes
        yield _reached("a new table's writes", _STAGE, NEW_TABLE_WRITES, self.table_writes)
        yield _reached("the table's writes, indexes included", _STAGE, TABLE_WRITES, of_all)
        yield _reached("PutEvents", _STAGE, PUT_EVENTS, self.put_events)
        yield ReachedLimit(
            what="dispatch",
            of=_ORGANIZATION,
            source="Lambda: a partition key's records in order, in as many lanes as there are keys",
            rate=self.dispatched,
        )
        if self.email_seconds:
            yield ReachedLimit(
                what="senders of emails",
                of=_STAGE,
                source="setting `concurrency` of a stage",
                rate=Concurrency().emails / self.email_seconds,
            )


def _reached(what: str, of: str, limit: Limit, of_one: float) -> ReachedLimit:
    rate = limit.per_second / of_one if of_one else math.inf
    return ReachedLimit(what=what, of=of, source=limit.source, rate=rate)


def _owner(kind: str) -> str:
    if "LICENSE#*" in kind or "_OF#*" in kind:
        return "license"
    return _ORGANIZATION if "ORG#*" in kind or "FIGURES#*" in kind else _STAGE


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
        writes=_hottest(writes, invites, deployment.layout),
        reads=_hottest(table.consumed.reads, invites, deployment.layout),
        table_writes=of_table / invites,
        index_writes=(sum(writes.values()) - of_table) / invites,
        put_events=(services.calls["PutEvents"] - calls) / invites,
        dispatched=invites / dispatching,
        email_seconds=email_seconds,
    )


def _hottest(units: Mapping[Partition, float], invites: int, layout: Layout) -> dict[str, float]:
    """Return the units of an invite in the hottest partition of each kind that invites share."""
    kinds: dict[str, list[float]] = defaultdict(list)
    for (index, partition), consumed in units.items():
        kinds[kind_of(index, partition)].append(consumed)
    hottest: dict[str, float] = {}
    for kind, of_each in kinds.items():
        shards = layout.due_shards if kind.startswith("due ") else layout.shards
        if kind.endswith(_SHARD_NUMBER) and shards > _FEW_SHARDS:
            hottest[kind] = sum(of_each) / shards / invites
        elif len(of_each) < invites * _SHARED:
            hottest[kind] = max(of_each) / invites
    return hottest


def kind_of(index: str, partition: str) -> str:
    """Return the kind of a partition: its key without ids and without the numbers of shards."""
    kind = _SHARD.sub(_SHARD_NUMBER, _ID.sub("*", partition))
    return f"{index} {kind}" if index else kind


def of_settings(*, invites_of_a_request: int) -> Iterator[ReachedLimit]:
    """Yield the limits of requests and emails, which are a stage's settings or an account's quotas."""
    stage = json.loads((ROOT / "stages" / "example.json").read_text())
    yield ReachedLimit(
        what="the HTTP API's throttle",
        of=_STAGE,
        source="setting `throttle` of stages/example.json",
        rate=stage["throttle"]["rate"] * invites_of_a_request,
    )
    yield _reached("requests to all APIs of the account", _STAGE, API_REQUESTS, 1 / invites_of_a_request)
    yield _reached("emails", _STAGE, EMAILS, 1)


def of_answers() -> Iterator[ReachedLimit]:
    """Yield the account's quotas that people reach who accept."""
    yield _reached("new people who accept", _STAGE, CREATED_USERS, 1)
    yield _reached("people who sign in to accept", _STAGE, SIGN_INS, 1)
    yield _reached("accepted invites, each with a moment of its own to come", _STAGE, STARTED_EXECUTIONS, 1)
