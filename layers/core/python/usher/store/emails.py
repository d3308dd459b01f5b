"""Sent emails: an item for each, so that a redelivery sends none twice, and one for each SES message."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from usher.domain.effects.kinds import Email
from usher.lazy_dataclasses import dataclass
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.table import Ref, Row, Table

LEASE = timedelta(minutes=2)
"""How long one worker may send an email: longer than it runs, shorter than the queue's visibility timeout."""

KEPT = timedelta(days=60)
"""How long sent emails are kept; SES reports complaints for weeks, queues redeliver for days."""


class EmailRow(Row):
    """`EMAIL#id`, `EMAIL`: the lease of the worker that sends it, and SES's id once it was sent."""

    leased_until = InstantAttribute()
    message_id = UnicodeAttribute(null=True)
    expires_on = NumberAttribute()


class MessageRow(Row):
    """`MESSAGE#id`, `MESSAGE`: the invite that a message of SES is about; "" and 0 if about none."""

    invite = UnicodeAttribute(null=True)
    number = NumberAttribute()
    expires_on = NumberAttribute()


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The invite and send number of a message; "" and 0 if it is about no invite."""

    invite: str
    number: int


def ref(email_id: str) -> Ref[EmailRow]:
    """Return the reference to the email's item."""
    return Ref(EmailRow, keys.email(email_id), keys.EMAIL)


def message_ref(message_id: str) -> Ref[MessageRow]:
    """Return the reference to the message's item."""
    return Ref(MessageRow, keys.message(message_id), keys.MESSAGE)


def _email_row(email_id: str, *, now: datetime, message_id: str | None = None) -> EmailRow:
    at = ref(email_id)
    return EmailRow(
        at.pk,
        at.sk,
        leased_until=now + LEASE,
        message_id=message_id,
        expires_on=int((now + KEPT).timestamp()),
    )


def lease(table: Table, email_id: str, *, now: datetime) -> bool:
    """Take the lease to send an email; False while another worker has it, and always once it was sent."""
    free = EmailRow.pk.does_not_exist() | (
        EmailRow.message_id.does_not_exist() & (EmailRow.leased_until <= now)
    )
    return table.put(_email_row(email_id, now=now), condition=free)


def release(table: Table, email_id: str, *, now: datetime) -> None:
    """Give the lease back, since the email could not be sent: one call."""
    at = ref(email_id)
    table.update(at, EmailRow.leased_until.set(now), condition=EmailRow.message_id.does_not_exist())


def record_sent(table: Table, email: Email, *, message_id: str, now: datetime) -> None:
    """Write that SES accepted the email, and the invite that SES's reports on it will be about: one call.

    In no transaction, which would take twice as many units of each email: whoever finds an email as sent
    writes both again.
    """
    at = message_ref(message_id)
    message = MessageRow(
        at.pk,
        at.sk,
        invite=email.invite or None,
        number=email.number,
        expires_on=int((now + KEPT).timestamp()),
    )
    table.write_many(puts=[message, _email_row(email.id, now=now, message_id=message_id)])


def about(table: Table, message_id: str) -> Sent | None:
    """Return the invite that a message of SES is about; None if that was not written yet."""
    row = table.get(message_ref(message_id))
    return None if row is None else Sent(invite=row.invite or "", number=int(row.number))
