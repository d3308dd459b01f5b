"""The delivery of invites' emails, as SES and its reports have it."""

from __future__ import annotations

import dataclasses

from usher.domain.email_holds import EmailHold
from usher.domain.invites import Delivery, Invite
from usher.domain.sendings import Sending
from usher.store.invites import InviteRow, change, ref
from usher.store.table import Table
from usher.store.transaction import Write

_OVERTAKES: dict[Delivery, tuple[Delivery, ...]] = {
    Delivery.SENT: (Delivery.QUEUED,),
    Delivery.DELIVERED: (Delivery.QUEUED, Delivery.SENT),
    Delivery.BOUNCED: (Delivery.QUEUED, Delivery.SENT, Delivery.DELIVERED),
    Delivery.COMPLAINED: (Delivery.QUEUED, Delivery.SENT, Delivery.DELIVERED, Delivery.BOUNCED),
}


def record_delivery(table: Table, sending: Sending, *, delivery: Delivery) -> bool:
    """Write the delivery state of a sending; False if a newer sending or a later report was written before.

    The version stays, since no command depends on a delivery state that is no failure.
    """
    expected = (InviteRow.number == sending.number) & InviteRow.delivery.is_in(*_overtaken(sending, delivery))
    actions = (InviteRow.delivery.set(delivery), InviteRow.delivery_held.remove())
    return table.update(ref(sending.invite), *actions, condition=expected)


def _overtaken(sending: Sending, delivery: Delivery) -> tuple[Delivery, ...]:
    """Return the states that a state comes after.

    A follow-up may be reported while the email that sends the invite still waits: that stays queued, since
    whatever is not queued was sent.
    """
    overtaken = _OVERTAKES[delivery]
    return tuple(one for one in overtaken if one is not Delivery.QUEUED) if sending.follow_up else overtaken


def record_hold(table: Table, invite: str, *, number: int, reason: EmailHold) -> bool:
    """Write why the newest email is not sent yet; False if it was, or there is a newer one: one call."""
    waiting = (InviteRow.number == number) & (InviteRow.delivery == Delivery.QUEUED)
    return table.update(ref(invite), InviteRow.delivery_held.set(reason), condition=waiting)


def fail_delivery(before: Invite, sending: Sending, *, delivery: Delivery) -> Write | None:
    """Write that a sending failed, or was complained about; None if a newer one or a later report was read.

    The version grows, so that no command that read the invite before counts it as one that did not fail.
    """
    if before.number != sending.number or before.delivery not in _overtaken(sending, delivery):
        return None
    return change(before, dataclasses.replace(before, delivery=delivery))
