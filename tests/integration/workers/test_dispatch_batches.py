"""A batch of the stream: its events share their calls, and what is refused is reported as its own event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.logs import InvocationFailedError
from tests.integration.workers.conftest import Json, Run, WorkerHarness
from tests.support.tenant import Tenant
from usher.domain.shards import UNITS_OF_AN_EVENT
from usher.store import figures, organizations
from usher.store.transaction import BusyError

PEOPLE = 24


@pytest.fixture
def invited(tenant: Tenant, harness: WorkerHarness, run: Run) -> list[Json]:
    """The stream's records of PEOPLE invites, each with an event of its own; nothing else waits."""
    license_ = tenant.license(100)
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    for n in range(PEOPLE):
        tenant.invite(license_, f"a{n}@x.io")
    return harness.events()


@contextmanager
def answering(client: Any, operation: str, change: Callable[[Json, Json], Json | None]) -> Iterator[None]:
    """Let `change` see each call's parameters and AWS's answer, and change the answer."""
    asked: list[Json] = []

    def before(params: Json, **_: object) -> None:
        asked.append(params)

    def after(parsed: Json, **_: object) -> None:
        parsed.update(change(asked[-1], parsed) or {})

    service = client.meta.service_model.service_id.hyphenize()
    named = (
        (f"provide-client-params.{service}.{operation}", before),
        (f"after-call.{service}.{operation}", after),
    )
    for name, listener in named:
        client.meta.events.register(name, listener)
    try:
        yield
    finally:
        for name, listener in named:
            client.meta.events.unregister(name, listener)


def dispatch_clients(harness: WorkerHarness) -> tuple[Any, Any, Any]:
    """Return the clients that dispatch has of SQS, EventBridge and DynamoDB."""
    bootstrap = harness.handlers["dispatch"]._bootstrap
    table = bootstrap.context.table.connection.client
    return bootstrap.email_queue._client, bootstrap.bus._client, table


def test_the_events_of_a_batch_share_their_calls(
    invited: list[Json], harness: WorkerHarness, run: Run
) -> None:
    made: Counter[str] = Counter()

    def note(model: Any, **_: object) -> None:
        made[model.name] += 1

    clients = dispatch_clients(harness)
    for client in clients:
        client.meta.events.register("before-call", note)
    try:
        run("dispatch", {"Records": invited})
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", note)

    # To each event of its person and to each invite of its license; to 33 events of their type, their actor
    # and their license one each.
    pointers = 2 * PEOPLE + 3 * -(-PEOPLE // 33)
    assert made["SendMessageBatch"] == -(-PEOPLE // 10)
    assert made["PutEvents"] == -(-PEOPLE // 10)
    assert made["BatchWriteItem"] == -(-pointers // 25)
    assert made["Query"] == 2, "who wants to be called, and the level of the license, once each"
    assert len(harness.queued()) == PEOPLE


def test_a_refused_message_is_reported_as_its_event_and_no_other(
    tenant: Tenant, invited: list[Json], harness: WorkerHarness, run: Run
) -> None:
    sqs, _, _ = dispatch_clients(harness)

    def refuse(asked: Json, answer: Json) -> Json | None:
        failed = [one for one in asked["Entries"] if '"a12@x.io"' in one["MessageBody"]]
        ids = {one["Id"] for one in failed}
        kept = [one for one in answer.get("Successful", []) if one["Id"] not in ids]
        refused = [{"Id": id_, "SenderFault": False, "Code": "InternalError"} for id_ in ids]
        return {"Successful": kept, "Failed": refused}

    with answering(sqs, "SendMessageBatch", refuse):
        answer = run("dispatch", {"Records": invited})

    number = invited[12]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == PEOPLE - 1
    assert run("dispatch", {"Records": invited[12:]}) == {"batchItemFailures": []}
    assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == PEOPLE


def test_a_level_that_cannot_be_looked_at_is_reported_with_the_first_event_that_asks_for_it(
    invited: list[Json], harness: WorkerHarness, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = harness.handlers["dispatch"]._dispatch_events._seat_levels

    def busy(**_: object) -> None:
        raise BusyError("The same items were being written all the time.")

    with monkeypatch.context() as patch:
        patch.setattr(levels, "check", busy)
        with pytest.raises(InvocationFailedError, match="BatchProcessingError"):
            run("dispatch", {"Records": invited})

    assert run("dispatch", {"Records": invited}) == {"batchItemFailures": []}


def test_an_event_that_the_bus_refuses_is_reported_alone(
    tenant: Tenant, invited: list[Json], harness: WorkerHarness, run: Run
) -> None:
    _, bus, _ = dispatch_clients(harness)

    def refuse(asked: Json, answer: Json) -> Json | None:
        results = [
            {"ErrorCode": "ThrottlingException"} if "a5@x.io" in entry["Detail"] else {"EventId": "x"}
            for entry in asked["Entries"]
        ]
        refused = sum("ErrorCode" in one for one in results)
        return {**answer, "Entries": results, "FailedEntryCount": refused}

    with answering(bus, "PutEvents", refuse):
        answer = run("dispatch", {"Records": invited})

    number = invited[5]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == PEOPLE - 1
    run("dispatch", {"Records": invited[5:]})
    assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == PEOPLE


def test_an_organization_whose_events_come_fast_is_divided_among_more_shards(
    tenant: Tenant, invited: list[Json], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.domain.shards.UNITS_A_SECOND", PEOPLE * UNITS_OF_AN_EVENT // 60)

    run("dispatch", {"Records": invited[: PEOPLE // 2]})
    before = organizations.shards_of(tenant.context.table, tenant.id)
    run("dispatch", {"Records": invited[PEOPLE // 2 :]})
    run("dispatch", {"Records": invited})

    assert before == 1
    assert organizations.shards_of(tenant.context.table, tenant.id) == 2, "what comes twice counts once"
