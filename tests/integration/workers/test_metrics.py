"""What the workers measure, as CloudWatch gets it: lines in the embedded metric format."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from functions.metrics import MetricName, Metrics, measured_handler
from tests.integration.workers.conftest import Run, WorkerHarness, sqs_record, stream_record
from tests.support.clock import Clock
from tests.support.tables import items
from tests.support.tenant import Tenant

Measured = Callable[[], dict[str, float]]


@pytest.fixture
def measured(capsys: pytest.CaptureFixture[str]) -> Measured:
    """Sum up what was measured since the last look, as `worker.Metric`, and check each line's form.

    Cold starts are left out: which test is a worker's first depends on the order of tests.
    """

    def measured() -> dict[str, float]:
        sums: dict[str, float] = {}
        for line in capsys.readouterr().out.splitlines():
            if '"_aws"' not in line:
                continue
            written = json.loads(line)
            (directive,) = written["_aws"]["CloudWatchMetrics"]
            names = {metric["Name"] for metric in directive["Metrics"]}
            assert directive["Namespace"] == "Usher"
            assert directive["Dimensions"] == [["service"]]
            assert names <= set(MetricName)
            assert written.keys() == {"_aws", "service", *names}, "nothing else, so nobody's name"
            for name in names - {MetricName.COLD_STARTS}:
                key = f"{written['service']}.{name}"
                sums[key] = sums.get(key, 0) + sum(written[name])
        return sums

    measured()
    return measured


@pytest.fixture
def invited(tenant: Tenant, harness: WorkerHarness, run: Run, measured: Measured) -> list[Any]:
    """The stream's record of the invitation of three people, not dispatched yet."""
    license_ = tenant.license()
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    measured()
    tenant.invite_all(license_, ["ann@x.io", "bob@x.io", "cleo@x.io"])
    return harness.events()


def test_invites_are_counted_once_however_often_their_event_is_delivered(
    run: Run, invited: list[Any], measured: Measured, clock: Clock
) -> None:
    clock.forward(seconds=7)
    run("dispatch", {"Records": invited})
    first = measured()
    run("dispatch", {"Records": invited})

    assert first == {
        "dispatch.EventsDispatched": 1,
        "dispatch.DispatchDelay": 7,
        "dispatch.InvitesCreated": 3,
    }
    assert measured() == {}, "it was delivered twice, and acknowledged before"


def test_an_accept_and_a_license_without_seats_are_counted(
    tenant: Tenant, harness: WorkerHarness, run: Run, measured: Measured
) -> None:
    invite = tenant.invite(tenant.license(1))
    run("dispatch", {"Records": harness.events()})
    run("dispatch", {"Records": harness.events()})  # that no seats are left
    out = measured()
    tenant.accept(invite)
    run("dispatch", {"Records": harness.events()})

    assert out["dispatch.LicensesOutOfSeats"] == 1
    assert measured()["dispatch.InvitesAccepted"] == 1


def test_emails_are_counted_as_sent_and_as_what_became_of_them(
    harness: WorkerHarness, run: Run, invited: list[Any], measured: Measured
) -> None:
    run("dispatch", {"Records": invited})
    measured()
    emails = harness.queued()
    run("send_email", {"Records": emails})
    sent = measured()
    run("send_email", {"Records": emails})
    again = measured()
    bounce = {
        "eventType": "Bounce",
        "mail": {"messageId": harness.all_sent()[-1].id},
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General"},
    }
    run("record_delivery", {"Records": [sqs_record(json.dumps(bounce))]})

    assert sent == {"send_email.EmailsSent": 3}
    assert again == {}
    assert measured() == {"record_delivery.EmailsBounced": 1}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("TooManyRequestsException", {"send_email.EmailsHeldByRate": 3}),
        ("LimitExceededException", {"send_email.EmailsHeldByQuota": 3}),
        ("SendingPausedException", {"send_email.EmailsHeldByPause": 3}),
        ("InternalFailure", {"send_email.EmailsHeldByOutage": 3}),
        ("MessageRejected", {"send_email.MessagesFailed": 3}),
    ],
)
def test_emails_that_ses_refuses_are_counted_by_its_reason(
    harness: WorkerHarness,
    run: Run,
    invited: list[Any],
    measured: Measured,
    code: str,
    expected: dict[str, float],
) -> None:
    run("dispatch", {"Records": invited})
    measured()

    def refuse(**_: object) -> Any:
        status = 500 if code == "InternalFailure" else 400
        error = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return SimpleNamespace(status_code=status), error

    events = harness.handlers["send_email"]._bootstrap.mail._client.meta.events
    events.register("before-call.sesv2.SendEmail", refuse)
    try:
        run("send_email", {"Records": harness.queued()})
    finally:
        events.unregister("before-call.sesv2.SendEmail", refuse)

    assert measured() == expected


def test_a_sweep_with_nothing_to_do_says_that_it_ran(
    tenant: Tenant, harness: WorkerHarness, run: Run, measured: Measured
) -> None:
    tenant.license()
    run("dispatch", {"Records": harness.events()})
    measured()

    run("sweep", {})

    found = measured()
    assert found.pop("sweep.EmailQuotaUsed") < 100
    assert found == {
        "sweep.SweepRuns": 1,
        **dict.fromkeys(
            [
                f"sweep.{name}"
                for name in (
                    MetricName.SWEEP_FAILURES,
                    MetricName.EXPIRED,
                    MetricName.REMINDED,
                    MetricName.LATE_STARTS,
                    MetricName.ENDED,
                    MetricName.REDISPATCHED_EVENTS,
                    MetricName.OUTBOX_AGE,
                )
            ],
            0,
        ),
    }


@pytest.mark.usefixtures("invited")
def test_the_outbox_is_as_old_as_its_oldest_event_also_after_it_was_delivered_again(
    tenant: Tenant, harness: WorkerHarness, run: Run, measured: Measured, clock: Clock
) -> None:
    ages = []
    for minutes in (5, 15, 15):
        clock.forward(minutes=minutes)
        tenant.invite(tenant.license())
        fresh = harness.events()
        run("sweep", {})
        ages.append(measured()["sweep.OutboxAge"])
        run("dispatch", {"Records": fresh})

    assert ages == [timedelta(minutes=waited).total_seconds() for waited in (5, 20, 35)]


def test_what_was_dispatched_has_left_the_outbox(
    harness: WorkerHarness, run: Run, invited: list[Any], measured: Measured, clock: Clock
) -> None:
    clock.forward(minutes=12)
    run("sweep", {})
    before = measured()
    image = invited[0]["dynamodb"]["NewImage"]["sk"]
    (touched,) = (item for item in items(harness.clients["dynamodb"]) if item["sk"] == image)
    run("dispatch", {"Records": [stream_record(touched, kind="MODIFY")]})
    run("sweep", {})
    after = measured()

    assert (before["sweep.RedispatchedEvents"], before["sweep.OutboxAge"]) == (1, 720)
    assert (after["sweep.RedispatchedEvents"], after["sweep.OutboxAge"]) == (0, 0)
    assert after["dispatch.DispatchDelay"] == 720


def test_a_quota_that_cannot_be_read_fails_the_run_at_its_end_and_nothing_before(
    harness: WorkerHarness, run: Run, measured: Measured
) -> None:
    def refuse(**_: object) -> Any:
        error = {"Error": {"Code": "Throttling", "Message": ""}, "ResponseMetadata": {}}
        return SimpleNamespace(status_code=400), error

    events = harness.handlers["sweep"]._bootstrap.sending_quota._client.meta.events
    events.register("before-call.ses.GetSendQuota", refuse)
    try:
        with pytest.raises(Exception, match="WorkFailedError"):
            run("sweep", {})
    finally:
        events.unregister("before-call.ses.GetSendQuota", refuse)

    found = measured()
    assert (found["sweep.SweepRuns"], found["sweep.SweepFailures"]) == (1, 1)


def test_a_message_that_was_not_handled_is_counted(run: Run, measured: Measured) -> None:
    for name in ("deliver_webhook", "run_import", "erase_learner"):
        run(name, {"Records": [sqs_record("no json")]})

    assert measured() == {
        "deliver_webhook.MessagesFailed": 1,
        "run_import.MessagesFailed": 1,
        "erase_learner.MessagesFailed": 1,
    }


def test_the_first_invocation_of_an_environment_is_a_cold_start(capsys: pytest.CaptureFixture[str]) -> None:
    @measured_handler(Metrics())
    def handler(*, fails: bool) -> None:
        if fails:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        handler(fails=True)
    handler(fails=False)

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["ColdStarts"] == [1.0]
