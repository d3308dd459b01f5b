"""Which invites wait for their email, since SES takes none for a while: a mark, and a pointer for lists."""

from __future__ import annotations

from usher.domain.effects.kinds import LINKED, Email
from usher.domain.email_holds import EmailHold
from usher.domain.invites import Invite, InviteKind
from usher.store import invite_deliveries, invite_pointers
from usher.store.table import Table
from usher.store.transaction import ConditionFailedError, commit


def record_hold(table: Table, email: Email, invite: Invite | None, *, reason: EmailHold) -> None:
    """Write why an invite's email is not sent yet, unless there is a newer one: one call, the first time."""
    if email.holds or email.template not in LINKED or invite is None:
        return
    writes = [invite_deliveries.hold(invite.id, number=email.number, reason=reason)]
    if invite.kind is InviteKind.LEARNER:
        writes.append(invite_pointers.held(invite.organization, invite.id))
    try:
        commit(table, writes)
    except ConditionFailedError:
        return


def end_hold(table: Table, email: Email, invite: Invite | None) -> None:
    """Remove the pointer to an invite whose email was held and waits no more: no call for most.

    The pointer stays while the invite is held, as by a newer email of it.
    """
    if email.template not in LINKED or invite is None or invite.kind is not InviteKind.LEARNER:
        return
    if not email.holds and invite.delivery_held is None:
        return
    free = invite_pointers.not_held(invite.organization, invite.id)
    try:
        commit(table, [invite_deliveries.require_not_held(invite.id), free])
    except ConditionFailedError:
        return
