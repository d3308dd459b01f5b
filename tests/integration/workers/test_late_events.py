"""Events that the stream lost: the sweep has them delivered again, as a change of their items."""

from __future__ import annotations

import pytest

from tests.integration.workers.conftest import Run, WorkerHarness, stream_record
from tests.support.clock import Clock
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.store import figures


@pytest.fixture
def lost(tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock) -> str:
    """The sort key of the event of an invite that the stream never delivered."""
    run("dispatch", {"Records": harness.events()})
    license_ = tenant.license()
    run("dispatch", {"Records": harness.events()})
    tenant.invite(license_)
    (record,) = harness.events()
    harness.queued()
    clock.forward(minutes=11)
    return str(record["dynamodb"]["NewImage"]["sk"]["S"])


def test_an_event_that_was_lost_is_dispatched_after_the_next_sweep(
    tenant: Tenant, lost: str, harness: WorkerHarness, run: Run
) -> None:
    run("sweep", {})
    (touched,) = (item for item in items(harness.clients["dynamodb"]) if item["sk"]["S"] == lost)

    assert run("dispatch", {"Records": [stream_record(touched, kind="MODIFY")]}) == {"batchItemFailures": []}
    assert len(harness.queued()) == 1
    assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == 1
    (acknowledged,) = (item for item in items(harness.clients["dynamodb"]) if item["sk"]["S"] == lost)
    assert not {"due_pk", "due_sk", "redispatched_at"} & acknowledged.keys()
    assert run("dispatch", {"Records": [stream_record(acknowledged, kind="MODIFY")]}) == {
        "batchItemFailures": []
    }
    assert not harness.queued(), "its way out of the outbox is no event"


def test_an_event_that_cannot_be_read_waits_in_the_outbox_and_holds_no_other_up(
    tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    run("dispatch", {"Records": harness.events()})
    license_ = tenant.license()
    run("dispatch", {"Records": harness.events()})
    for email in ("ann@x.io", "bob@x.io"):
        tenant.invite(license_, email)
    ann, bob = harness.events()
    broken = stream_record({**bob["dynamodb"]["NewImage"], "data": {"S": "no json"}}, "2")

    assert run("dispatch", {"Records": [broken, ann]}) == {"batchItemFailures": []}
    assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == 1
    waiting = [
        one
        for one in items(harness.clients["dynamodb"])
        if one.get("due_pk", {}).get("S", "")[:6] == "OUTBOX"
    ]
    assert [one["sk"] for one in waiting] == [bob["dynamodb"]["NewImage"]["sk"]]
    run("dispatch", {"Records": [bob]})
    assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == 2
