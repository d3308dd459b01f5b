"""Webhooks, and the log of deliveries to them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from functions.api.schemas.common import (
    Actor,
    ActorName,
    Id,
    Instant,
    Paged,
    Shape,
    Version,
    VersionRead,
    ruled,
)
from functions.api.schemas.figures import DeliveryCounts, counts_field
from usher.domain.destinations import MAX_URL
from usher.domain.integrations.webhook_deliveries import EXCERPT, MOST_ATTEMPTS, DeliveryState
from usher.domain.integrations.webhooks import MAX_DESCRIPTION, MAX_WEBHOOKS, SUBSCRIBABLE, DisabledBecause

Url = Annotated[
    str,
    Field(
        max_length=MAX_URL,
        description="https, on a public host; any port, no user or password in it.",
        examples=["https://hooks.acme.example/usher"],
    ),
]
EventName = Annotated[str, Field(max_length=64, json_schema_extra={"enum": sorted(SUBSCRIBABLE)})]
EventNames = Annotated[
    list[EventName],
    Field(max_length=100, examples=[["invite.accepted", "access.started"]]),
]
Description = Annotated[
    str, Field(examples=["To the learning platform"], json_schema_extra=ruled(MAX_DESCRIPTION))
]
Enabled = Annotated[StrictBool, Field(examples=[True])]


class NewWebhook(Shape):
    """A webhook to create. Without `events`, or with null, it is sent every event."""

    url: Url
    events: EventNames | None = None
    description: Description = ""


class WebhookChange(Shape):
    """The fields to change; a field that is left out stays. `events` null stands for all events."""

    url: Url | None = None
    events: EventNames | None = None
    description: Description | None = None
    enabled: Enabled | None = None
    version: VersionRead = None


class Webhook(Shape):
    """An address to which the organization's events are sent; its clients have webhooks of their own."""

    id: Id
    url: Url
    events: EventNames | None = Field(description="Null for every event.")
    description: Description
    enabled: Enabled
    disabled_because: DisabledBecause | None = Field(
        description="`gone`: the receiver answered with 410; `manager`: a manager disabled it."
    )
    secret_version: str = Field(
        description="The version of the secret that signs; each rotation makes a new one.", examples=["k1.1"]
    )
    former_secret_until: Instant | None = Field(
        description="Until when messages have a signature with the previous secret, too."
    )
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor
    created_by_name: ActorName | None
    version: Version


class WebhookWithSecret(Webhook):
    """A webhook with its new secret, which is in this answer only."""

    secret: str = Field(
        description="Verifies the signatures of messages, as in Standard Webhooks.",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD6mZH2f3fWZ0="],
    )


class WebhookPage(Paged):
    """Webhooks, oldest first; all of them are one page."""

    items: list[Webhook] = Field(description=f"At most {MAX_WEBHOOKS}.")


class Attempt(Shape):
    """One attempt to deliver a message."""

    at: Instant
    status: int | None = Field(
        description="The status of the receiver's answer; null if it did not answer.", examples=[503]
    )
    reason: str = Field(
        description="Why the attempt failed; empty if it did not.",
        examples=["The receiver answered with 503."],
    )
    milliseconds: int = Field(examples=[240])
    excerpt: str = Field(
        description=f"The body of the receiver's refusal, at most its first {EXCERPT} bytes.",
        examples=["Down for maintenance"],
    )


class WebhookDelivery(Shape):
    """The delivery of one event to a webhook, which is retried for a day."""

    id: Id = Field(description="The event's id, and the `webhook-id` of the message, the same each time.")
    type: str = Field(examples=["invite.accepted"])
    state: DeliveryState
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    next_attempt_at: Instant | None = Field(
        description="Null once it was delivered or has failed for good.", examples=["2027-01-10T08:00:05Z"]
    )
    attempts: list[Attempt] = Field(description=f"The newest last; at most {MOST_ATTEMPTS}.")


class WebhookDeliveryPage(Paged):
    """Deliveries, those of the newest events first."""

    items: list[WebhookDelivery]
    counts: DeliveryCounts | None = counts_field()
