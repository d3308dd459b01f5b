"""Webhook deliveries, each with the log of its attempts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from usher.domain.directory import DirectoryField
from usher.domain.instants import parse_rfc3339, rfc3339
from usher.domain.integrations.webhook_deliveries import (
    COUNTED,
    GRACE,
    KEPT,
    MOST_COUNTED,
    Attempt,
    DeliveryState,
    WebhookDelivery,
)
from usher.store import due_index, keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.key_ranges import Found, KeyRange, refs_of
from usher.store.keys import directory, due_shards
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, put, update


class DeliveryRow(Row):
    """`WEBHOOK#id`, `DELIVERY#event`; in `due`, when the sweep checks whether it was made.

    In the directory by its state, to be listed and, where it was not made, counted.
    """

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    webhook = UnicodeAttribute()
    type = UnicodeAttribute()
    state = EnumAttribute(DeliveryState)
    created_at = InstantAttribute()
    since = InstantAttribute()
    next_attempt_at = InstantAttribute(null=True)
    tries = NumberAttribute()
    attempts = UnicodeAttribute()
    claims = NumberAttribute()
    expires_on = NumberAttribute()


def ref(webhook: str, delivery: str) -> Ref[DeliveryRow]:
    """Return the reference to the delivery's item."""
    return Ref(DeliveryRow, keys.webhook(webhook), keys.delivery(delivery))


def delivery_of(row: DeliveryRow) -> WebhookDelivery:
    """Read a delivery."""
    return WebhookDelivery(
        id=row.id,
        organization=row.organization,
        webhook=row.webhook,
        type=row.type,
        state=row.state,
        created_at=row.created_at,
        since=row.since,
        next_attempt_at=row.next_attempt_at,
        tries=int(row.tries),
        attempts=tuple(
            Attempt(**{**attempt, "at": parse_rfc3339(attempt["at"])}) for attempt in json.loads(row.attempts)
        ),
        claims=int(row.claims),
    )


def _row(delivery: WebhookDelivery) -> DeliveryRow:
    at = ref(delivery.webhook, delivery.id)
    identity = f"{delivery.webhook}#{delivery.id}"
    look_at = None if delivery.next_attempt_at is None else delivery.next_attempt_at + GRACE
    return DeliveryRow(
        at.pk,
        at.sk,
        id=delivery.id,
        organization=delivery.organization,
        webhook=delivery.webhook,
        type=delivery.type,
        state=delivery.state,
        created_at=delivery.created_at,
        since=delivery.since,
        next_attempt_at=delivery.next_attempt_at,
        tries=delivery.tries,
        attempts=json.dumps(
            [{**attempt.__dict__, "at": rfc3339(attempt.at)} for attempt in delivery.attempts],
            separators=(",", ":"),
        ),
        claims=delivery.claims,
        expires_on=int((delivery.since + KEPT).timestamp()),
        due_pk=None if look_at is None else keys.due_delivery_shard(identity),
        due_sk=None if look_at is None else keys.due(look_at, identity),
        directory_pk=directory.deliveries(delivery.webhook, delivery.state),
        email_sk=delivery.id,
    )


def create(delivery: WebhookDelivery) -> Write:
    """Write a new delivery."""
    return put(_row(delivery), condition=DeliveryRow.pk.does_not_exist())


def ensure(table: Table, delivery: WebhookDelivery) -> None:
    """Write a new delivery, unless it exists: one call."""
    table.put(_row(delivery), condition=DeliveryRow.pk.does_not_exist())


def change(before: WebhookDelivery, after: WebhookDelivery) -> Write:
    """Write what differs, if the delivery was not claimed or changed since it was read."""
    return update(_row(before), *_changes(before, after), condition=DeliveryRow.claims == before.claims)


def move(table: Table, before: WebhookDelivery, after: WebhookDelivery) -> bool:
    """Write what differs if the delivery was not claimed or changed since it was read: one call.

    Return whether it was written.
    """
    return table.update(
        ref(before.webhook, before.id),
        *_changes(before, after),
        condition=DeliveryRow.claims == before.claims,
    )


def postpone_check(table: Table, delivery: WebhookDelivery, *, now: datetime) -> None:
    """Postpone the sweep's next check by GRACE, unless the delivery was claimed or changed: one call."""
    identity = f"{delivery.webhook}#{delivery.id}"
    table.update(
        ref(delivery.webhook, delivery.id),
        DeliveryRow.due_sk.set(keys.due(now + GRACE, identity)),
        condition=(DeliveryRow.claims == delivery.claims) & DeliveryRow.due_sk.exists(),
    )


def _changes(before: WebhookDelivery, after: WebhookDelivery) -> list[Action]:
    return changes(_row(before), _row(after))


def listed(table: Table, webhook: str, *, limit: int, cursor: str | None) -> Page[DeliveryRow]:
    """List a webhook's deliveries, the newest events first."""
    return table.query(
        DeliveryRow,
        keys.webhook(webhook),
        DeliveryRow.sk.startswith(keys.DELIVERY_PREFIX),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def state_range(webhook: str, state: DeliveryState) -> KeyRange:
    """Return the range, the newest events first, of a webhook's deliveries in one state."""
    return KeyRange(
        partition=directory.deliveries(webhook, state),
        index=directory.INDEXES[DirectoryField.EMAIL],
        descending=True,
    )


def in_directory(table: Table, found: Sequence[Found]) -> list[WebhookDelivery | None]:
    """Read deliveries that were found by their state: one call for each hundred."""
    refs = refs_of(DeliveryRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else delivery_of(row) for at in refs]


def counts(table: Table, webhook: str) -> dict[DeliveryState, int]:
    """Count a webhook's deliveries that were not made, each state up to MOST_COUNTED: one call for each."""
    index = directory.INDEXES[DirectoryField.EMAIL]
    return {
        state: table.count(directory.deliveries(webhook, state), index=index, limit=MOST_COUNTED)
        for state in COUNTED
    }


def read(item: Mapping[str, Any]) -> WebhookDelivery:
    """Read a delivery from an item in DynamoDB's own form."""
    return delivery_of(DeliveryRow.from_raw_data(item))


def late(
    table: Table,
    *,
    until: datetime,
    read: Callable[[Mapping[str, Any]], WebhookDelivery | None] = read,
    next_key: due_index.NextKey = due_index.next_key,
) -> Iterator[WebhookDelivery]:
    """Yield the deliveries that were due by `until`: one query a page of each shard, one call a hundred.

    Items for which `read` returns None are left out, and so is what is left of a shard for which `next_key`
    does.
    """
    for shard in due_shards.all_of_them():
        in_shard = due_index.keys_in(table, keys.due_delivery_partition(shard), until=until)
        found = due_index.keys_of_shard(shard, in_shard, next_key)
        for item in due_index.items_at(table, found):
            if (delivery := read(item)) is not None:
                yield delivery
