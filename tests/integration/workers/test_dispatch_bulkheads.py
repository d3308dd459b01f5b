"""A batch of the stream with events of several organizations: what fails for one is done for the others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from functions.logs import InvocationFailedError
from tests.integration.workers.conftest import Json, Run, WorkerHarness
from tests.support.tenant import Tenant, create_tenant
from usher.gateways.queue import EMAILS
from usher.services.outbox.dispatch_events import DispatchEvents
from usher.store import figures
from usher.store.transaction import BusyError


@pytest.fixture
def other(tenant: Tenant) -> Tenant:
    return create_tenant(tenant.context, slug="other")


@pytest.fixture
def invited(tenant: Tenant, other: Tenant, harness: WorkerHarness, run: Run) -> list[Json]:
    """The stream's records of two invites of each of two organizations, in turns."""
    own, others = tenant.license(), other.license()
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    records: list[Json] = []
    for n in range(2):
        tenant.invite(own, f"a{n}@x.io")
        other.invite(others, f"b{n}@x.io")
        records += sorted(
            harness.events(), key=lambda one: tenant.id not in str(one["dynamodb"]["NewImage"]["pk"]["S"])
        )
    return records


def pending(tenant: Tenant) -> int:
    return figures.get(tenant.context.table, tenant.id).get("invites_pending")


def recipients(harness: WorkerHarness) -> list[str]:
    return sorted(EMAILS.read(one["body"]).to for one in harness.queued())


def numbers(*records: Json) -> Json:
    """The answer that reports these records."""
    return {"batchItemFailures": [{"itemIdentifier": one["dynamodb"]["SequenceNumber"]} for one in records]}


def test_an_event_that_fails_holds_up_its_own_organization_alone(
    tenant: Tenant,
    other: Tenant,
    invited: list[Json],
    harness: WorkerHarness,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add = DispatchEvents.add

    def throttled(self: DispatchEvents, event: Any, *rest: Any) -> None:
        if event.organization == tenant.id:
            raise BusyError("Step Functions takes no more starts.")
        add(self, event, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(DispatchEvents, "add", throttled)
        answer = run("dispatch", {"Records": invited})
    first = recipients(harness)

    again = run("dispatch", {"Records": invited})

    assert answer == numbers(invited[0], invited[2]), "the second of them waits for the first"
    assert (first, recipients(harness)) == (["b0@x.io", "b1@x.io"], ["a0@x.io", "a1@x.io"])
    assert again == numbers()
    assert (pending(tenant), pending(other)) == (2, 2)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("BatchWriteItem", "ProvisionedThroughputExceededException"),
        ("TransactWriteItems", "ThrottlingException"),
    ],
)
def test_a_partition_that_takes_no_writes_stops_no_other_organization(
    tenant: Tenant,
    other: Tenant,
    invited: list[Json],
    harness: WorkerHarness,
    run: Run,
    operation: str,
    code: str,
) -> None:
    def refuse(params: Any, **_: object) -> Any:
        if tenant.id not in params["body"].decode():
            return None
        return SimpleNamespace(status_code=400), {
            "Error": {"Code": code, "Message": ""},
            "ResponseMetadata": {},
        }

    client = harness.handlers["dispatch"]._bootstrap.context.table.connection.client.meta.events
    client.register(f"before-call.dynamodb.{operation}", refuse)
    try:
        answer = run("dispatch", {"Records": invited})
    finally:
        client.unregister(f"before-call.dynamodb.{operation}", refuse)
    refused = pending(tenant), pending(other)
    again = run("dispatch", {"Records": invited})

    assert answer == numbers(invited[0], invited[2])
    assert refused == (0, 2)
    assert again == numbers()
    assert (pending(tenant), pending(other)) == (2, 2)


def test_what_an_invocation_has_no_time_for_comes_again(
    other: Tenant, invited: list[Json], harness: WorkerHarness, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch = harness.handlers["dispatch"]
    with monkeypatch.context() as patch:
        patch.setattr(dispatch, "LAST_MILLISECONDS", 600_001)
        with pytest.raises(InvocationFailedError, match="BatchProcessingError"):
            run("dispatch", {"Records": invited})

    assert recipients(harness) == []
    assert run("dispatch", {"Records": invited}) == numbers()
    assert pending(other) == 2
