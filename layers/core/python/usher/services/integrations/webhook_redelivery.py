"""The log of a webhook's deliveries, redelivery, and test messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from usher.domain.errors import refuses
from usher.domain.events.event import Event, EventData
from usher.domain.events.integrations import WebhookRedelivered, WebhookTested
from usher.domain.integrations.webhook_deliveries import (
    DeliveryPendingError,
    DeliveryState,
    UnknownDeliveryError,
    WebhookDelivery,
    delivery_of,
)
from usher.domain.integrations.webhooks import UnknownWebhookError, WebhookDisabledError
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.integrations.webhook_subscriptions import find_webhook, webhook_ref
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import retry_on_conflict
from usher.store import events
from usher.store.integrations import webhook_deliveries, webhooks


@dataclass(frozen=True, kw_only=True)
class DeliveriesPage(ResultPage[WebhookDelivery]):
    """A page of deliveries, with the counts of those that were not made, where they were asked for."""

    counts: Mapping[DeliveryState, int] | None = None


class WebhookRedelivery:
    """Lists deliveries, and requests redeliveries and tests; the event of a request queues its delivery."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownWebhookError, BadCursorError)
    def log(
        self,
        *,
        person: Person,
        organization: str,
        webhook: str,
        states: Collection[DeliveryState] = (),
        limit: int,
        cursor: str | None,
        with_counts: bool = False,
    ) -> DeliveriesPage:
        """List a webhook's deliveries, the newest events first: two calls, and two for the counts.

        Those in some of the states are one call for each, and one for each hundred.
        """
        find_webhook(self._context, person, organization, webhook, Permission.READ)
        table = self._context.table
        page = self._page(webhook, frozenset(states), limit=limit, cursor=cursor)
        return DeliveriesPage(
            items=page.items,
            next=page.next,
            counts=webhook_deliveries.counts(table, webhook) if with_counts else None,
        )

    def _page(
        self, webhook: str, states: frozenset[DeliveryState], *, limit: int, cursor: str | None
    ) -> ResultPage[WebhookDelivery]:
        """Read a page of the log, or of the index that has what is in the states, and nothing else."""
        table = self._context.table
        if states and states != {*DeliveryState}:
            section = Section(
                [webhook_deliveries.state_range(webhook, state) for state in sorted(states)],
                partial(webhook_deliveries.in_directory, table),
                lambda one: one.state in states,
            )
            query = ("deliveries", webhook, *sorted(states))
            return read_page(table, [section], query=query, limit=limit, cursor=cursor)
        page = webhook_deliveries.listed(table, webhook, limit=limit, cursor=cursor)
        return ResultPage(items=[*map(webhook_deliveries.delivery_of, page.rows)], next=page.next)

    @refuses(*AUTHORIZE, UnknownWebhookError, WebhookDisabledError)
    def test(self, *, person: Person, organization: str, webhook: str, receipt: Receipt) -> WebhookDelivery:
        """Send the webhook a test message, which is listed among its deliveries."""
        found = find_webhook(self._context, person, organization, webhook, Permission.MANAGE_PROGRAMS)
        found.require_enabled()
        event = self._event(person, organization, WebhookTested(webhook=webhook_ref(found)))
        delivery = delivery_of(event, found)
        writes = [webhook_deliveries.create(delivery), events.record(event)]
        receipt.commit(self._context, writes, delivery)
        return delivery

    @refuses(
        *AUTHORIZE, UnknownWebhookError, UnknownDeliveryError, WebhookDisabledError, DeliveryPendingError
    )
    @retry_on_conflict
    def redeliver(
        self, *, person: Person, organization: str, webhook: str, delivery: str, receipt: Receipt
    ) -> WebhookDelivery:
        """Make a delivery again, whatever became of it, with a full day of attempts.

        Raises:
            DeliveryPendingError: an attempt is being made, or is due within a minute.
        """
        at_webhook = webhooks.ref(organization, webhook)
        at_delivery = webhook_deliveries.ref(webhook, delivery)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_PROGRAMS,
            also=[at_webhook, at_delivery],
        )
        webhook_row, row = membership.rows.get(at_webhook), membership.rows.get(at_delivery)
        if webhook_row is None:
            raise UnknownWebhookError("The organization has no such webhook.")
        webhooks.webhook_of(webhook_row).require_enabled()
        if row is None:
            raise UnknownDeliveryError("The webhook has no such delivery.")
        before = webhook_deliveries.delivery_of(row)
        after = before.again(self._context.now())
        redelivered = WebhookRedelivered(
            webhook=webhook_ref(webhooks.webhook_of(webhook_row)), delivery=delivery, event_type=before.type
        )
        event = self._event(person, organization, redelivered)
        writes = [webhook_deliveries.change(before, after), events.record(event)]
        receipt.commit(self._context, writes, after)
        return after

    def _event(self, person: Person, organization: str, data: EventData) -> Event:
        return self._context.event(data, organization=organization, actor=person.email)
