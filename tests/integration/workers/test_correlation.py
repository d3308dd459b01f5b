"""A request is followed by its id through the logs, from its event to the email that it causes."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.integration.workers.conftest import Run, WorkerHarness, sqs_record
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher import correlation
from usher.domain.events.registry import envelope
from usher.store import events

REQUEST = "JKJaXmPLvHcESHA="
"""An id as API Gateway gives them."""


@contextmanager
def request_served() -> Iterator[None]:
    """What is done belongs to the request, as in the function that serves it."""
    correlation.begin(REQUEST)
    yield
    correlation.begin("")


def lines(log: io.StringIO, message: str) -> list[dict[str, Any]]:
    return [line for text in log.getvalue().splitlines() if (line := json.loads(text))["message"] == message]


@pytest.fixture
def ready(tenant: Tenant, harness: WorkerHarness, run: Run) -> Tenant:
    """The organization after all that followed from its own creation."""
    tenant.license()
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    return tenant


def test_the_email_of_a_request_is_logged_with_the_requests_id(
    ready: Tenant, harness: WorkerHarness, run: Run, logged: io.StringIO
) -> None:
    license_ = ready.license()
    harness.events()
    with request_served():
        ready.invite(license_)
    (record,) = harness.events()

    run("dispatch", {"Records": [record]})
    run("send_email", {"Records": harness.queued()})

    (dispatched,) = lines(logged, "Dispatched an event.")
    (handled,) = lines(logged, "Handled an email.")
    assert dispatched["correlation_id"] == REQUEST
    assert (handled["correlation_id"], handled["outcome"]) == (REQUEST, "sent")
    assert handled["event_id"] == dispatched["event_id"]
    digest = hashlib.sha256(b"ann@x.io").hexdigest()
    assert digest[:8] not in logged.getvalue(), "whoever knows an address can compute its hash"
    assert record["dynamodb"]["NewImage"]["correlation_id"] == {"S": REQUEST}
    published = envelope(events.from_stream(record["dynamodb"]["NewImage"]))
    assert REQUEST not in json.dumps(published)


def test_an_access_that_starts_later_is_followed_from_the_request_that_gave_it(
    ready: Tenant, harness: WorkerHarness, run: Run, logged: io.StringIO, clock: Clock
) -> None:
    """The check of its moment belongs to no request, since others start then, too."""
    invite = ready.invite(ready.license(), "ann@x.io", access_start="2027-02-01")
    harness.events()
    with request_served():
        ready.accept(invite)
    (accepted,) = harness.events()
    run("dispatch", {"Records": [accepted]})
    (execution,) = harness.executions()
    clock.forward(days=28)

    run("start_access", execution)

    (line,) = lines(logged, "Checked for starts.")
    (event,) = harness.events()
    assert accepted["dynamodb"]["NewImage"]["correlation_id"] == {"S": REQUEST}
    assert line["correlation_id"] == "request", "Lambda's id of the run"
    assert event["dynamodb"]["NewImage"]["correlation_id"] == {"S": REQUEST}


def test_one_message_of_a_batch_does_not_lend_its_id_to_the_next(run: Run, logged: io.StringIO) -> None:
    named = sqs_record("no json", "m1")
    named["messageAttributes"] = {"correlation_id": {"stringValue": REQUEST, "dataType": "String"}}

    run("send_email", {"Records": [named, sqs_record("no json", "m2")]})

    ids = {
        line["sqs_message"]: line.get("correlation_id")
        for line in lines(logged, "A message was not handled.")
    }
    assert ids == {"m1": REQUEST, "m2": None}


def test_what_the_clock_brings_is_followed_from_the_sweep_that_found_it(
    ready: Tenant, harness: WorkerHarness, run: Run, clock: Clock
) -> None:
    ready.invite(ready.license())
    harness.events()
    clock.forward(days=11)

    run("sweep", {})

    (expired,) = (e for e in harness.events() if e["dynamodb"]["NewImage"]["type"]["S"] == "invites.expired")
    assert expired["dynamodb"]["NewImage"]["correlation_id"] == {"S": "request"}, "Lambda's id of the run"
