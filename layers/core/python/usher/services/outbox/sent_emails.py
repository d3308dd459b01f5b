"""Which emails were sent: the one that sends an invite is marked on the invite, any other on its own item."""

from __future__ import annotations

from typing import Any

from usher.domain.effects.kinds import Email
from usher.domain.invites import Delivery, Invite
from usher.domain.sendings import Sending
from usher.store import emails, invite_deliveries
from usher.store.table import BatchResult, Ref, Table


def sent_refs(email: Email) -> list[Ref[Any]]:
    """Return the items that `was_sent` needs besides the email's invite, to be read in the same call."""
    return [] if email.sends_invite else [emails.ref(email.id)]


def was_sent(email: Email, invite: Invite | None, found: BatchResult) -> bool:
    """Return whether the email was sent; `found` has what `sent_refs` names.

    Whoever sends has the lease of the email and records that it was sent before they could lose it, so that
    nobody gets the lease with an answer of before (store.emails.LEASE).
    """
    if email.sends_invite:
        return invite is not None and invite.number == email.number and invite.delivery is not Delivery.QUEUED
    row = found.get(emails.ref(email.id))
    return row is not None and bool(row.message_id)


def record_sent(table: Table, email: Email, *, message_id: str) -> None:
    """Write that SES accepted the email: one call."""
    if email.sends_invite:
        sending = Sending(invite=email.invite, number=email.number)
        invite_deliveries.record_delivery(table, sending, delivery=Delivery.SENT)
    else:
        emails.record_sent(table, email.id, message_id=message_id)
