"""Invites whose email is held."""

from __future__ import annotations

from tests.support.tenant import Tenant
from usher.domain.email_holds import EmailHold
from usher.domain.invites import Invite
from usher.store import invite_deliveries, invite_pointers
from usher.store.transaction import commit


def hold(tenant: Tenant, invite: Invite) -> None:
    """Hold the email that sends an invite, which waits, as `send_email` does when SES's quota is used up."""
    commit(
        tenant.context.table,
        [
            invite_deliveries.hold(invite.id, number=invite.number, reason=EmailHold.QUOTA),
            invite_pointers.held(tenant.id, invite.id),
        ],
    )
