"""Deliveries tried again for a day, made once, and given up."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.clock import Clock
from tests.support.crashes import Crash, crashing
from tests.support.published_events import data_of
from tests.support.tenant import Tenant
from tests.support.webhook_receiver import Receiver, status
from tests.support.webhooks import WebhookHarness
from usher.domain.integrations.webhook_deliveries import DeliveryState
from usher.domain.integrations.webhooks import DisabledBecause, Webhook
from usher.services.bulkheads import Bulkhead
from usher.services.integrations.deliver_webhook import CallOutcome
from usher.services.integrations.webhook_subscriptions import WebhookChanges
from usher.services.organization_settings import OrganizationSettings
from usher.store import events
from usher.store.integrations import webhooks


def received_types(receiver: Receiver) -> list[str]:
    """Return the types of the messages."""
    return [json.loads(request.body)["type"] for request in receiver.requests]


def stored(tenant: Tenant, webhook: Webhook) -> Webhook:
    row = tenant.context.table.get(webhooks.ref(tenant.id, webhook.id))
    assert row is not None
    return webhooks.webhook_of(row)


def test_retries_with_backoff_for_a_day_and_then_it_has_failed(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, receiver: Receiver, webhook: Webhook
) -> None:
    receiver.will(*[status(503, "down") for _ in range(30)])
    tenant.license()
    began = clock.now
    webhook_harness.settle()
    (first,) = webhook_harness.log(webhook)
    assert first.next_attempt_at == began + timedelta(seconds=5)

    for minutes in [1] * 60 + [15] * 12 + [30] * 43:
        clock.forward(minutes=minutes)
        webhook_harness.deliver()
        if not clock.now.minute % 15:
            webhook_harness.webhook_fan_out.queue_late(Bulkhead())
            webhook_harness.deliver()

    (delivery,) = webhook_harness.log(webhook)
    last = delivery.attempts[-1].at - began
    assert delivery.state is DeliveryState.FAILED
    assert delivery.next_attempt_at is None
    assert len(receiver.requests) == len(delivery.attempts) == delivery.tries
    assert 12 <= delivery.tries <= 14
    assert timedelta(days=1) <= last <= timedelta(days=1, hours=1)
    assert {request.headers["webhook-id"] for request in receiver.requests} == {delivery.id}
    assert {request.body for request in receiver.requests} == {receiver.requests[0].body}
    assert (delivery.attempts[0].status, delivery.attempts[0].excerpt) == (503, "down")
    assert stored(tenant, webhook).disabled is None, "only its receiver or a manager disables it"


def test_a_receiver_that_comes_back_is_told(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, receiver: Receiver, webhook: Webhook
) -> None:
    receiver.will(status(500), status(429, Retry_After="60"))
    tenant.license()
    assert webhook_harness.settle() == [CallOutcome.TO_REPEAT]
    clock.forward(seconds=5)
    assert webhook_harness.deliver() == [CallOutcome.TO_REPEAT]
    clock.forward(seconds=59)
    assert webhook_harness.deliver() == []
    clock.forward(seconds=1)
    assert webhook_harness.deliver() == [CallOutcome.DELIVERED]

    (delivery,) = webhook_harness.log(webhook)
    assert [one.status for one in delivery.attempts] == [500, 429, 204]


def test_a_delivery_whose_message_was_lost_is_queued_by_the_sweep(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    webhook_harness.queued.clear()

    assert webhook_harness.webhook_fan_out.queue_late(Bulkhead()) == 0, "it gets time to be made"
    clock.forward(minutes=6)
    assert [webhook_harness.webhook_fan_out.queue_late(Bulkhead()) for _ in range(2)] == [1, 0]
    assert webhook_harness.deliver() == [CallOutcome.DELIVERED]
    assert (received_types(receiver), webhook_harness.log(webhook)[0].state) == (
        ["license.granted"],
        DeliveryState.DELIVERED,
    )
    clock.forward(days=1)
    assert webhook_harness.webhook_fan_out.queue_late(Bulkhead()) == 0


def test_a_delivery_whose_worker_died_is_made_by_another(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    ((_, call),) = webhook_harness.queued

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook_harness.deliver_webhook._receivers, "post", die)
        with pytest.raises(KeyboardInterrupt):
            webhook_harness.deliver_webhook.call(call)

    assert webhook_harness.deliver() == [CallOutcome.POINTLESS], "the dead one has it to itself"
    clock.forward(minutes=6)
    assert webhook_harness.webhook_fan_out.queue_late(Bulkhead()) == 1
    assert webhook_harness.deliver() == [CallOutcome.DELIVERED]
    assert len(receiver.requests) == 1
    assert webhook_harness.log(webhook)[0].tries == 1


def test_two_workers_at_once_make_a_delivery_once(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    ((_, call),) = webhook_harness.queued
    rivals: list[CallOutcome] = []

    def while_it_is_made(handler: BaseHTTPRequestHandler) -> None:
        rivals.append(webhook_harness.deliver_webhook.call(call))
        status(204)(handler)

    receiver.will(while_it_is_made)

    assert webhook_harness.deliver() == [CallOutcome.DELIVERED]
    assert rivals == [CallOutcome.POINTLESS]
    assert (len(receiver.requests), webhook_harness.log(webhook)[0].tries) == (1, 1)


def test_what_could_not_be_made_for_days_is_given_up(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    webhook_harness.queued.clear()
    clock.forward(days=3)

    assert webhook_harness.webhook_fan_out.queue_late(Bulkhead()) == 1
    assert webhook_harness.queued == []
    assert webhook_harness.log(webhook)[0].state is DeliveryState.FAILED


def test_410_disables_the_webhook_and_says_why(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    receiver.will(status(410))
    tenant.license()
    tenant.license()

    assert webhook_harness.settle() == [CallOutcome.FAILED, CallOutcome.FAILED]
    assert len(receiver.requests) == 1
    assert stored(tenant, webhook).disabled is DisabledBecause.GONE
    assert {one.attempts[0].reason for one in webhook_harness.log(webhook)} == {
        "The receiver answered with 410.",
        "The webhook was disabled.",
    }
    (event,) = [e for e in webhook_harness.async_workers.waiting_events() if e.type == "webhook.disabled"]
    assert data_of(event)["reason"] == "gone"
    tenant.license()
    assert webhook_harness.settle() == []


def test_410_from_an_address_that_was_changed_meanwhile_disables_nothing(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    ((_, call),) = webhook_harness.queued

    def move_and_go(handler: BaseHTTPRequestHandler) -> None:
        moved = WebhookChanges(url=f"{receiver.url}/new")
        webhook_harness.subscriptions.change(
            person=tenant.full, organization=tenant.id, webhook=webhook.id, changes=moved
        )
        status(410)(handler)

    receiver.will(move_and_go)

    assert webhook_harness.deliver_webhook.call(call) is CallOutcome.FAILED
    assert stored(tenant, webhook).disabled is None


def test_an_event_that_is_gone_is_not_delivered(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    ((_, call),) = webhook_harness.queued
    at = events.ref(tenant.id, call.delivery)
    webhook_harness.async_workers.dynamodb.delete_item(
        TableName=tenant.context.table.name, Key={"pk": {"S": at.pk}, "sk": {"S": at.sk}}
    )

    assert webhook_harness.deliver() == [CallOutcome.FAILED]
    assert receiver.requests == []
    assert webhook_harness.log(webhook)[0].attempts[0].reason == "The event is not there any more."


def test_no_delivery_is_lost_wherever_somebody_dies(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, receiver: Receiver, webhook: Webhook
) -> None:
    died: list[str] = []
    while True:
        renamed = f"Acme {len(died)}"
        OrganizationSettings(tenant.context).change(person=tenant.full, organization=tenant.id, name=renamed)
        with crashing(*webhook_harness.async_workers.clients, at=len(died) + 1) as moments, suppress(Crash):
            webhook_harness.settle()
        if not moments.last:
            break
        died.append(moments.last)
        clock.forward(minutes=6)
        webhook_harness.async_workers.dispatch()
        webhook_harness.webhook_fan_out.queue_late(Bulkhead())
        webhook_harness.deliver()

    assert {"after PutItem", "before SendMessageBatch", "after SendMessageBatch", "after UpdateItem"} < {
        *died
    }
    assert [one.state for one in webhook_harness.log(webhook)] == [DeliveryState.DELIVERED] * (len(died) + 1)
    assert len({one.headers["webhook-id"] for one in receiver.requests}) == len(died) + 1
