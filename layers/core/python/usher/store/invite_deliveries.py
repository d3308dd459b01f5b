"""The delivery of invites' emails, as SES and its reports have it."""

from __future__ import annotations

import dataclasses

from usher.domain.email_holds import EmailHold
from usher.domain.invites import Delivery, Invite, InviteState
from usher.domain.sendings import Sending
from usher.store.invites import InviteRow, ref
from usher.store.table import Row, Table
from usher.store.transaction import Write, check, update

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


def hold(invite: str, *, number: int, reason: EmailHold) -> Write:
    """Write why the newest email is not sent yet, on the condition that it waits and is of this number."""
    waiting = (
        (InviteRow.number == number)
        & (InviteRow.delivery == Delivery.QUEUED)
        & (InviteRow.state == InviteState.PENDING)
    )
    return update(_at(invite), InviteRow.delivery_held.set(reason), condition=waiting)


def require_not_held(invite: str) -> Write:
    """Require that no email of the invite is held."""
    return check(_at(invite), InviteRow.delivery_held.does_not_exist())


def _at(invite: str) -> Row:
    """Return the invite's keys as a row without a version, which so stays: no command depends on a hold."""
    at = ref(invite)
    return Row(at.pk, at.sk)


def failed(before: Invite, sending: Sending, *, delivery: Delivery) -> Invite | None:
    """Return the invite as one whose sending failed, or was complained about.

    None if a newer sending, or a later report, was read. It is written as any change is, with a new version,
    so that no command that read the invite before counts it as one that did not fail.
    """
    if before.number != sending.number or before.delivery not in _overtaken(sending, delivery):
        return None
    return dataclasses.replace(before, delivery=delivery)
