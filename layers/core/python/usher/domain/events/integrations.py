"""Events about an organization's own programs: webhooks and API keys."""

from __future__ import annotations

from datetime import datetime

from usher.domain.events.event import EventData
from usher.domain.events.parts import Part
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WebhookRef(Part):
    """A webhook. The rest of its address can be a secret between its receiver and the manager."""

    id: str
    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookCreated(EventData, type="webhook.created"):
    """A manager created a webhook."""

    webhook: WebhookRef
    events: tuple[str, ...] | None
    """The types that it is sent; null means all."""


@dataclass(frozen=True, kw_only=True)
class WebhookChanged(EventData, type="webhook.changed"):
    """A manager changed a webhook."""

    webhook: WebhookRef
    events: tuple[str, ...] | None
    """The types that it is sent; null means all."""
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class WebhookSecretRotated(EventData, type="webhook.secret_rotated"):
    """A manager gave a webhook a new secret; the former one signs, too, for another day."""

    webhook: WebhookRef


@dataclass(frozen=True, kw_only=True)
class WebhookDeleted(EventData, type="webhook.deleted"):
    """A manager deleted a webhook."""

    webhook: WebhookRef


@dataclass(frozen=True, kw_only=True)
class WebhookDisabled(EventData, type="webhook.disabled"):
    """A webhook was disabled, since its receiver answered that it is gone."""

    webhook: WebhookRef
    reason: str
    delivery: str
    """The id of the delivery that was answered so."""


@dataclass(frozen=True, kw_only=True)
class WebhookTested(EventData, type="webhook.tested"):
    """A manager had a test message sent to a webhook; this is the message."""

    webhook: WebhookRef


@dataclass(frozen=True, kw_only=True)
class WebhookRedelivered(EventData, type="webhook.redelivered"):
    """A manager had a delivery made again."""

    webhook: WebhookRef
    delivery: str
    """The id of the delivery, which is that of its event."""
    event_type: str
    """The type of that event."""


@dataclass(frozen=True, kw_only=True)
class ApiKeyRef(Part):
    """An API key; its secret is nowhere."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(EventData, type="api_key.created"):
    """A manager created an API key."""

    api_key: ApiKeyRef
    scopes: tuple[str, ...]
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(EventData, type="api_key.revoked"):
    """A manager revoked an API key."""

    api_key: ApiKeyRef
