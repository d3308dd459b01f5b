"""Webhooks and their number."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, VersionAttribute

from usher.domain.integrations.webhooks import MAX_WEBHOOKS, DisabledBecause, SecretVersion, Webhook
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, delete, put, update


class WebhookRow(Row):
    """`ORG#o`, `WEBHOOK#id`. Of a secret, only the version is stored."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    url = UnicodeAttribute()
    events = UnicodeSetAttribute(null=True)
    description = UnicodeAttribute()
    disabled = EnumAttribute(DisabledBecause, null=True)
    secret = UnicodeAttribute()
    former = UnicodeAttribute(null=True)
    former_until = InstantAttribute(null=True)
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    version = VersionAttribute()


class WebhooksRow(Row):
    """`ORG#o`, `WEBHOOKS`: the number of webhooks, which makes the limit exact."""

    held = NumberAttribute()


def ref(organization: str, webhook: str) -> Ref[WebhookRow]:
    """Return the reference to the webhook's item."""
    return Ref(WebhookRow, keys.organization(organization), keys.webhook(webhook))


def webhook_of(row: WebhookRow) -> Webhook:
    """Read a webhook."""
    return Webhook(
        id=row.id,
        organization=row.organization,
        url=row.url,
        events=frozenset(row.events) if row.events else None,
        description=row.description,
        disabled=row.disabled,
        secret=SecretVersion.read(row.secret),
        former=SecretVersion.read(row.former) if row.former else None,
        former_until=row.former_until,
        created_at=row.created_at,
        created_by=row.created_by,
        version=row.version,
    )


def _row(webhook: Webhook) -> WebhookRow:
    at = ref(webhook.organization, webhook.id)
    row = WebhookRow(
        at.pk,
        at.sk,
        id=webhook.id,
        organization=webhook.organization,
        url=webhook.url,
        events=None if webhook.events is None else {str(name) for name in webhook.events},
        description=webhook.description,
        disabled=webhook.disabled,
        secret=str(webhook.secret),
        former=None if webhook.former is None else str(webhook.former),
        former_until=webhook.former_until,
        created_at=webhook.created_at,
        created_by=webhook.created_by,
    )
    if webhook.version is not None:  # PynamoDB takes a new item's version as unset, and not as None
        row.version = webhook.version
    return row


def create(webhook: Webhook) -> Write:
    """Write a new webhook."""
    return put(_row(webhook))


def change(before: Webhook, after: Webhook) -> Write:
    """Write what differs, if the webhook has not changed since it was read."""
    row = _row(before)
    return update(row, *changes(row, _row(after)))


def remove(webhook: Webhook) -> Write:
    """Remove the webhook, if it has not changed since it was read."""
    return delete(_row(webhook))


def increment_count(organization: str) -> Write:
    """Add one to the number of webhooks, if the limit allows it."""
    room = WebhooksRow.held.does_not_exist() | (WebhooksRow.held < MAX_WEBHOOKS)
    return update(_count(organization), WebhooksRow.held.add(1), condition=room)


def decrement_count(organization: str) -> Write:
    """Subtract one from the number of webhooks."""
    return update(_count(organization), WebhooksRow.held.add(-1), condition=WebhooksRow.held > 0)


def of_organization(table: Table, organization: str) -> Sequence[Webhook]:
    """Read all of an organization's webhooks, oldest first: one call."""
    rows = table.query_all(
        WebhookRow,
        keys.organization(organization),
        WebhookRow.sk.startswith(keys.WEBHOOK_PREFIX),
        page=MAX_WEBHOOKS,
    )
    return [webhook_of(row) for row in rows]


def _count(organization: str) -> WebhooksRow:
    return WebhooksRow(keys.organization(organization), keys.WEBHOOKS)
