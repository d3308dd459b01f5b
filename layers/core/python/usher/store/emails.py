"""Queued emails: an item for each, with its lease, so that a redelivery sends none twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.table import Ref, Row, Table

LEASE = timedelta(minutes=2)
"""How long one worker may send an email: more than twice as long as it runs, and shorter than the queue's
visibility timeout. So whoever takes the lease over has read what the worker before has written."""

KEPT = timedelta(days=60)
"""How long sent emails are kept; SES reports complaints for weeks, queues redeliver for days."""


class EmailRow(Row):
    """`EMAIL#id`, `EMAIL`: the lease of the worker that sends it, and SES's id once it was sent.

    One that sends an invite has no id here: the invite says that it was sent (services.outbox.sent_emails).
    """

    leased_until = InstantAttribute()
    message_id = UnicodeAttribute(null=True)
    expires_on = NumberAttribute()


def ref(email_id: str) -> Ref[EmailRow]:
    """Return the reference to the email's item."""
    return Ref(EmailRow, keys.email(email_id), keys.EMAIL)


def lease(table: Table, email_id: str, *, now: datetime) -> bool:
    """Take the lease to send an email; False while another worker has it, and always with SES's id."""
    free = EmailRow.pk.does_not_exist() | (
        EmailRow.message_id.does_not_exist() & (EmailRow.leased_until <= now)
    )
    at = ref(email_id)
    row = EmailRow(at.pk, at.sk, leased_until=now + LEASE, expires_on=int((now + KEPT).timestamp()))
    return table.put(row, condition=free)


def release(table: Table, email_id: str, *, now: datetime) -> None:
    """Give the lease back, since the email could not be sent: one call."""
    at = ref(email_id)
    table.update(at, EmailRow.leased_until.set(now), condition=EmailRow.message_id.does_not_exist())


def record_sent(table: Table, email_id: str, *, message_id: str) -> None:
    """Write that SES accepted the email: one call."""
    unsent = EmailRow.message_id.does_not_exist()
    table.update(ref(email_id), EmailRow.message_id.set(message_id), condition=unsent)
