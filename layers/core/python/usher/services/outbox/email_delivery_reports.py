"""What SES reports about an email shows on its invite (DESIGN 3)."""

from __future__ import annotations

from usher.domain.invites import Delivery
from usher.services.context import Context
from usher.store import emails, invites


class UnknownMessageError(Exception):
    """The report came before it was written what the message was about; it has to come again."""


class EmailDeliveryReports:
    """Records delivery reports; the same one twice changes nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(self, *, message_id: str, delivery: Delivery) -> bool:
        """Show how far a message got; False where it is about no invite, or about one sent anew since.

        Raises:
            UnknownMessageError: nothing is known of the message yet.
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
