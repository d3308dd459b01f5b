"""The delivery of one event to a webhook: the receiver is called, and the attempt recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from usher.domain.events.event import Event
from usher.domain.events.integrations import WebhookDisabled
from usher.domain.events.registry import envelope
from usher.domain.integrations.webhook_deliveries import Attempt, Call, DeliveryState, WebhookDelivery
from usher.domain.integrations.webhooks import DisabledBecause, Webhook
from usher.gateways.queue import LONGEST_DELAY, Queue
from usher.gateways.receivers import Answer, Receivers
from usher.gateways.signatures import KeyGoneError, Signatures
from usher.services.context import Context
from usher.services.integrations.webhook_subscriptions import webhook_ref
from usher.services.transactions import record_event
from usher.store import events
from usher.store.integrations import webhook_deliveries, webhooks
from usher.store.transaction import ConditionFailedError, commit


class CallOutcome(StrEnum):
    """What became of a queued call."""

    DELIVERED = "delivered"
    TO_REPEAT = "to_repeat"
    FAILED = "failed"
    POINTLESS = "pointless"


class DeliverWebhook:
    """Makes queued deliveries. One that is queued twice is made once; only a worker's crash can repeat it.

    `actual_now` is the real time, which signatures need: receivers refuse one whose time is far from theirs.
    """

    def __init__(
        self,
        context: Context,
        *,
        receivers: Receivers,
        signatures: Signatures,
        queue: Queue[Call],
        actual_now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._context = context
        self._receivers = receivers
        self._signatures = signatures
        self._queue = queue
        self._actual_now = actual_now
        self._chance = chance

    def call(self, call: Call) -> CallOutcome:
        """Make the delivery if it is due, and schedule the next attempt if it failed and may be repeated."""
        now = self._context.now()
        at_webhook = webhooks.ref(call.organization, call.webhook)
        at_delivery = webhook_deliveries.ref(call.webhook, call.delivery)
        at_event = events.ref(call.organization, call.delivery)
        found = self._context.table.get_many([at_webhook, at_delivery, at_event])
        row = found.get(at_delivery)
        before = None if row is None else webhook_deliveries.delivery_of(row)
        if before is None or not before.is_due(now):
            return CallOutcome.POINTLESS
        claimed = before.claimed(now)
        if not webhook_deliveries.move(self._context.table, before, claimed):
            return CallOutcome.POINTLESS
        webhook_row, event_row = found.get(at_webhook), found.get(at_event)
        webhook = None if webhook_row is None else webhooks.webhook_of(webhook_row)
        if webhook is None or webhook.disabled is not None:
            why = "deleted" if webhook is None else "disabled"
            return self._give_up(claimed, f"The webhook was {why}.")
        if event_row is None:
            return self._give_up(claimed, "The event is not there any more.")
        answer = self._attempt(webhook, events.event_of(event_row))
        return self._record_attempt(webhook, claimed, answer)

    def give_up(self, call: Call) -> bool:
        """Record that the delivery has failed, unless no attempt is due; return whether it has."""
        now = self._context.now()
        at = webhook_deliveries.ref(call.webhook, call.delivery)
        row = self._context.table.get_many([at]).get(at)
        before = None if row is None else webhook_deliveries.delivery_of(row)
        if before is None or not before.is_due(now):
            return False
        ended = before.ended("Usher could not make the attempt, and gave it up after several.", now=now)
        return webhook_deliveries.move(self._context.table, before, ended)

    def _attempt(self, webhook: Webhook, event: Event) -> Answer:
        body = json.dumps(envelope(event), separators=(",", ":"))
        try:
            headers = self._signatures.headers(
                webhook.id,
                webhook.secrets(self._context.now()),
                message=event.id,
                at=self._actual_now(),
                body=body,
            )
        except KeyGoneError:
            return Answer(status=None, reason="The key of the webhook's secret is gone: rotate the secret.")
        sent = {"Content-Type": "application/json", "User-Agent": "Usher-Webhooks", **headers}
        return self._receivers.post(webhook.url, body=body, headers=sent)

    def _record_attempt(self, webhook: Webhook, claimed: WebhookDelivery, answer: Answer) -> CallOutcome:
        now = self._context.now()
        attempt = Attempt(
            at=now,
            status=answer.status,
            reason=answer.reason,
            milliseconds=answer.milliseconds,
            excerpt=answer.excerpt,
        )
        after = claimed.after(attempt, now=now, asked=answer.retry_after, chance=self._chance())
        if attempt.gone and self._disable(webhook, claimed, after):
            return CallOutcome.FAILED
        webhook_deliveries.move(self._context.table, claimed, after)
        if after.next_attempt_at is None:
            delivered = after.state is DeliveryState.DELIVERED
            return CallOutcome.DELIVERED if delivered else CallOutcome.FAILED
        pause = after.next_attempt_at - now
        if pause <= LONGEST_DELAY:  # the sweep queues it after a longer one
            self._queue.put([after.call], delay=pause)
        return CallOutcome.TO_REPEAT

    def _give_up(self, claimed: WebhookDelivery, reason: str) -> CallOutcome:
        ended = claimed.ended(reason, now=self._context.now())
        webhook_deliveries.move(self._context.table, claimed, ended)
        return CallOutcome.FAILED

    def _disable(self, webhook: Webhook, claimed: WebhookDelivery, after: WebhookDelivery) -> bool:
        """Disable a webhook whose receiver answered that it is gone; False if it was changed meanwhile."""
        event = record_event(
            self._context,
            WebhookDisabled(webhook=webhook_ref(webhook), reason=DisabledBecause.GONE, delivery=claimed.id),
            organization=webhook.organization,
        )
        try:
            commit(
                self._context.table,
                [
                    webhooks.change(webhook, replace(webhook, disabled=DisabledBecause.GONE)),
                    webhook_deliveries.change(claimed, after),
                    event,
                ],
            )
        except ConditionFailedError:
            return False
        return True
