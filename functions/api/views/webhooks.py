"""Views of webhooks and their deliveries."""

from __future__ import annotations

from functions.api.schemas import webhooks
from functions.api.views.common import NameOf, instant
from usher.domain.instants import rfc3339
from usher.domain.integrations.webhook_deliveries import WebhookDelivery
from usher.domain.integrations.webhooks import Webhook


def webhook(of: Webhook, *, names: NameOf) -> webhooks.Webhook:
    """A webhook, without its secret."""
    return webhooks.Webhook(
        id=of.id,
        url=of.url,
        events=None if of.events is None else [*sorted(of.events)],
        description=of.description,
        enabled=of.disabled is None,
        disabled_because=of.disabled,
        secret_version=str(of.secret),
        former_secret_until=instant(of.former_until),
        created_at=rfc3339(of.created_at),
        created_by=of.created_by,
        created_by_name=names(of.created_by),
        version=of.version or 0,
    )


def delivery(of: WebhookDelivery) -> webhooks.WebhookDelivery:
    """A delivery with its attempts."""
    return webhooks.WebhookDelivery(
        id=of.id,
        type=of.type,
        state=of.state,
        created_at=rfc3339(of.created_at),
        next_attempt_at=instant(of.next_attempt_at),
        attempts=[
            webhooks.Attempt(
                at=rfc3339(one.at),
                status=one.status,
                reason=one.reason,
                milliseconds=one.milliseconds,
                excerpt=one.excerpt,
            )
            for one in of.attempts
        ],
    )
