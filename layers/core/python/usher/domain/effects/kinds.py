"""The kinds of effects. Each describes work that services.outbox carries out."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from usher.domain.events.event import Event, EventData
from usher.domain.events.invites import InvitesReminded
from usher.domain.notices import Notice
from usher.lazy_dataclasses import dataclass

MANAGERS = "managers"
"""In place of an address: every active manager of the organization."""


class Template(StrEnum):
    """The emails that Usher sends; each is a pair of templates of this name."""

    INVITE = "invite"
    RESENT = "resent"
    REMINDER = "reminder"
    WITHDRAWN = "withdrawn"
    START_CHANGED = "start_changed"
    ACCESS_STARTED = "access_started"
    ACCESS_START_CHANGED = "access_start_changed"
    TEAM_INVITE = "team_invite"
    DECLINED_NOTICE = "declined_notice"
    EXPIRED_NOTICE = "expired_notice"
    JOINED_NOTICE = "joined_notice"
    RETIRING_NOTICE = "retiring_notice"
    STAYING_NOTICE = "staying_notice"
    ENDING_NOTICE = "ending_notice"
    SEATS_LOW_NOTICE = "seats_low_notice"
    SEATS_OUT_NOTICE = "seats_out_notice"
    ACCESS_RELEASED = "access_released"
    SUPPORT_ANSWERED = "support_answered"
    SEATS_ANSWERED = "seats_answered"
    IMPORT_FINISHED_NOTICE = "import_finished_notice"
    VERIFICATION_LINK = "verification_link"
    JOIN_REQUESTED_NOTICE = "join_requested_notice"
    LINK_REQUESTED_NOTICE = "link_requested_notice"
    JOIN_APPROVED = "join_approved"
    JOIN_REFUSED = "join_refused"
    JOIN_WAITING = "join_waiting"
    CODE_COPY = "code_copy"
    SUSPENDED_NOTICE = "suspended_notice"
    RESUMED_NOTICE = "resumed_notice"


LINKED = frozenset({Template.INVITE, Template.RESENT, Template.REMINDER, Template.TEAM_INVITE})
"""The emails with a link to answer an invite; they are worth sending only while the invite is open."""

NOTICES: dict[Template, Notice] = {
    Template.DECLINED_NOTICE: Notice.INVITE_DECLINED,
    Template.EXPIRED_NOTICE: Notice.INVITES_EXPIRED,
    Template.JOINED_NOTICE: Notice.MANAGER_JOINED,
    Template.ENDING_NOTICE: Notice.LICENSE_ENDING,
    Template.RETIRING_NOTICE: Notice.PRODUCT_RETIRING,
    Template.STAYING_NOTICE: Notice.PRODUCT_RETIRING,
    Template.SEATS_LOW_NOTICE: Notice.SEATS_LOW,
    Template.SEATS_OUT_NOTICE: Notice.SEATS_OUT,
    Template.SUPPORT_ANSWERED: Notice.SUPPORT_ANSWERED,
    Template.JOIN_REQUESTED_NOTICE: Notice.JOIN_REQUESTED,
    Template.LINK_REQUESTED_NOTICE: Notice.LINK_REQUESTED,
    Template.IMPORT_FINISHED_NOTICE: Notice.IMPORT_FINISHED,
}
"""The emails to managers that each of them can switch off for themselves."""


@dataclass(frozen=True, kw_only=True)
class Email:
    """An email to send.

    Attributes:
        id: the same each time the same event is handled, so that the email is sent once.
        to: an address, or MANAGERS.
        invite, number: the invite and its send number; "" and 0 if the email is about no invite.
        data: the event's data, without the other recipients of the same event.
        asked_by: for MANAGERS, the manager who asked for the work, included even if they are the provider's.
        manager_of: for a manager, the organization that they manage: of a client's notice, it may be its
            provider.
        actor_name: the name of the manager who caused the event; empty if it is not known.
        bulk: whether nobody waits for it (decision 77).
        holds: how often SES has held it up.
    """

    id: str
    template: Template
    organization: str
    to: str
    invite: str = ""
    number: int = 0
    data: EventData
    asked_by: str = ""
    manager_of: str = ""
    actor_name: str = ""
    bulk: bool = False
    holds: int = 0

    @property
    def sends_invite(self) -> bool:
        """Whether it is the email that sends its invite, for the first time or again; a reminder does not."""
        return bool(self.invite) and self.template in LINKED and not isinstance(self.data, InvitesReminded)

    @property
    def event(self) -> str:
        """The event that the email is about: its id without the part that is made of the recipient."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class ScheduleStart:
    """Schedule the start of an access by a workflow that waits for it.

    It does not name the learner, since a workflow's history outlives an erasure (decision 81).

    Attributes:
        organization, event: the event that says whose access it is.
        number: the place of the access among those that the event scheduled.
        license: what it is an access of.
        start_at: when it starts.
    """

    organization: str
    event: str
    number: int
    license: str
    start_at: datetime

    @property
    def name(self) -> str:
        """What the start is called; no other start has the same name."""
        return f"{self.event}-{self.number}"


@dataclass(frozen=True, kw_only=True)
class CheckSeatLevels:
    """Check whether few or none of a license's seats are left, after some were taken or given back."""

    organization: str
    license: str


@dataclass(frozen=True, kw_only=True)
class AddToDigest:
    """Add the event's expired invites to the day's summary for managers."""

    event: Event


@dataclass(frozen=True, kw_only=True)
class TrackHolder:
    """Record that an organization holds a license of a product, so that it is notified of a retirement."""

    product: str
    organization: str
    license: str


@dataclass(frozen=True, kw_only=True)
class AnnounceRetirement:
    """Announce to the holders of a product that its retirement was set, moved or lifted."""

    product: str


@dataclass(frozen=True, kw_only=True)
class CopyProduct:
    """Write a product's present name and address to the organizations that hold licenses of it."""

    product: str


@dataclass(frozen=True, kw_only=True)
class CopyExtension:
    """Write the later end of a license to the accesses, invites and sublicenses that have its terms."""

    organization: str
    license: str


@dataclass(frozen=True, kw_only=True)
class ContinueImport:
    """Have the worker do the next step of an import.

    Attributes:
        settled: the rows of the present chunk that were settled when the import was last queued.
        idle_turns: how many turns of the worker in a row have settled none.
    """

    organization: str
    import_id: str
    settled: int = 0
    idle_turns: int = 0


@dataclass(frozen=True, kw_only=True)
class AdvanceWaitlist:
    """Enroll people from the organization's waitlist, as far as seats are available."""

    organization: str


@dataclass(frozen=True, kw_only=True)
class EraseLearner:
    """Have the worker erase a learner's personal data from the organization.

    Attributes:
        holds: how often the erasure had to wait for others.
    """

    organization: str
    erasure: str
    holds: int = 0


Effect = (
    Email
    | ScheduleStart
    | CheckSeatLevels
    | AddToDigest
    | TrackHolder
    | AnnounceRetirement
    | CopyProduct
    | CopyExtension
    | ContinueImport
    | AdvanceWaitlist
    | EraseLearner
)


def email_id(event: str, recipient: str) -> str:
    """Return the id of the email about an event to one recipient; always the same, without the address.

    Whoever knows an address can compute its part of the id. So the id is in the table and in queues, where it
    does not stay, and in no log (decision 94).
    """
    return f"{event}.{hashlib.sha256(recipient.encode()).hexdigest()[:16]}"
