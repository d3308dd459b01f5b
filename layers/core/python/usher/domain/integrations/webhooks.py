"""Webhooks: the URLs to which an organization's events are sent, and the types that each gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from usher.domain.errors import InvalidError, NotFoundError, RefusedError
from usher.domain.events.event import Event
from usher.domain.events.registry import EVENT_TYPES
from usher.domain.texts import NotTextError, read_line
from usher.domain.versions import Versioned
from usher.lazy_dataclasses import dataclass

MAX_WEBHOOKS = 10
"""The most webhooks of one organization; each event is sent to each webhook with its type."""

MAX_DESCRIPTION = 200

OVERLAP = timedelta(days=1)
"""How long after its replacement a secret still signs messages beside the new one."""

OWN_PREFIX = "webhook."
"""Prefix of the events about webhooks, which are sent to none, so that no delivery leads to another."""

SUBSCRIBABLE = frozenset(
    name for name, kind in EVENT_TYPES.items() if not name.startswith(OWN_PREFIX) and not kind.of_operations
)
"""The types of events that a webhook can choose: all that an organization has, but those about webhooks."""


class UnknownWebhookError(NotFoundError):
    """The organization has no webhook with this id."""

    code = "webhook_not_found"
    title = "No such webhook"
    next_action = "Choose one of the organization's webhooks."


class TooManyWebhooksError(RefusedError):
    """The organization has the most webhooks that it may have."""

    code = "too_many_webhooks"
    title = "Too many webhooks"
    next_action = f"An organization has at most {MAX_WEBHOOKS} webhooks; delete one that is not needed."


class UnknownEventTypeError(InvalidError):
    """A named type of event does not exist; `known` lists those that do."""

    code = "unknown_event_type"
    title = "No such type of event"
    fields = ("events",)
    next_action = "Choose from the types of events that there are, or none of them for all."


class BadDescriptionError(InvalidError):
    """A description is too long, or no text on one line."""

    code = "bad_description"
    title = "Not a usable description"
    fields = ("description",)
    next_action = f"Write at most {MAX_DESCRIPTION} characters on one line."


class WebhookDisabledError(RefusedError):
    """The webhook is disabled, so that nothing is sent to it."""

    code = "webhook_disabled"
    title = "The webhook is disabled"
    next_action = "Enable the webhook first."


class DisabledBecause(StrEnum):
    """Why a webhook is disabled."""

    MANAGER = "manager"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class SecretVersion:
    """A version of a webhook's secret: the id of the key it is derived with, and its number."""

    key: str
    number: int

    def __str__(self) -> str:
        return f"{self.key}.{self.number}"

    @classmethod
    def read(cls, text: str) -> SecretVersion:
        """Read a version from the text that `str` wrote."""
        key, _, number = text.rpartition(".")
        return cls(key=key, number=int(number))


@dataclass(frozen=True, kw_only=True)
class Webhook(Versioned):
    """A URL to which an organization's events are sent, but not those of its clients.

    Attributes:
        events: the types of events that are sent; None for all, also those of later versions.
        disabled: why the webhook is disabled; None while it is enabled.
        former, former_until: the previous secret, and until when it signs messages beside the present one.
    """

    id: str
    organization: str
    url: str
    events: frozenset[str] | None
    description: str
    secret: SecretVersion
    created_at: datetime
    created_by: str
    disabled: DisabledBecause | None = None
    former: SecretVersion | None = None
    former_until: datetime | None = None

    def redacted(self) -> Webhook:
        """Return the webhook with its URL cut to scheme and host, since the rest is often a secret."""
        parts = urlsplit(self.url)
        return replace(self, url=f"{parts.scheme}://{parts.netloc}/…")

    def wants(self, event: Event) -> bool:
        """Return whether the event is sent to the webhook; events older than the webhook, by id, are not."""
        return (
            self.disabled is None
            and event.type in SUBSCRIBABLE
            and (self.events is None or event.type in self.events)
            and event.id > self.id
        )

    def require_enabled(self) -> None:
        """Raise WebhookDisabledError if the webhook is disabled."""
        if self.disabled is not None:
            raise WebhookDisabledError("Nothing is sent to this webhook.")

    def switched(self, on: bool) -> Webhook:  # noqa: FBT001 - what it is to be
        """Return the webhook enabled, or disabled by a manager."""
        if on:
            return replace(self, disabled=None)
        return self if self.disabled else replace(self, disabled=DisabledBecause.MANAGER)

    def rotated(self, key: str, *, now: datetime) -> Webhook:
        """Return the webhook with a new secret; the former one stays valid for OVERLAP."""
        return replace(
            self,
            secret=SecretVersion(key=key, number=self.secret.number + 1),
            former=self.secret,
            former_until=now + OVERLAP,
        )

    def secrets(self, now: datetime) -> list[SecretVersion]:
        """Return the secrets to sign with, the newest first."""
        if self.former is None or self.former_until is None or now >= self.former_until:
            return [self.secret]
        return [self.secret, self.former]


def choose_events(types: Iterable[str] | None) -> frozenset[str] | None:
    """Return the named types of events, None for all of them, or raise UnknownEventTypeError."""
    if types is None:
        return None
    wanted = set(types)
    known = sorted(SUBSCRIBABLE)
    if not wanted:
        raise UnknownEventTypeError("Name at least one type of event.", known=known)
    if unknown := sorted(wanted - SUBSCRIBABLE):
        raise UnknownEventTypeError(f"Unknown: {', '.join(unknown)[:MAX_DESCRIPTION]}.", known=known)
    return frozenset(wanted)


def clean_description(text: str) -> str:
    """Return a description in the form in which it is kept (`read_line`), or raise BadDescriptionError."""
    try:
        description = read_line(text)
    except NotTextError as error:
        raise BadDescriptionError(f"The description {error}.", reason=str(error)) from error
    if len(description) > MAX_DESCRIPTION:
        reason = f"has {len(description)} characters, and may have {MAX_DESCRIPTION}"
        raise BadDescriptionError(f"The description {reason}.", reason=reason)
    return description
