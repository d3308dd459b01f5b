"""SES's delivery reports, recorded on the invites of their emails (DESIGN 3)."""

from __future__ import annotations

from usher.domain.events.invites import InviteDeliveryFailed
from usher.domain.events.parts import InviteRef
from usher.domain.figures import FAILED_DELIVERIES
from usher.domain.invites import Delivery
from usher.services.context import Context
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import emails, invite_deliveries, invites
from usher.store.transaction import commit


class UnknownMessageError(Exception):
    """The report came before the message was recorded; the report has to be delivered again."""


class EmailDeliveryReports:
    """Records delivery reports; idempotent."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(self, *, message_id: str, delivery: Delivery) -> bool:
        """Record how far a message got; False if it is about no invite, or about one that was resent since.

        Raises:
            UnknownMessageError: the message is not recorded yet.
        """
        sent = emails.about(self._context.table, message_id)
        if sent is None:
            raise UnknownMessageError("Nothing is known of this message yet.")
        if not sent.invite or not sent.number:
            return False
        if delivery in FAILED_DELIVERIES:
            return self._record_failure(sent, delivery=delivery)
        return invite_deliveries.record_delivery(
            self._context.table,
            sent.invite,
            number=sent.number,
            delivery=delivery,
        )

    @retry_on_conflict
    def _record_failure(self, sent: emails.Sent, *, delivery: Delivery) -> bool:
        """Record a failure with its event, in one transaction: two calls."""
        before = invites.get(self._context.table, sent.invite)
        if before is None:
            return False
        failed = invite_deliveries.fail_delivery(before, number=sent.number, delivery=delivery)
        if failed is None:
            return False
        event = record_event(
            self._context,
            InviteDeliveryFailed(invite=InviteRef.of(before), delivery=delivery),
            organization=before.organization,
        )
        commit(self._context.table, [failed, event])
        return True
