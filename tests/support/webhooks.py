"""The delivery of webhooks and its queue by the test's clock, with the workers' dispatch and sweep.

SQS keeps delayed messages back by the real time; what is put on the queue is noted here with the moment of
the test's clock at which it would be handed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from functions.deliver_webhook.wiring import deliver_webhook
from functions.sweep.wiring import webhook_fan_out
from tests.support.async_workers import AsyncWorkers
from tests.support.webhook_receiver import LOOPBACK_NETWORK, Receiver, to_loopback, trust
from usher.domain.integrations.webhook_deliveries import Call, WebhookDelivery
from usher.domain.integrations.webhooks import Webhook
from usher.domain.people import Person
from usher.gateways.queue import WEBHOOK_CALLS
from usher.gateways.receivers import Receivers
from usher.gateways.signatures import Signatures
from usher.services.context import Context
from usher.services.integrations.deliver_webhook import CallOutcome
from usher.services.integrations.webhook_subscriptions import WebhookSubscriptions
from usher.services.receipts import Receipt
from usher.store.integrations import webhook_deliveries


def webhook_subscriptions(context: Context, signatures: Signatures) -> WebhookSubscriptions:
    """Return the service of webhooks, which may lead to this machine."""
    return WebhookSubscriptions(context, signatures=signatures, own_networks=[LOOPBACK_NETWORK])


class WebhookHarness:
    """Fan-out, queue and delivery of webhooks."""

    def __init__(self, async_workers: AsyncWorkers, signatures: Signatures) -> None:
        self.async_workers = async_workers
        self.context = async_workers.context
        self.signatures = signatures
        self.queued: list[tuple[datetime, Call]] = []
        bootstrap = async_workers.bootstrap
        bootstrap.signatures = signatures
        bootstrap.receivers = Receivers(own_networks=[LOOPBACK_NETWORK], resolve=to_loopback, trust=trust())
        self.subscriptions = webhook_subscriptions(self.context, signatures)
        self.webhook_fan_out = webhook_fan_out(bootstrap)
        self.deliver_webhook = deliver_webhook(bootstrap, chance=lambda: 0)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Collect the messages put on the queue while the block runs."""
        offered: list[tuple[datetime, Call]] = []

        def offer(params: dict[str, Any], **_: object) -> None:
            if params["QueueUrl"] == self.async_workers.webhook_queue:
                for entry in params["Entries"]:
                    ready = self.context.now() + timedelta(seconds=entry["DelaySeconds"])
                    offered.append((ready, WEBHOOK_CALLS.read(entry["MessageBody"])))

        def take(**_: object) -> None:
            self.queued += offered
            offered.clear()

        events = self.async_workers.sqs.meta.events
        events.register("provide-client-params.sqs.SendMessageBatch", offer)
        events.register_first("after-call.sqs.SendMessageBatch", take)
        try:
            yield
        finally:
            events.unregister("provide-client-params.sqs.SendMessageBatch", offer)
            events.unregister("after-call.sqs.SendMessageBatch", take)

    def subscribe(self, person: Person, organization: str, receiver: Receiver, *events: str) -> Webhook:
        """Create a webhook to the receiver."""
        return self.subscriptions.create(
            person=person,
            organization=organization,
            url=receiver.url,
            events_wanted=events or None,
            description="",
            receipt=Receipt(),
        )

    def secret(self, webhook: Webhook) -> str:
        """Return the webhook's newest secret."""
        return self.signatures.secret(webhook.id, webhook.secret)

    def deliver(self) -> list[CallOutcome]:
        """Make the queued deliveries that are due, those queued meanwhile included."""
        outcomes = []
        while ready := [one for one in self.queued if one[0] <= self.context.now()]:
            self.queued = [one for one in self.queued if one not in ready]
            outcomes += [self.deliver_webhook.call(call) for _, call in ready]
        return outcomes

    def settle(self) -> list[CallOutcome]:
        """Dispatch the events and make the deliveries."""
        self.async_workers.dispatch()
        return self.deliver()

    def log(self, webhook: Webhook) -> list[WebhookDelivery]:
        """Return all deliveries, the newest first."""
        page = webhook_deliveries.listed(self.context.table, webhook.id, limit=200, cursor=None)
        return [webhook_deliveries.delivery_of(row) for row in page.rows]
