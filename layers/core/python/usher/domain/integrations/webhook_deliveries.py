"""Webhook deliveries: one event to one webhook, retried for a day."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.errors import NotFoundError, RefusedError
from usher.domain.events.event import Event
from usher.domain.events.integrations import WebhookRedelivered, WebhookTested
from usher.domain.integrations.webhooks import Webhook
from usher.lazy_dataclasses import dataclass

PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
"""The pauses between attempts; the last repeats."""

JITTER = 0.1
"""The largest part by which a pause is randomly shortened, so that retries spread out."""

GIVEN_UP_AFTER = timedelta(days=1)
"""How long after the first attempt the last one is made."""

LONGEST_ASKED_PAUSE = timedelta(hours=6)
"""The longest pause that a receiver gets by asking in Retry-After."""

LEASE = timedelta(minutes=1)
"""How long one worker holds a delivery: longer than it runs, shorter than the queue's visibility timeout."""

GRACE = timedelta(minutes=5)
"""How long after a queued delivery was due the sweep queues it again."""

KEPT = timedelta(days=30)
"""How long deliveries are kept."""

EXCERPT = 1024
"""How many bytes of a receiver's answer are shown."""

MOST_ATTEMPTS = 30
"""How many attempts of one delivery are kept: the newest.

Also the most in one series, though a day ends it after half as many: the worker queues the next attempt
itself, and its chain ends whatever the clock says (decision 78).
"""

_OK = range(200, 300)
_GONE = 410


class UnknownDeliveryError(NotFoundError):
    """The webhook has no delivery with this id, or it is no longer kept."""

    code = "delivery_not_found"
    title = "No such delivery"
    next_action = f"Look at the webhook's deliveries; they are kept for {KEPT.days} days."


class DeliveryPendingError(RefusedError):
    """An attempt of the delivery is being made, or is due."""

    code = "delivery_pending"
    title = "The delivery is under way"
    next_action = "Look at the delivery again in a minute."


class DeliveryState(StrEnum):
    """The state of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


COUNTED = (DeliveryState.PENDING, DeliveryState.FAILED)
"""The states in which deliveries are counted: those in which one was not made (decision 0072)."""

MOST_COUNTED = 1000
"""How far the deliveries of a state are counted."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """A message to the worker to attempt a delivery; `delivery` is also the id of the event."""

    organization: str
    webhook: str
    delivery: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An attempt to deliver.

    Attributes:
        status: the HTTP status of the answer; None where there was no answer.
        reason: why the attempt failed; empty where it succeeded.
        excerpt: the beginning of the body of an answer that refuses.
    """

    at: datetime
    status: int | None
    reason: str
    milliseconds: int
    excerpt: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the receiver accepted the event."""
        return self.status in _OK

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no events any more (410 Gone)."""
        return self.status == _GONE


@dataclass(frozen=True, kw_only=True)
class WebhookDelivery:
    """The delivery of one event to one webhook.

    Attributes:
        id: the event's id; receivers recognize repeats by it (`webhook-id`).
        since: when the present series of attempts began: at the event, or when a redelivery was requested.
        next_attempt_at: when the next attempt is due; None where there is none.
        tries: the attempts of the present series.
        claims: grows with each claim and change; a write requires the value that was read.
    """

    id: str
    organization: str
    webhook: str
    type: str
    state: DeliveryState
    created_at: datetime
    since: datetime
    next_attempt_at: datetime | None
    tries: int = 0
    attempts: tuple[Attempt, ...] = ()
    claims: int = 0

    @property
    def call(self) -> Call:
        """The message to the worker that attempts the delivery."""
        return Call(organization=self.organization, webhook=self.webhook, delivery=self.id)

    def is_due(self, now: datetime) -> bool:
        """Return whether an attempt is due at `now`."""
        return self.next_attempt_at is not None and self.next_attempt_at <= now

    def is_abandoned(self, now: datetime) -> bool:
        """Return whether an attempt has been due for so long that the delivery must be stuck."""
        return now >= self.since + 2 * GIVEN_UP_AFTER

    def claimed(self, now: datetime) -> WebhookDelivery:
        """Return the delivery as claimed by a worker; should that one die, it is due again after LEASE."""
        return replace(self, next_attempt_at=now + LEASE, claims=self.claims + 1)

    def after(self, attempt: Attempt, *, now: datetime, asked: int | None, chance: float) -> WebhookDelivery:
        """Return the delivery after an attempt, with the time of the next one, if any.

        `asked` is the receiver's Retry-After in seconds; `chance` is between 0 and 1.
        """
        tries = self.tries + 1
        seen = replace(
            self,
            tries=tries,
            attempts=(*self.attempts, attempt)[-MOST_ATTEMPTS:],
            next_attempt_at=None,
            claims=self.claims + 1,
        )
        last = self.since + GIVEN_UP_AFTER
        if attempt.delivered:
            return replace(seen, state=DeliveryState.DELIVERED)
        if attempt.gone or now >= last or tries >= MOST_ATTEMPTS:
            return replace(seen, state=DeliveryState.FAILED)
        return replace(seen, next_attempt_at=min(last, now + pause_after(tries, asked=asked, chance=chance)))

    def ended(self, reason: str, *, now: datetime) -> WebhookDelivery:
        """Return the delivery as failed, for a reason that no further attempt can change."""
        attempt = Attempt(at=now, status=None, reason=reason, milliseconds=0)
        ended = self.after(attempt, now=now, asked=None, chance=0)
        return replace(ended, state=DeliveryState.FAILED, next_attempt_at=None)

    def again(self, now: datetime) -> WebhookDelivery:
        """Return the delivery as due again, with a whole day of attempts; the former ones stay listed.

        Raises:
            DeliveryPendingError: an attempt is being made, or is to be within a minute.
        """
        if self.next_attempt_at is not None and self.next_attempt_at <= now + LEASE:
            raise DeliveryPendingError("An attempt is being made.")
        return replace(
            self, state=DeliveryState.PENDING, since=now, next_attempt_at=now, tries=0, claims=self.claims + 1
        )


def pause_after(tries: int, *, asked: int | None, chance: float) -> timedelta:
    """Return the pause after `tries` attempts, in whole seconds, and no less than the receiver `asked` for.

    No receiver gets more than LONGEST_ASKED_PAUSE.
    """
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    shortened = timedelta(seconds=math.ceil(pause.total_seconds() * (1 - JITTER * chance)))
    return max(shortened, min(timedelta(seconds=asked or 0), LONGEST_ASKED_PAUSE))


def delivery_of(event: Event, webhook: Webhook) -> WebhookDelivery:
    """Return the new delivery of an event to a webhook; its id is always the same."""
    return WebhookDelivery(
        id=event.id,
        organization=event.organization,
        webhook=webhook.id,
        type=event.type,
        state=DeliveryState.PENDING,
        created_at=event.occurred_at,
        since=event.occurred_at,
        next_attempt_at=event.occurred_at,
    )


def requested_delivery(event: Event) -> Call | None:
    """Return the call to the one webhook that a test or redelivery is for; None for all other events."""
    match event.data:
        case WebhookTested(webhook=webhook):
            return Call(organization=event.organization, webhook=webhook.id, delivery=event.id)
        case WebhookRedelivered(webhook=webhook, delivery=delivery):
            return Call(organization=event.organization, webhook=webhook.id, delivery=delivery)
    return None
