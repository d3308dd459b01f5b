"""Webhooks, and the log of what was delivered to them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from functions.api.schemas.common import Email, Id, Instant, Paged, Shape
from usher.domain.integrations.webhook_deliveries import EXCERPT, MOST_ATTEMPTS, DeliveryState
from usher.domain.integrations.webhooks import MAX_WEBHOOKS, OFFERED, DisabledBecause

_LONGEST = 2000

Url = Annotated[
    str,
    Field(
        max_length=_LONGEST,
        description="https, on a public host; any port, no user or password in it.",
        examples=["https://hooks.acme.example/usher"],
    ),
]
EventName = Annotated[str, Field(max_length=64, json_schema_extra={"enum": sorted(OFFERED)})]
EventNames = Annotated[
    list[EventName],
    Field(max_length=100, examples=[["invite.accepted", "access.started"]]),
]
Description = Annotated[str, Field(max_length=_LONGEST, examples=["To the learning platform"])]
Enabled = Annotated[StrictBool, Field(examples=[True])]


class NewWebhook(Shape):
    """A webhook to create. Without `events`, or with null, it is told of everything."""

    url: Url
    events: EventNames | None = None
    description: Description = ""


class WebhookChange(Shape):
    """What to change; what is left out stays. `events` null stands for all of them."""

    url: Url | None = None
    events: EventNames | None = None
    description: Description | None = None
    enabled: Enabled | None = None


class Webhook(Shape):
    """An address that is told what happens in the organization; its clients have webhooks of their own."""

    id: Id
    url: Url
    events: EventNames | None = Field(description="Null where it is told of everything.")
    description: Description
    enabled: Enabled
    disabled_because: DisabledBecause | None = Field(
        description="`gone`: the receiver answered with 410; `manager`: a manager disabled it."
    )
    secret_version: str = Field(
        description="Which secret signs; another with each rotation.", examples=["k1.1"]
    )
    former_secret_until: Instant | None = Field(
        description="Until when messages carry a signature with the secret before, too."
    )
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Email


class WebhookWithSecret(Webhook):
    """A webhook with its new secret, which is shown this once."""

    secret: str = Field(
        description="Verifies the signatures of messages, as Standard Webhooks has it.",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD6mZH2f3fWZ0="],
    )


class WebhookPage(Paged):
    """Webhooks, oldest first; all of them are one page."""

    items: list[Webhook] = Field(description=f"At most {MAX_WEBHOOKS}.")


class Attempt(Shape):
    """One try."""

    at: Instant
    status: int | None = Field(
        description="What the receiver answered; null where it did not.", examples=[503]
    )
    reason: str = Field(
        description="Why it was no delivery; empty where it was one.",
        examples=["The receiver answered with 503."],
    )
    milliseconds: int = Field(examples=[240])
    excerpt: str = Field(
        description=f"What the receiver wrote with a refusal, {EXCERPT} bytes of it at most.",
        examples=["Down for maintenance"],
    )


class WebhookDelivery(Shape):
    """One event on its way to a webhook, tried again for a day."""

    id: Id = Field(description="The event's id, and the `webhook-id` of the message, the same each time.")
    type: str = Field(examples=["invite.accepted"])
    state: DeliveryState
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    next_attempt_at: Instant | None = Field(
        description="Null once it was delivered or has failed.", examples=["2027-01-10T08:00:05Z"]
    )
    attempts: list[Attempt] = Field(description=f"The newest last; at most {MOST_ATTEMPTS}.")


class WebhookDeliveryPage(Paged):
    """Deliveries, those of the newest events first."""

    items: list[WebhookDelivery]
