"""What time brings: starts through their workflow, and everything that the sweep finds due."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from functions.logs import InvocationFailedError
from tests.integration.workers.conftest import Run, WorkerHarness
from tests.support.clock import Clock
from tests.support.reading_back import access_now
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.instants import rfc3339
from usher.domain.licenses import License
from usher.services.license_extensions import LicenseExtensions
from usher.services.outbox.sweep import LANES
from usher.store import accesses, licenses

NOTHING = {
    "expired": 0,
    "reminded": 0,
    "started_late": 0,
    "ended": 0,
    "ending": 0,
    "digests": 0,
    "codes_ended": 0,
    "extended": 0,
    "deliveries_queued": 0,
}
Settle = Callable[[], None]


@pytest.mark.usefixtures("tenant")
def test_the_sweep_finds_nothing_to_do(run: Run) -> None:
    assert run("sweep", {}) == NOTHING


def test_an_invite_is_reminded_of_and_expires(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, settle: Settle
) -> None:
    license_ = tenant.license(seats=3)
    tenant.invite_all(license_, "ann@x.io, bob@x.io")
    settle()

    clock.forward(days=7, minutes=10)
    assert run("sweep", {}) == NOTHING | {"reminded": 2}
    assert run("sweep", {}) == NOTHING
    settle()
    assert {email.subject for email in harness.all_sent()[-2:]} == {
        "Reminder, 3 days left: Acme invites you to Fire safety"
    }

    clock.forward(days=3)
    assert run("sweep", {}) == NOTHING | {"expired": 2}
    assert run("sweep", {}) == NOTHING
    pool = licenses.get(tenant.context.table, tenant.id, license_.id)
    assert pool is not None
    assert pool.available == 3
    settle()
    clock.forward(days=1)
    assert run("sweep", {}) == NOTHING | {"digests": 1}
    assert run("sweep", {}) == NOTHING
    settle()
    assert {email.subject for email in harness.all_sent()[-2:]} == {"2 invitations expired: Fire safety"}


def test_an_extension_is_carried_out_once_all_that_had_read_the_old_end_is_written(
    tenant: Tenant, run: Run, clock: Clock, settle: Settle
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    extended = LicenseExtensions(tenant.context).extend(
        person=tenant.operator,
        organization=tenant.id,
        license_id=license_.id,
        order_id="later",
        valid_until="2029-01-01",
    )
    settle()

    access = accesses.get(tenant.context.table, "ann@x.io", license_.id)
    assert access is not None
    assert access.ends_at == extended.terms.valid_until
    assert run("sweep", {}) == NOTHING
    clock.forward(minutes=20)
    assert run("sweep", {}) == NOTHING | {"extended": 1}
    assert run("sweep", {}) == NOTHING


def test_a_late_start_is_made_good_and_counted(
    tenant: Tenant,
    scheduled: License,
    run: Run,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock.forward(days=27, hours=14, minutes=4)
    assert run("sweep", {}) == NOTHING, "the workflow has five minutes for itself"
    capsys.readouterr()
    clock.forward(minutes=2)

    assert run("sweep", {}) == NOTHING | {"started_late": 1}
    assert access_now(tenant, scheduled).state is AccessState.ACTIVE
    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
    assert metrics["LateStarts"] == [1.0]
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Usher"
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]


@pytest.mark.usefixtures("scheduled")
def test_a_traveller_has_starts_made_good_at_once(run: Run, clock: Clock) -> None:
    clock.forward(days=27, hours=14)

    assert run("sweep", {"late_after_seconds": 0}) == NOTHING | {"started_late": 1}


def test_an_access_ends_with_its_license(
    tenant: Tenant, scheduled: License, harness: WorkerHarness, run: Run, clock: Clock
) -> None:
    clock.forward(days=28)
    run("start_access", harness.executions()[0])
    clock.forward(days=400)

    assert run("sweep", {}) == NOTHING | {"ended": 1}
    assert access_now(tenant, scheduled).state is AccessState.ENDED
    assert run("sweep", {}) == NOTHING


def test_a_traveller_stops_at_the_end_of_a_license(tenant: Tenant, run: Run, clock: Clock) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    end = license_.terms.valid_until
    clock.now = end - timedelta(hours=1)

    before = run("sweep", {"tell_next_due": True})
    clock.now = end
    after = run("sweep", {"tell_next_due": True})

    assert (before["ended"], before["next_due"]) == (0, rfc3339(end))
    assert (after["ended"], after["next_due"]) == (1, None)


def test_the_sweep_says_when_something_comes_due_next_where_it_is_asked(
    tenant: Tenant, run: Run, clock: Clock, settle: Settle
) -> None:
    settle()
    before = run("sweep", {"tell_next_due": True})
    assert (before["next_due"], before["undispatched"]) == (None, False)
    tenant.invite(tenant.license(), "ann@x.io")

    reminder = run("sweep", {"tell_next_due": True})["next_due"]
    clock.forward(days=7)
    swept = run("sweep", {"tell_next_due": True})

    assert reminder == "2027-01-11T09:00:00Z"
    assert swept == {
        **NOTHING,
        "reminded": 1,
        "next_due": "2027-01-14T09:00:00Z",
        "next_digest": None,
        "undispatched": True,
    }


def test_what_comes_due_while_the_sweep_runs_comes_next(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, settle: Settle
) -> None:
    tenant.invite(tenant.license(), "ann@x.io")
    settle()
    clock.forward(days=7, seconds=-1)
    events = harness.handlers["sweep"]._bootstrap.context.table.connection.client.meta.events

    def pass_a_second(**_: object) -> None:
        events.unregister("before-call.dynamodb.Query", pass_a_second)
        clock.forward(seconds=1)

    events.register("before-call.dynamodb.Query", pass_a_second)
    swept = run("sweep", {"tell_next_due": True})

    assert (swept["reminded"], swept["next_due"]) == (0, "2027-01-11T09:00:00Z")
    assert run("sweep", {"tell_next_due": True})["reminded"] == 1


def test_the_sweep_says_when_the_next_digest_is_where_it_is_asked(
    tenant: Tenant, run: Run, clock: Clock, settle: Settle
) -> None:
    tenant.invite(tenant.license(), "ann@x.io")
    clock.forward(days=11)
    run("sweep", {})
    settle()

    assert run("sweep", {"tell_next_due": True})["next_digest"] == "2027-01-16T05:00:00Z"


def test_a_shard_with_too_much_for_one_run_is_swept_by_an_invocation_of_its_own(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.outbox.sweep.AT_ONCE", 5)
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=11)
    invoked = []

    def invoke(params: Any, **_: object) -> Any:
        invoked.append((params["headers"]["X-Amz-Invocation-Type"], json.loads(params["body"])))
        return SimpleNamespace(status_code=202), {"ResponseMetadata": {}}

    events = harness.handlers["sweep"]._invocations._client.meta.events
    events.register("before-call.lambda.Invoke", invoke)
    try:
        first = run("sweep", {})["expired"]
        others = [run("sweep", event)["expired"] for _, event in invoked]
    finally:
        events.unregister("before-call.lambda.Invoke", invoke)

    assert {kind for kind, _ in invoked} == {"Event"}
    assert [event["lane"] for _, event in invoked] == list(range(LANES))
    assert (first, sum(others)) == (0, 60)
    assert run("sweep", {}) == NOTHING


def test_a_sweep_of_which_something_failed_has_failed_with_the_rest_done(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    license_ = tenant.license(10)
    tenant.invite_all(license_, ["a@x.io", "b@x.io"])
    other = tenant.license(10)
    tenant.invite(other, "c@x.io")
    clock.forward(days=11)

    def refuse(params: Any, **_: object) -> Any:
        if license_.id.encode() not in params["body"]:
            return None
        return SimpleNamespace(status_code=400), {
            "Error": {"Code": "ValidationException", "Message": ""},
            "ResponseMetadata": {},
        }

    events = harness.handlers["sweep"]._bootstrap.context.table.connection.client.meta.events
    events.register("before-call.dynamodb.TransactWriteItems", refuse)
    try:
        capsys.readouterr()
        with pytest.raises(InvocationFailedError, match="WorkFailedError"):
            run("sweep", {})
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", refuse)

    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
    assert (metrics["SweepFailures"], metrics["Expired"]) == ([1.0], [1.0])
    assert run("sweep", {}) == NOTHING | {"expired": 2}
