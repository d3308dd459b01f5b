"""The fan-out of events to webhooks: deliveries queued as events happen, and again when they are late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from usher.domain.events.event import Event
from usher.domain.integrations.webhook_deliveries import (
    Call,
    WebhookDelivery,
    delivery_of,
    requested_delivery,
)
from usher.domain.integrations.webhooks import SUBSCRIBABLE, Webhook
from usher.gateways.queue import Queue
from usher.services.bulkheads import Bulkhead, keys_apart
from usher.services.context import Context
from usher.store.integrations import webhook_deliveries, webhooks

_AT_ONCE = 10
"""Messages in one call of SQS."""


class SubscriptionCache:
    """The webhooks of organizations, each organization's read once.

    One is made for each batch of the stream. The stream is behind the table, so that no event of a batch is
    newer than the webhooks read for it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[str, Sequence[Webhook]] = {}

    def wanting(self, event: Event) -> list[Webhook]:
        """Return the webhooks that subscribe to the event: one call for an organization's first event."""
        if event.type not in SUBSCRIBABLE:
            return []
        if event.organization not in self._known:
            self._known[event.organization] = webhooks.of_organization(
                self._context.table, event.organization
            )
        return [webhook for webhook in self._known[event.organization] if webhook.wants(event)]


class WebhookFanOut:
    """Queues deliveries. None is lost: each is in the table, due, until it was made."""

    def __init__(self, context: Context, *, queue: Queue[Call]) -> None:
        self._context = context
        self._queue = queue

    def deliveries_of(self, event: Event, subscriptions: SubscriptionCache) -> list[Call]:
        """Write one delivery for each webhook that subscribes to the event; return what is to be queued.

        A delivery is written before it is queued, so that it is in the log, and the sweep finds it after a
        crash in between. A delivery that was made is not made again, even if it is queued twice.
        """
        if (requested := requested_delivery(event)) is not None:
            return [requested]
        deliveries = [delivery_of(event, webhook) for webhook in subscriptions.wanting(event)]
        for delivery in deliveries:
            webhook_deliveries.ensure(self._context.table, delivery)
        return [delivery.call for delivery in deliveries]

    def queue_late(self, alone: Bulkhead) -> int:
        """Queue the deliveries that are late, end those that are too late, and return how many they are."""
        now = self._context.now()
        late = webhook_deliveries.late(
            self._context.table,
            until=now,
            read=lambda item: alone.attempt(
                (item["pk"]["S"], item["sk"]["S"]), webhook_deliveries.read, item
            ),
            next_key=keys_apart(alone, "deliveries"),
        )
        done = 0
        while not alone.out_of_time and (some := list(islice(late, _AT_ONCE))):
            done += alone.run(some[0].id, self._queue_some, some, alone, now)
        return done

    def _queue_some(self, late: Sequence[WebhookDelivery], alone: Bulkhead, now: datetime) -> int:
        self._queue.put([delivery.call for delivery in late if not delivery.is_abandoned(now)])
        for delivery in late:
            alone.attempt((delivery.webhook, delivery.id), self._settle, delivery, now)
        return len(late)

    def _settle(self, late: WebhookDelivery, now: datetime) -> None:
        """End a delivery that is too late, or have it looked for again later."""
        if late.is_abandoned(now):
            ended = late.ended("It could not be made in time.", now=now)
            webhook_deliveries.move(self._context.table, late, ended)
        else:
            webhook_deliveries.postpone_check(self._context.table, late, now=now)
