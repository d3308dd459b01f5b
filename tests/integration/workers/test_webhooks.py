"""Webhooks as Lambda runs them: dispatch, deliver_webhook and the sweep."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.workers.conftest import WEBHOOK_QUEUE, Run, WorkerHarness, sqs_record
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.webhook_receiver import Receiver, receiving, status
from tests.support.webhooks import webhook_subscriptions
from usher.domain.integrations.webhook_deliveries import DeliveryState
from usher.domain.integrations.webhooks import Webhook
from usher.services.receipts import Receipt
from usher.store.integrations import webhook_deliveries

MANY = 20


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with receiving(secure=False) as receiver:
        yield receiver


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    server.requests.clear()
    server.answers.clear()
    return server


@pytest.fixture
def webhook(tenant: Tenant, receiver: Receiver, harness: WorkerHarness) -> Webhook:
    signatures = harness.handlers["deliver_webhook"]._bootstrap.signatures
    webhook = webhook_subscriptions(tenant.context, signatures).create(
        person=tenant.full,
        organization=tenant.id,
        url=f"{receiver.url}/private-path",
        events_wanted=None,
        description="",
        receipt=Receipt(),
    )
    harness.events()
    return webhook


@contextmanager
def reads(harness: WorkerHarness) -> Iterator[list[str]]:
    """Note what dispatch queries."""
    found: list[str] = []

    def note(params: dict[str, dict[str, dict[str, str]]], **_: object) -> None:
        found.extend(value["S"] for value in params["ExpressionAttributeValues"].values())

    client = harness.handlers["dispatch"]._bootstrap.context.table.connection.client
    client.meta.events.register("provide-client-params.dynamodb.Query", note)
    yield found
    client.meta.events.unregister("provide-client-params.dynamodb.Query", note)


@pytest.mark.usefixtures("webhook")
def test_events_are_dispatched_delivered_and_logged_without_their_address(
    tenant: Tenant, harness: WorkerHarness, run: Run, receiver: Receiver, logged: io.StringIO
) -> None:
    tenant.invite(tenant.license())
    run("dispatch", {"Records": harness.events()})
    records = harness.queued(WEBHOOK_QUEUE)

    assert len(records) == 2
    assert run("deliver_webhook", {"Records": records}) == {"batchItemFailures": []}
    assert [json.loads(one.body)["type"] for one in receiver.requests] == [
        "license.granted",
        "invites.created",
    ]
    assert '"outcome":"delivered"' in logged.getvalue()
    for secret in ("private-path", "ann@x.io", "whsec_"):
        assert secret not in logged.getvalue()


@pytest.mark.usefixtures("webhook")
def test_the_webhooks_of_an_organization_are_read_once_for_a_batch(
    tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    license_ = tenant.license(MANY)
    for n in range(MANY):
        tenant.invite(license_, f"a{n}@x.io")
    batch = harness.events()
    with reads(harness) as found:
        run("dispatch", {"Records": batch})

    assert found.count("WEBHOOK#") == 1
    assert len(harness.queued(WEBHOOK_QUEUE)) == 1 + MANY, "the license and the invites"


@pytest.mark.usefixtures("webhook")
def test_a_receiver_that_refuses_is_no_failure_of_the_function(
    tenant: Tenant, harness: WorkerHarness, run: Run, receiver: Receiver
) -> None:
    tenant.license()
    run("dispatch", {"Records": harness.events()})
    receiver.will(status(500))

    assert run("deliver_webhook", {"Records": harness.queued(WEBHOOK_QUEUE)}) == {"batchItemFailures": []}


def test_a_delivery_that_cannot_be_attempted_fails_with_the_last_receive(
    tenant: Tenant, harness: WorkerHarness, run: Run, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    run("dispatch", {"Records": harness.events()})
    (record,) = harness.queued(WEBHOOK_QUEUE)
    body = record["body"]

    last = run("deliver_webhook", {"Records": [sqs_record(body, receives=6)]})
    again = run("deliver_webhook", {"Records": [sqs_record(body, receives=6)]})

    call = json.loads(body)
    delivery = webhook_deliveries.delivery_of(
        tenant.context.table.get(webhook_deliveries.ref(webhook.id, call["delivery"]))  # type: ignore[arg-type] # it is there
    )
    assert last == {"batchItemFailures": [{"itemIdentifier": "message"}]}
    assert again == {"batchItemFailures": []}, "nothing is left to do"
    assert delivery.state is DeliveryState.FAILED
    assert "gave it up" in delivery.attempts[-1].reason
    assert receiver.requests == []


@pytest.mark.usefixtures("harness")
def test_a_message_that_cannot_be_read_comes_again(run: Run) -> None:
    answer = run("deliver_webhook", {"Records": [sqs_record("no json", "broken")]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}


@pytest.mark.usefixtures("webhook")
def test_the_sweep_queues_late_deliveries_and_counts_them(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, receiver: Receiver
) -> None:
    tenant.license()
    run("dispatch", {"Records": harness.events()})
    harness.queued(WEBHOOK_QUEUE)  # lost
    clock.forward(minutes=10)

    assert run("sweep", {})["deliveries_queued"] == 1
    assert run("sweep", {})["deliveries_queued"] == 0
    run("deliver_webhook", {"Records": harness.queued(WEBHOOK_QUEUE)})
    assert len(receiver.requests) == 1
