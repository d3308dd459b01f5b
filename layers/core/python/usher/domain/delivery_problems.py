"""Problems with the newest email about an invite, by which invites are listed (decision 0101)."""

from __future__ import annotations

from enum import StrEnum

from usher.domain.invites import Delivery, Invite, InviteState


class DeliveryProblem(StrEnum):
    """A problem with the newest email about a pending invite, which somebody may have to do something about.

    `held` is an email that waits since SES takes none for a while; the others are its delivery states.
    """

    HELD = "held"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


_OF_DELIVERY = {Delivery.BOUNCED: DeliveryProblem.BOUNCED, Delivery.COMPLAINED: DeliveryProblem.COMPLAINED}


def problem_of(invite: Invite) -> DeliveryProblem | None:
    """Return the problem with an invite's newest email; nobody waits for that of an answered invite."""
    if invite.state is not InviteState.PENDING:
        return None
    if invite.delivery is Delivery.QUEUED:
        return None if invite.delivery_held is None else DeliveryProblem.HELD
    return _OF_DELIVERY.get(invite.delivery)
