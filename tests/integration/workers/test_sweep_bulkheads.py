"""The parts of a sweep's run stand alone: what stops one of them leaves the others to be done."""

from __future__ import annotations

from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import InvocationFailedError
from tests.integration.workers.conftest import Json, Run, WorkerHarness
from tests.support.clock import Clock
from tests.support.tables import NAME, items
from tests.support.tenant import Tenant


@pytest.fixture
def lost(tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock) -> str:
    """The sort key of an event that the stream never delivered, of ten invites that are expired by now."""
    license_ = tenant.license(10)
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(10)])
    (record,) = harness.events()
    clock.forward(days=11)
    return str(record["dynamodb"]["NewImage"]["sk"]["S"])


def item_at(harness: WorkerHarness, sort_key: str) -> Json:
    (found,) = (item for item in items(harness.clients["dynamodb"]) if item["sk"]["S"] == sort_key)
    return found


def write_differently(harness: WorkerHarness, item: Json, **attributes: Json) -> None:
    """Write an item as another version of the code might have written it."""
    harness.clients["dynamodb"].put_item(TableName=NAME, Item={**item, **attributes})


def remove(harness: WorkerHarness, item: Json) -> None:
    harness.clients["dynamodb"].delete_item(TableName=NAME, Key={"pk": item["pk"], "sk": item["sk"]})


class _ShortOfTime(LambdaContext):
    """An invocation's context with less time left than the outbox and late deliveries have to themselves."""

    def __init__(self, milliseconds_left: int) -> None:
        self._milliseconds_left = milliseconds_left
        self._function_name = "worker"
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:worker"
        self._aws_request_id = "request"

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override] # a static method in Powertools
        return self._milliseconds_left


def test_an_item_that_cannot_be_read_stops_neither_the_sweep_nor_the_outbox(
    harness: WorkerHarness, lost: str, run: Run
) -> None:
    pending = next(
        item
        for item in items(harness.clients["dynamodb"])
        if item["pk"]["S"].startswith("INVITE#") and item.get("due_pk")
    )
    stranger = {"pk": {"S": "INVITE#zzz"}, "state": {"S": "of-a-later-version"}}
    write_differently(harness, pending, **stranger)

    with pytest.raises(InvocationFailedError, match="WorkFailedError"):
        run("sweep", {})

    assert item_at(harness, lost)["redispatched_at"]
    kept = [item for item in items(harness.clients["dynamodb"]) if item["pk"] == pending["pk"]]
    assert all("due_pk" not in item for item in kept), "the other invite has expired"
    remove(harness, {**pending, **stranger})


def test_a_lane_that_cannot_be_invoked_stops_neither_the_outbox_nor_the_measures(
    harness: WorkerHarness, lost: str, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def throttled(*_: object) -> None:
        raise RuntimeError("Too many requests.")

    sweep = harness.handlers["sweep"]
    monkeypatch.setattr("usher.services.outbox.sweep.AT_ONCE", 1)
    monkeypatch.setattr(sweep._invocations, "begin", throttled)

    with pytest.raises(InvocationFailedError, match="WorkFailedError"):
        run("sweep", {})

    assert item_at(harness, lost)["redispatched_at"]
    assert '"SweepRuns":[1.0]' in capsys.readouterr().out


def test_the_outbox_has_time_of_its_own(harness: WorkerHarness, lost: str) -> None:
    sweep = harness.handlers["sweep"]
    of_the_outbox = sweep.LAST_MILLISECONDS + 2 * sweep.OUTBOX_MILLISECONDS

    swept = sweep.handler({}, _ShortOfTime(of_the_outbox - 1))

    assert swept["expired"] == 0, "the sweep had none left"
    assert item_at(harness, lost)["redispatched_at"]
