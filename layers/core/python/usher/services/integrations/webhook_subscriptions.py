"""Webhooks of an organization: created, read, changed, given a new secret and deleted by managers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from usher.domain.destinations import (
    BadDestinationError,
    Networks,
    PrivateDestinationError,
    read_destination,
)
from usher.domain.errors import refuses
from usher.domain.events.event import EventData
from usher.domain.events.integrations import (
    WebhookChanged,
    WebhookCreated,
    WebhookDeleted,
    WebhookDisabled,
    WebhookRef,
    WebhookSecretRotated,
)
from usher.domain.integrations.webhooks import (
    BadDescriptionError,
    SecretVersion,
    TooManyWebhooksError,
    UnknownEventTypeError,
    UnknownWebhookError,
    Webhook,
    choose_events,
    clean_description,
)
from usher.domain.organizations import Manager, Permission
from usher.domain.people import Person
from usher.domain.versions import ChangedMeanwhileError, written
from usher.gateways.signatures import Signatures
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.services.versions import require_version
from usher.store.integrations import webhooks
from usher.store.transaction import ConditionFailedError, Write, commit

_CHANGES = (WebhookChanged, WebhookSecretRotated, WebhookDisabled)


@dataclass(frozen=True, kw_only=True)
class WebhookChanges:
    """Changes to a webhook; None leaves a field as it is, and `all_events` subscribes to all events."""

    url: str | None = None
    events: Sequence[str] | None = None
    all_events: bool = False
    description: str | None = None
    enabled: bool | None = None


class WebhookSubscriptions:
    """Manages an organization's webhooks: full managers create and change them, all managers read them."""

    def __init__(self, context: Context, *, signatures: Signatures, own_networks: Networks) -> None:
        self._context = context
        self._signatures = signatures
        self._own_networks = own_networks

    @refuses(
        *AUTHORIZE,
        BadDestinationError,
        PrivateDestinationError,
        UnknownEventTypeError,
        BadDescriptionError,
        TooManyWebhooksError,
    )
    def create(
        self,
        *,
        person: Person,
        organization: str,
        url: str,
        events_wanted: Sequence[str] | None,
        description: str,
        receipt: Receipt,
    ) -> Webhook:
        """Create a webhook, which receives the events from now on."""
        authorize(
            self._context, person=person, organization=organization, permission=Permission.MANAGE_PROGRAMS
        )
        read_destination(url, own_networks=self._own_networks)
        webhook = Webhook(
            id=self._context.new_id(),
            organization=organization,
            url=url,
            events=choose_events(events_wanted),
            description=clean_description(description),
            secret=SecretVersion(key=self._signatures.current_key(), number=1),
            created_at=self._context.now(),
            created_by=person.email,
        )
        room = webhooks.increment_count(organization)
        event = self._event(
            person, webhook, WebhookCreated(webhook=webhook_ref(webhook), events=_names(webhook))
        )
        try:
            receipt.commit(self._context, [webhooks.create(webhook), room, event], written(webhook))
        except ConditionFailedError as stale:
            if room in stale:
                raise TooManyWebhooksError("There is no room for another webhook.") from stale
            raise
        return written(webhook)

    def secret(self, *, webhook: str, version: str) -> str:
        """Return the secret of a webhook that was just created or rotated: derived, and stored nowhere."""
        return self._signatures.secret(webhook, SecretVersion.read(version))

    @refuses(*AUTHORIZE)
    def listed(self, *, person: Person, organization: str) -> ResultPage[Webhook]:
        """List the webhooks, oldest first: all of them."""
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        found = webhooks.of_organization(self._context.table, organization)
        return ResultPage(items=[_shown(one, membership.manager) for one in found], next=None)

    @refuses(*AUTHORIZE, UnknownWebhookError)
    def webhook(self, *, person: Person, organization: str, webhook: str) -> Webhook:
        """Read one webhook, or raise UnknownWebhookError."""
        return find_webhook(self._context, person, organization, webhook, Permission.READ)

    @refuses(
        *AUTHORIZE,
        UnknownWebhookError,
        BadDestinationError,
        PrivateDestinationError,
        UnknownEventTypeError,
        BadDescriptionError,
        ChangedMeanwhileError,
    )
    @retry_on_conflict
    def change(
        self,
        *,
        person: Person,
        organization: str,
        webhook: str,
        changes: WebhookChanges,
        version: int | None = None,
    ) -> Webhook:
        """Change a webhook; pending deliveries go to its new address.

        Raises:
            ChangedMeanwhileError: the webhook has another `version`; without one, any is changed.
        """
        if changes.url is not None:
            read_destination(changes.url, own_networks=self._own_networks)
        before = find_webhook(self._context, person, organization, webhook, Permission.MANAGE_PROGRAMS)
        after = _apply(before, changes)
        if after == before:
            return before
        require_version(
            self._context,
            before,
            version,
            organization=organization,
            is_change=lambda data: isinstance(data, _CHANGES) and data.webhook.id == webhook,
        )
        data = WebhookChanged(
            webhook=webhook_ref(after), events=_names(after), enabled=after.disabled is None
        )
        event = self._event(person, after, data)
        commit(self._context.table, [webhooks.change(before, after), event])
        return written(after)

    @refuses(*AUTHORIZE, UnknownWebhookError)
    @retry_on_conflict
    def rotate(self, *, person: Person, organization: str, webhook: str, receipt: Receipt) -> Webhook:
        """Give the webhook a new secret; for a day messages are signed with the previous one, too."""
        before = find_webhook(self._context, person, organization, webhook, Permission.MANAGE_PROGRAMS)
        after = before.rotated(self._signatures.current_key(), now=self._context.now())
        writes = [
            webhooks.change(before, after),
            self._event(person, after, WebhookSecretRotated(webhook=webhook_ref(after))),
        ]
        rotated = written(after)
        receipt.commit(self._context, writes, rotated)
        return rotated

    @refuses(*AUTHORIZE, UnknownWebhookError)
    @retry_on_conflict
    def delete(self, *, person: Person, organization: str, webhook: str) -> None:
        """Delete the webhook; pending deliveries are not made any more."""
        found = find_webhook(self._context, person, organization, webhook, Permission.MANAGE_PROGRAMS)
        event = self._event(person, found, WebhookDeleted(webhook=webhook_ref(found)))
        commit(self._context.table, [webhooks.remove(found), webhooks.decrement_count(organization), event])

    def _event(self, person: Person, webhook: Webhook, data: EventData) -> Write:
        return record_event(self._context, data, organization=webhook.organization, actor=person.email)


def webhook_ref(webhook: Webhook) -> WebhookRef:
    """Return the reference to the webhook for an event, which has its host alone."""
    return WebhookRef(id=webhook.id, host=urlsplit(webhook.url).hostname or "")


def find_webhook(
    context: Context, person: Person, organization: str, webhook: str, permission: Permission
) -> Webhook:
    """Read a webhook for a manager with the permission, or raise UnknownWebhookError: one call."""
    at = webhooks.ref(organization, webhook)
    membership = authorize(
        context, person=person, organization=organization, permission=permission, also=[at]
    )
    row = membership.rows.get(at)
    if row is None:
        raise UnknownWebhookError("The organization has no such webhook.")
    return _shown(webhooks.webhook_of(row), membership.manager)


def _shown(webhook: Webhook, to: Manager) -> Webhook:
    return webhook if to.may(Permission.MANAGE_PROGRAMS) else webhook.redacted()


def _apply(webhook: Webhook, changes: WebhookChanges) -> Webhook:
    chosen = webhook.events
    if changes.all_events or changes.events is not None:
        chosen = choose_events(changes.events)
    after = replace(
        webhook,
        url=webhook.url if changes.url is None else changes.url,
        events=chosen,
        description=webhook.description
        if changes.description is None
        else clean_description(changes.description),
    )
    return after if changes.enabled is None else after.switched(changes.enabled)


def _names(webhook: Webhook) -> tuple[str, ...] | None:
    return None if webhook.events is None else tuple(sorted(webhook.events))
