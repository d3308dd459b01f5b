"""SES's delivery reports, recorded on the invites of their emails (DESIGN 3)."""

from __future__ import annotations

from usher.domain.invites import Delivery
from usher.services.context import Context
from usher.store import emails, invites


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
        return invites.record_delivery(
            self._context.table,
            sent.invite,
            number=sent.number,
            delivery=delivery,
            message_id=message_id,
        )
