"""Requests of the API beside the same work of a peer, from request to response (docs/performance.md).

The peer's figures are in PEERS. Ours are those of the API's handler in this process. Its table is that of
MiniStack's engine, in a process of its own. That takes longer the more items there are, as DynamoDB does not,
and a busy machine takes longer for both. So the time is said as it was by the clock, and once more as that of
the processor with each call to the table as long as in the simulation of docs/scale.md.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from moto import mock_aws

from functions.api.app import Api
from functions.api.services import Services
from functions.logs import get_logger
from functions.metrics import Metrics
from tests.bench.conftest import Say
from tests.bench.table_engine.engine import CALL_SECONDS, TRANSACTION_SECONDS
from tests.support.api_caller import Answer, LambdaContext, answer_of, event_of
from tests.support.clock import Clock
from tests.support.ids import growing_ids
from tests.support.tables import NAME, REGION, create_table
from tests.support.tenant import Tenant, create_tenant
from usher.bootstrap import TABLE_CONFIG, Bootstrap
from usher.gateways.code_ids import CodeIds
from usher.gateways.download_links import DownloadLinks
from usher.gateways.links import Keys
from usher.gateways.opaque_ids import OpaqueIds
from usher.gateways.person_ids import PersonIds
from usher.gateways.secrets import Secret
from usher.gateways.signatures import Signatures
from usher.services.context import Context
from usher.services.outbox.sweep import Sweep
from usher.store.client import create_client
from usher.store.table import Table

ENVIRONMENT = {
    "USHER_ORIGIN": "https://usher.example",
    "USHER_WEBHOOK_NETWORKS": "",
    **dict.fromkeys(
        (
            "USHER_ENTITLEMENTS_KEY",
            "USHER_IMPORTS_BUCKET",
            "USHER_SITE_BUCKET",
            "USHER_SSO_SECRETS",
            "USHER_USER_POOL",
            "USHER_USER_POOL_CLIENT",
        ),
        "none",
    ),
}
"""What no request here needs has names that nothing is called."""

RUNS = 5
RUNS_OF_ONE = 50
INVITES = 100_000
EXPIRING = 10_000
PAGE = 50
_BATCH = 25


@dataclass(frozen=True, kw_only=True)
class Peer:
    """What openedx/license-manager took for the same work, and how many times less ours may take."""

    seconds: float
    goal: float


PEERS = {
    "assign 1": Peer(seconds=0.112, goal=5),
    "assign 500": Peer(seconds=2.1, goal=2),
    "assign 1,000": Peer(seconds=3.8, goal=2),
    "first page of 100,000": Peer(seconds=0.45, goal=10),
    "last page of 100,000": Peer(seconds=1.2, goal=10),
    "sweep of 10,000": Peer(seconds=1.9, goal=1),
}


@dataclass
class Calls:
    """How many calls to the table a block made."""

    transactions: int = 0
    others: int = 0

    @property
    def seconds(self) -> float:
        """The seconds that they are taken to last at DynamoDB, one after another."""
        return self.transactions * TRANSACTION_SECONDS + self.others * CALL_SECONDS


@contextmanager
def watched(client: Any) -> Iterator[Calls]:
    """Count the calls of a client."""
    calls = Calls()

    def count(model: Any, **_: object) -> None:
        if model.name == "TransactWriteItems":
            calls.transactions += 1
        else:
            calls.others += 1

    client.meta.events.register("before-call.dynamodb", count)
    try:
        yield calls
    finally:
        client.meta.events.unregister("before-call.dynamodb", count)


@dataclass(frozen=True)
class Handler:
    """The API's handler, called by the full manager."""

    api: Api
    services: Services
    tenant: Tenant

    def answer(self, method: str, path: str, *, body: Any = None, query: Any = None) -> Answer:
        event = event_of(method, path, body=body, query=query, person=self.tenant.full)
        event["routeKey"] = f"{method} {path.replace(self.tenant.id, '{organization}')}"
        context: Any = LambdaContext()
        return answer_of(self.api.answer(event, context, services=self.services))


@pytest.fixture
def tenant(engine: Any, emulator: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    """An organization on the emulator's table, which is called by the client that functions have."""
    create_table(engine)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", emulator)
    session = botocore.session.get_session()
    session.set_credentials("bench", "bench")
    client = create_client(session, TABLE_CONFIG.merge(Config(read_timeout=60)), region=REGION)
    context = Context(table=Table(name=NAME, client=client), now=clock, new_id=growing_ids(clock))
    try:
        yield create_tenant(context)
    finally:
        engine.delete_table(TableName=NAME)


@pytest.fixture
def handler(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Handler:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Usher")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    parts = Bootstrap(ENVIRONMENT)
    parts.context = tenant.context
    keys = _keys()
    parts.person_ids, parts.code_ids = PersonIds(keys), CodeIds(keys)
    parts.cursors, parts.download_links = OpaqueIds(keys, purpose="cursor"), DownloadLinks(keys)
    parts.signatures = Signatures(keys)
    return Handler(Api(logger=get_logger("api"), metrics=Metrics()), Services(parts), tenant)


def _keys() -> Keys:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name=REGION)
        text = json.dumps({"current": "k1", "k1": "y" * 64})
        secret = Secret(client=client, arn=client.create_secret(Name="ids", SecretString=text)["ARN"])
        secret.text()
    return Keys(secret)


def measured(handler: Handler, work: Callable[[], object]) -> tuple[float, float, Calls]:
    """Return the seconds of the work by the clock, those of this process's processor, and its calls."""
    with watched(handler.tenant.context.table.connection.client) as calls:
        begun, computing = time.perf_counter(), time.process_time()
        work()
        return time.perf_counter() - begun, time.process_time() - computing, calls


def best(
    handler: Handler, prepared: Callable[[], Callable[[], object]], say: Say, what: str, *, runs: int = RUNS
) -> None:
    """Say the best of some runs, after one that warms up."""
    _compare([measured(handler, prepared()) for _ in range(runs + 1)][1:], say, what)


def _compare(runs: Sequence[tuple[float, float, Calls]], say: Say, what: str) -> None:
    wall, own, calls = min(run[0] for run in runs), min(run[1] for run in runs), runs[-1][2]
    total, peer = own + calls.seconds, PEERS[what]
    say(
        f"{what:22} {calls.transactions} transactions, {calls.others} other calls: {own * 1000:.0f} ms "
        f"beside them, {total * 1000:.0f} with them: x {peer.seconds / total:.1f} of the peer's "
        f"{peer.seconds * 1000:.0f}, goal {peer.goal:g}. By MiniStack {wall * 1000:.0f} ms: "
        f"x {peer.seconds / wall:.1f}"
    )


def _assigning(handler: Handler, people: int) -> Callable[[], object]:
    """Return the invitation of people to a license with a seat for each, in requests of at most 500."""
    license_ = handler.tenant.license(people)
    path = f"/v1/organizations/{handler.tenant.id}/invites"
    addresses = [f"p{number}-{license_.id.lower()}@x.io" for number in range(people)]
    requests = [addresses[begin : begin + 500] for begin in range(0, people, 500)]

    def assign() -> None:
        for emails in requests:
            answer = handler.answer("POST", path, body={"licenses": [license_.id], "emails": emails})
            assert answer.status in (200, 201), answer.text

    return assign


def test_assigning(handler: Handler, say: Say) -> None:
    best(handler, partial(_assigning, handler, 1), say, "assign 1", runs=RUNS_OF_ONE)
    for people in (500, 1000):
        best(handler, partial(_assigning, handler, people), say, f"assign {people:,}")


def test_a_list_of_a_hundred_thousand(handler: Handler, say: Say) -> None:
    """The last page is read as the first of the other order: a cursor is a key, wherever it is."""
    _fill(handler.tenant)
    for what, order in (("first page", "-created"), ("last page", "created")):
        best(handler, partial(partial, _page, handler, order), say, f"{what} of {INVITES:,}")


def _page(handler: Handler, order: str) -> None:
    path = f"/v1/organizations/{handler.tenant.id}/invites"
    answer = handler.answer("GET", path, query={"state": "pending", "limit": PAGE, "sort": order})
    assert answer.status == 200, answer.text
    assert len(answer.json["items"]) == PAGE


def test_a_sweep_of_ten_thousand(handler: Handler, clock: Clock, say: Say) -> None:
    """Expired invites give their seats back; each lane has a run of its own, all at once in AWS."""
    tenant = handler.tenant
    license_ = tenant.license(EXPIRING)
    for begin in range(0, EXPIRING, 500):
        tenant.invite_all(license_, [f"p{begin + number}@x.io" for number in range(500)])
    clock.forward(days=11)
    begun: list[int] = []
    expired = 0

    def begin_lane(lane: int) -> bool:
        begun.append(lane)
        return True

    def sweep_lane(lane: int) -> None:
        nonlocal expired
        expired += Sweep(tenant.context).sweep_lane(lane).expired

    Sweep(tenant.context).sweep(begin_lane=begin_lane)
    runs = [measured(handler, partial(sweep_lane, lane)) for lane in begun]
    longest = max(runs, key=lambda run: run[1] + run[2].seconds)
    _compare([longest], say, f"sweep of {EXPIRING:,}")
    assert expired == EXPIRING


def _fill(tenant: Tenant) -> None:
    """Write copies of an invite, each with an id and an address of its own."""
    client: Any = tenant.context.table.connection.client
    invite = tenant.invite(tenant.license(10), "first@x.io")
    key = {"pk": {"S": f"INVITE#{invite.id}"}, "sk": {"S": "INVITE"}}
    text = json.dumps(client.get_item(TableName=NAME, Key=key)["Item"])
    for _ in range(0, INVITES, _BATCH):
        puts = []
        for _ in range(_BATCH):
            id_ = tenant.context.new_id()
            copied = text.replace(invite.id, id_).replace("first@x.io", f"{id_.lower()}@x.io")
            puts.append({"PutRequest": {"Item": json.loads(copied)}})
        client.batch_write_item(RequestItems={NAME: puts})
