"""Deliveries: one event on its way to one webhook, tried again for a day."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.errors import NotFoundError, RefusedError
from usher.domain.events.event import Event
from usher.domain.events.integrations import WebhookRedelivered, WebhookTested
from usher.domain.integrations.webhooks import Webhook

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
"""Between one attempt and the next; the last holds for all that follow."""

JITTER = 0.1
"""The part of a pause by which chance shortens it, so that not all that failed together comes together."""

GIVEN_UP_AFTER = timedelta(days=1)
"""The last attempt is made then."""

LONGEST_ASKED_PAUSE = timedelta(hours=6)
"""More than this is not granted to a receiver that says in Retry-After when it wants to be tried again."""

LEASE = timedelta(minutes=1)
"""How long one worker has a delivery to itself: longer than it runs, shorter than a message stays hidden."""

GRACE = timedelta(minutes=5)
"""How long a queued delivery gets to be made before the sweep queues it anew."""

KEPT = timedelta(days=30)
"""How long it is remembered what was delivered."""

EXCERPT = 1024
"""Bytes of a receiver's answer that are shown."""

MOST_ATTEMPTS = 30
"""Attempts that are remembered of one delivery, the newest."""

_OK = range(200, 300)
_GONE = 410


class UnknownDeliveryError(NotFoundError):
    """The webhook has no delivery with this id, or none that is still remembered."""

    code = "delivery_not_found"
    title = "No such delivery"
    next_action = f"Look at the webhook's deliveries; they are kept for {KEPT.days} days."


class DeliveryPendingError(RefusedError):
    """The delivery is being made right now."""

    code = "delivery_pending"
    title = "The delivery is under way"
    next_action = "Look at the delivery again in a minute."


class DeliveryState(StrEnum):
    """How far a delivery got."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A delivery that has to be made; `delivery` is the id of the event as well."""

    organization: str
    webhook: str
    delivery: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try.

    Attributes:
        status: what the receiver answered; None where it did not.
        reason: why that is no delivery; empty where it is one.
        excerpt: the beginning of what a receiver wrote with a refusal.
    """

    at: datetime
    status: int | None
    reason: str
    milliseconds: int
    excerpt: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.status in _OK

    @property
    def gone(self) -> bool:
        """Whether the receiver wants to be told nothing any more."""
        return self.status == _GONE


@dataclass(frozen=True, kw_only=True)
class WebhookDelivery:
    """One event on its way to one webhook.

    Attributes:
        id: the event's; receivers know by it (`webhook-id`) what they were told before.
        since: when the present series of attempts began: at the event, or when it was asked for again.
        next_attempt_at: None when there is none to come.
        tries: attempts of the present series.
        claims: how often somebody took or changed it; whoever writes has read the newest.
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
        """What has to be made of it."""
        return Call(organization=self.organization, webhook=self.webhook, delivery=self.id)

    def is_due(self, now: datetime) -> bool:
        """Say whether an attempt is to be made now."""
        return self.next_attempt_at is not None and self.next_attempt_at <= now

    def is_abandoned(self, now: datetime) -> bool:
        """Say whether it has been due for so long that something must be wrong with it."""
        return now >= self.since + 2 * GIVEN_UP_AFTER

    def claimed(self, now: datetime) -> WebhookDelivery:
        """Return it as one worker has it to itself; should that one die, it is due again after the lease."""
        return replace(self, next_attempt_at=now + LEASE, claims=self.claims + 1)

    def after(self, attempt: Attempt, *, now: datetime, asked: int | None, chance: float) -> WebhookDelivery:
        """Return it after an attempt, with the next one planned where there is to be one.

        `asked` are the seconds that the receiver wants to be left alone; `chance` is between 0 and 1.
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
        if attempt.gone or now >= last:
            return replace(seen, state=DeliveryState.FAILED)
        return replace(seen, next_attempt_at=min(last, now + pause_after(tries, asked=asked, chance=chance)))

    def ended(self, reason: str, *, now: datetime) -> WebhookDelivery:
        """Return it as failed for a reason that no further attempt can mend."""
        attempt = Attempt(at=now, status=None, reason=reason, milliseconds=0)
        ended = self.after(attempt, now=now, asked=None, chance=0)
        return replace(ended, state=DeliveryState.FAILED, next_attempt_at=None)

    def again(self, now: datetime) -> WebhookDelivery:
        """Return it to be made anew, with a whole day of attempts; the former ones stay in the log.

        Raises:
            DeliveryPendingError: an attempt is being made, or is to be within a minute.
        """
        if self.next_attempt_at is not None and self.next_attempt_at <= now + LEASE:
            raise DeliveryPendingError("An attempt is being made.")
        return replace(
            self, state=DeliveryState.PENDING, since=now, next_attempt_at=now, tries=0, claims=self.claims + 1
        )


def pause_after(tries: int, *, asked: int | None, chance: float) -> timedelta:
    """Return how long to wait after so many attempts: whole seconds, and no less than the receiver asked."""
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    shortened = timedelta(seconds=math.ceil(pause.total_seconds() * (1 - JITTER * chance)))
    return max(shortened, min(timedelta(seconds=asked or 0), LONGEST_ASKED_PAUSE))


def delivery_of(event: Event, webhook: Webhook) -> WebhookDelivery:
    """Return the delivery of an event to a webhook; the same for the same two, however often it is asked."""
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
    """Return the one delivery that a manager asked for with this event; None for all other events."""
    match event.data:
        case WebhookTested(webhook=webhook):
            return Call(organization=event.organization, webhook=webhook.id, delivery=event.id)
        case WebhookRedelivered(webhook=webhook, delivery=delivery):
            return Call(organization=event.organization, webhook=webhook.id, delivery=delivery)
    return None
