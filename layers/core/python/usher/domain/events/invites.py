"""Events in the life of invites, to learners and to the team (DESIGN 2, Invite life)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef, InviteRef, ProductRef, SeatChange
from usher.domain.invites import ClosedLink, Delivery
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class InvitesCreated(EventData, type="invites.created"):
    """Learners were invited. A large batch is several events."""

    invites: tuple[InviteRef, ...]
    seat_changes: tuple[SeatChange, ...]


@dataclass(frozen=True, kw_only=True)
class InviteResent(EventData, type="invite.resent"):
    """An invite was sent again with a new link, which replaces the one before."""

    invite: InviteRef
    seat_changes: tuple[SeatChange, ...] = field(default_factory=tuple)
    """The seats reserved again, where they had been given back."""


@dataclass(frozen=True, kw_only=True)
class InviteWithdrawn(EventData, type="invite.withdrawn"):
    """A manager withdrew an invite."""

    invite: InviteRef
    seat_changes: tuple[SeatChange, ...]
    emailed: bool = field(default_factory=lambda: True)
    """Whether the learner is told by email: not of an invite that had expired, and not one who was emailed as
    often as one may be in a day."""


@dataclass(frozen=True, kw_only=True)
class InviteStartChanged(EventData, type="invite.start_changed"):
    """A manager moved the start of the access that an invite gives."""

    invite: InviteRef
    scheduled: tuple[AccessRef, ...]
    """The accesses that start on the new date, once the invite is accepted."""
    previous_access_start: datetime | None = field(default_factory=lambda: None)
    """The start that a manager had chosen before; null means on acceptance, or the license's own."""


@dataclass(frozen=True, kw_only=True)
class InviteAccepted(EventData, type="invite.accepted"):
    """A learner accepted an invite."""

    invite: InviteRef
    scheduled: tuple[AccessRef, ...]
    """The accesses whose start lies ahead; all others began at once."""


@dataclass(frozen=True, kw_only=True)
class InviteDeclined(EventData, type="invite.declined"):
    """A learner, or an invited manager, declined an invite."""

    invite: InviteRef
    seat_changes: tuple[SeatChange, ...]


@dataclass(frozen=True, kw_only=True)
class InvitesReminded(EventData, type="invites.reminded"):
    """People who had not answered were reminded."""

    invites: tuple[InviteRef, ...]


@dataclass(frozen=True, kw_only=True)
class InviteRemindersStopped(EventData, type="invite.reminders_stopped"):
    """An invited person asked for no further reminder of an invite, by the link in one."""

    invite: InviteRef


@dataclass(frozen=True, kw_only=True)
class InviteLinkRequested(EventData, type="invite.link_requested"):
    """Somebody asked for a new link on the page of one that does not work any more."""

    invite: InviteRef
    because: ClosedLink
    """Why the link does not work."""


@dataclass(frozen=True, kw_only=True)
class InviteDeliveryFailed(EventData, type="invite.delivery_failed"):
    """The newest email about an invite could not be delivered, or its recipient complained about it."""

    invite: InviteRef
    delivery: Delivery
    """`bounced` or `complained`."""


@dataclass(frozen=True, kw_only=True)
class InvitesExpired(EventData, type="invites.expired"):
    """Invites ran out without an answer."""

    invites: tuple[InviteRef, ...]
    seat_changes: tuple[SeatChange, ...]


@dataclass(frozen=True, kw_only=True)
class InvitesExpirySummarized(EventData, type="invites.expiry_summarized"):
    """The daily summary of expired invites was sent to the managers.

    Invites that were resent, answered or withdrawn since are left out, and those whose person was given or
    offered the same by other means; where none is left, there is no summary.
    """

    day: date
    count: int
    """How many invites are expired."""
    products: tuple[ProductRef, ...]
    """What they offered, each once."""
    team: bool
    """Whether a team invite is among them."""
    invites: tuple[InviteRef, ...]
    """The first fifty of them."""
