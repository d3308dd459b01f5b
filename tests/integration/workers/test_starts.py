"""start_access: what one workflow starts of the accesses that share its moment and lane (decision 96)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.logs import InvocationFailedError
from tests.integration.workers.conftest import Run, WorkerHarness
from tests.support.clock import Clock
from tests.support.disturbances import busy
from tests.support.reading_back import access_now, events_of
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.licenses import License
from usher.services.invites.manage_invites import ManageInvites
from usher.services.receipts import Receipt
from usher.store.scheduled_accesses import lane_of

DEFINITION = Path(__file__).parents[3] / "infra" / "access_start.asl.json"

Settle = Callable[[], None]
Json = dict[str, Any]


def test_an_access_starts_when_its_workflow_says_and_the_learner_is_told(
    tenant: Tenant, scheduled: License, harness: WorkerHarness, run: Run, clock: Clock, settle: Settle
) -> None:
    (execution,) = harness.executions()
    clock.forward(days=28)

    assert run("start_access", execution) == {"started": 1}
    assert access_now(tenant, scheduled).state is AccessState.ACTIVE
    settle()
    assert harness.all_sent()[-1].subject == "You can start: Fire safety"


def test_what_was_started_or_moved_is_not_due(
    tenant: Tenant, scheduled: License, harness: WorkerHarness, run: Run, clock: Clock, settle: Settle
) -> None:
    (former,) = harness.executions()
    ManageInvites(tenant.context).reschedule(
        person=tenant.full,
        organization=tenant.id,
        invite=access_now(tenant, scheduled).invite,
        access_start="2027-03-01",
        receipt=Receipt(),
    )
    settle()
    (moved,) = (one for one in harness.executions() if one != former)
    clock.forward(days=30)

    assert run("start_access", former) == {"started": 0}
    clock.forward(days=30)
    assert run("start_access", moved) == {"started": 1}
    assert run("start_access", moved) == {"started": 0}


def test_accesses_of_one_moment_and_lane_share_a_workflow(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, settle: Settle
) -> None:
    license_ = tenant.license(60)
    for invited in tenant.invite_all(license_, [f"a{n}@x.io" for n in range(60)], access_start="2027-02-01"):
        assert invited.invite is not None
        tenant.accept(invited.invite)
    settle()
    executions = harness.executions()
    clock.forward(days=28)

    started = [run("start_access", one)["started"] for one in executions]

    assert {one["lane"] for one in executions} == {0, 1, 2, 3}, "those of the index's four shards"
    assert len(executions) == 4
    assert sum(started) == 60
    assert min(started) > 0
    assert len(events_of(tenant, "access.started")) == 60


@pytest.mark.usefixtures("tenant")
def test_a_wait_goes_on_in_one_more_workflow(harness: WorkerHarness, run: Run) -> None:
    far = {"start_at": "2030-01-01T00:00:00Z", "lane": 2, "waits": 3, "turn": 1, "check_at": "-"}

    assert run("start_access", far) == {"started": 0}
    run("start_access", far)

    (begun,) = harness.executions()
    assert begun == far | {"waits": 2, "check_at": "2028-05-11T00:00:00Z"}, "one, though it was called twice"


def test_a_workflow_is_the_wait_and_the_start() -> None:
    states = json.loads(DEFINITION.read_text())["States"]

    assert list(states) == ["Wait until due", "Start access"], "each takes a transition of every check"
    assert states["Wait until due"]["TimestampPath"] == "$.check_at"
    assert states["Start access"]["End"]


def test_one_access_that_cannot_start_leaves_the_others_to_and_the_workflow_tries_again(
    tenant: Tenant,
    harness: WorkerHarness,
    run: Run,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("usher.store.transaction._LONGEST_PAUSE", 0)
    license_ = tenant.license(20)
    for n in range(20):
        tenant.accept(tenant.invite(license_, f"a{n}@x.io", access_start="2027-02-01"))
    run("dispatch", {"Records": harness.events()})
    lane = next(one for one in harness.executions() if one["lane"] == lane_of("a7@x.io", license_.id))
    clock.forward(days=28)
    capsys.readouterr()
    of_worker = replace(tenant, context=harness.handlers["start_access"]._bootstrap.context)

    with busy(of_worker, 'PERSON#a7@x.io"'), pytest.raises(InvocationFailedError, match="WorkFailedError"):
        run("start_access", lane)
    started = len(events_of(tenant, "access.started"))

    assert started > 0
    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"Starts"' in line)
    assert metrics["Starts"] == [float(started)]
    assert run("start_access", lane) == {"started": 1}


@contextmanager
def time_for(transactions: int) -> Iterator[None]:
    """Give the invocations the time for so many transactions altogether."""
    left = iter([600_000] * transactions)

    def remaining(_: object) -> int:
        return next(left, 0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.integration.workers.conftest._Context.get_remaining_time_in_millis", remaining)
        yield


def test_what_is_left_when_the_time_is_up_another_workflow_goes_on_with(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.outbox.start_access.TOGETHER", 1)
    license_ = tenant.license(20)
    for n in range(20):
        tenant.accept(tenant.invite(license_, f"a{n}@x.io", access_start="2027-02-01"))
    run("dispatch", {"Records": harness.events()})
    first = next(one for one in harness.executions() if one["lane"] == 0)
    clock.forward(days=28)

    with time_for(2):
        assert run("start_access", first) == {"started": 2}
    (second,) = (one for one in harness.executions() if one["turn"] == 2)
    assert second == first | {"turn": 2}
    rest = run("start_access", second)["started"]

    assert rest > 0
    assert len(events_of(tenant, "access.started")) == 2 + rest
    assert not [one for one in harness.executions() if one["turn"] > 2]


@pytest.mark.usefixtures("scheduled")
def test_a_workflow_that_starts_nothing_in_its_time_fails_and_begins_no_other(
    harness: WorkerHarness, run: Run, clock: Clock
) -> None:
    (execution,) = harness.executions()
    clock.forward(days=28)

    with time_for(0), pytest.raises(InvocationFailedError, match="NothingStartedError"):
        run("start_access", execution)

    assert harness.executions() == [execution]
