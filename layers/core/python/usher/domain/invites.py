"""The life of an invite (DESIGN 2, Invite life)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.changed_products import ChangedProducts
from usher.domain.email_holds import EmailHold
from usher.domain.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError, TooSoonError
from usher.domain.groups import InviteGroup
from usher.domain.instants import rfc3339
from usher.domain.languages import Language
from usher.domain.licenses import LicenseTerms
from usher.domain.organizations import Role
from usher.domain.starts import is_choosable, is_editable, start_on_acceptance
from usher.domain.texts import NotTextError, read_lines
from usher.lazy_dataclasses import dataclass

RESEND_INTERVAL = timedelta(minutes=1)
RESENDS_A_DAY = 10
LINK_REQUEST_INTERVAL = timedelta(days=1)
REMINDER_BEFORE = timedelta(days=3)
MAX_MESSAGE = 2000


class UnknownInviteError(NotFoundError):
    """The organization has no invite with this id."""

    code = "invite_not_found"
    title = "No such invite"
    fields = ("invite",)


class AlreadyAcceptedError(RefusedError):
    """The invite was accepted; its seat is released by a support request only."""

    code = "already_accepted"
    title = "The invite was accepted"
    next_action = "To have an accepted seat released, file a support request; an operator decides."


class WithdrawnError(RefusedError):
    """The invite was withdrawn."""

    code = "invite_withdrawn"
    title = "The invite was withdrawn"
    next_action = "To have the person after all, invite them again."


class DeclinedError(RefusedError):
    """The invite was declined."""

    code = "invite_declined"
    title = "The invite was declined"
    next_action = "To ask the person once more, invite them again."


class ExpiredError(RefusedError):
    """The invite has expired, by the clock and not the sweep."""

    code = "invite_expired"
    title = "The invite has expired"
    next_action = "Ask the person who invited you to send the invite again."


class ReplacedError(RefusedError):
    """A later link of the same invite was sent, and replaced this one."""

    code = "invite_replaced"
    title = "A newer link was sent"
    next_action = "Open the newest email about this invite and use the link in it."


class OtherPersonError(ForbiddenError):
    """The invite is to another address than that of the caller."""

    code = "other_person"
    title = "The invite is for somebody else"
    next_action = "Sign in with the address that was invited."


class ResendTooSoonError(TooSoonError):
    """The invite was resent within the last minute, or ten times today."""

    code = "resend_too_soon"
    title = "Resent too often"


class LinkWorksError(RefusedError):
    """A new link was asked for by one that works."""

    code = "link_works"
    title = "This link works"
    next_action = "Answer the invite by this link."


class LinkRequestedError(TooSoonError):
    """A new link of the same invite was asked for within the last day."""

    code = "link_requested"
    title = "A new link was asked for already"


class BadMessageError(InvalidError):
    """The personal message is too long, or has a character that no text has."""

    code = "bad_message"
    title = "Not a usable message"
    fields = ("message",)
    next_action = f"Shorten the message to {MAX_MESSAGE} characters."


class InviteKind(StrEnum):
    """The kind of an invite: to seats, or to a manager's role."""

    LEARNER = "learner"
    TEAM = "team"


class InviteState(StrEnum):
    """The state of an invite. An expired one is `pending`: expiry is decided by the clock."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class ClosedLink(StrEnum):
    """Why an invite's link cannot answer it any more, though the invite was not accepted."""

    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Delivery(StrEnum):
    """The delivery state of the newest email about an invite."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


_REFUSALS: dict[InviteState, tuple[type[RefusedError], str]] = {
    InviteState.ACCEPTED: (AlreadyAcceptedError, "The invite was accepted already."),
    InviteState.WITHDRAWN: (WithdrawnError, "The invite was withdrawn."),
    InviteState.DECLINED: (DeclinedError, "The invite was declined."),
}


@dataclass(frozen=True, kw_only=True)
class Invite:
    """An offer by email to one address: of seats, or of a manager's role.

    Attributes:
        language: what emails about the invite are written in; None for the organization's.
        number: which sending this is, from 1; the link has it, so that a resend replaces the old link.
        holds_seats: whether the invite's expiry has not been processed yet; until then its reserved seats
            count as assigned. A team invite has no seats, but the flag all the same.
        access_start: the start that a manager chose; None means on acceptance, or the license's own start.
        start_edited: whether the start was chosen after inviting, as also that of a flex subscription may be.
        groups: the groups that acceptance joins.
        remind_at: when the invite comes to expire within three days, and the person is reminded if they want
            to be; None from then on, or where it expires too soon.
        link_requested_at: when a new link was last asked for on the page of one that was closed.
        reminders_off: whether the invited person wants no reminder of this invite any more.
        resent_at, resent_on, resends: the instant of the last resend, its day (UTC, YYYY-MM-DD), and the
            number of resends on that day.
        version: grows with each change; None before the first write.
    """

    id: str
    organization: str
    kind: InviteKind
    email: str
    state: InviteState
    created_at: datetime
    created_by: str
    expires_at: datetime
    licenses: tuple[LicenseTerms, ...] = ()
    groups: tuple[InviteGroup, ...] = ()
    role: Role | None = None
    first_name: str = ""
    last_name: str = ""
    message: str = ""
    language: Language | None = None
    access_start: datetime | None = None
    start_edited: bool = False
    number: int = 1
    sent_at: datetime
    resent_at: datetime | None = None
    resent_on: str = ""
    resends: int = 0
    delivery: Delivery = Delivery.QUEUED
    delivery_held: EmailHold | None = None
    holds_seats: bool = True
    remind_at: datetime | None = None
    reminders_off: bool = False
    link_requested_at: datetime | None = None
    answered_at: datetime | None = None
    version: int | None = None

    def lasting_until(self, end: datetime, *, license_id: str) -> Invite:
        """Return the invite with a license's later end in its terms; it expires when it would have."""
        return replace(
            self,
            licenses=tuple(
                replace(terms, valid_until=max(terms.valid_until, end))
                if terms.license == license_id
                else terms
                for terms in self.licenses
            ),
        )

    def with_products(self, products: ChangedProducts) -> Invite:
        """Return the invite with its products as they are now."""
        return replace(self, licenses=tuple(products.terms(terms) for terms in self.licenses))

    def has_expired(self, now: datetime) -> bool:
        """Return whether the invite is pending and can no longer be answered.

        Once the sweep has processed its expiry it has expired, even if this machine's clock is behind.
        """
        return self.state is InviteState.PENDING and (now >= self.expires_at or not self.holds_seats)

    def start_for(self, terms: LicenseTerms) -> datetime | None:
        """Return the start that was chosen for this license; None where the license's own start applies."""
        governed = is_editable(terms) if self.start_edited else is_choosable(terms)
        return self.access_start if governed else None

    def starts_ahead(self, now: datetime) -> dict[str, datetime]:
        """Return, by license, the starts that accesses accepted at `now` would wait for."""
        starts = {
            terms.license: start_on_acceptance(terms, chosen=self.start_for(terms), now=now)
            for terms in self.licenses
        }
        return {license_: start for license_, start in starts.items() if start > now}

    @property
    def due_at(self) -> datetime | None:
        """When the sweep has to process the invite next; None when it never has to."""
        if self.state is not InviteState.PENDING:
            return None
        if self.remind_at is not None:
            return self.remind_at
        return self.expires_at if self.holds_seats else None

    def require_pending(self) -> None:
        """Raise the error for the invite's state unless it is pending."""
        if self.state is not InviteState.PENDING:
            refusal, detail = _REFUSALS[self.state]
            raise refusal(detail, answered_at=rfc3339(self.answered_at) if self.answered_at else None)

    def require_open(self, *, number: int | None, now: datetime) -> None:
        """Raise the error for the invite's state unless its link with this `number` is valid at `now`.

        None stands for no link: the invited person is signed in, whose address needs no further proof.
        """
        self.require_pending()
        if number is not None and number != self.number:
            raise ReplacedError("This link was replaced by a newer one.")
        if self.has_expired(now):
            raise ExpiredError("The invite has expired.", expired_at=rfc3339(self.expires_at))

    def is_answerable(self, *, number: int, now: datetime) -> bool:
        """Return whether the invite can be answered by the link with this `number` at `now`."""
        return self.number == number and self.state is InviteState.PENDING and not self.has_expired(now)

    def require_closed(self, *, number: int, now: datetime) -> ClosedLink:
        """Return why the link with this `number` does not work.

        Raises:
            AlreadyAcceptedError: the invite was accepted, and needs no link.
            LinkWorksError: the link works.
        """
        if self.state is InviteState.ACCEPTED:
            self.require_pending()
        if self.state is InviteState.WITHDRAWN:
            return ClosedLink.WITHDRAWN
        if self.state is InviteState.DECLINED:
            return ClosedLink.DECLINED
        if self.is_answerable(number=number, now=now):
            raise LinkWorksError("The invite can be answered by this link.")
        return ClosedLink.EXPIRED if number == self.number else ClosedLink.REPLACED

    def awaits_link(self, now: datetime) -> bool:
        """Return whether a new link was asked for within the last day, so that nobody is told again."""
        asked_at = self.link_requested_at
        return asked_at is not None and now < asked_at + LINK_REQUEST_INTERVAL

    def link_requested(self, *, now: datetime) -> Invite:
        """Return the invite with a new link asked for; LinkRequestedError if one was within the last day."""
        if self.link_requested_at is not None and self.awaits_link(now):
            wait = self.link_requested_at + LINK_REQUEST_INTERVAL - now
            raise LinkRequestedError(
                "A new link was asked for within the last day.", retry_after=int(wait.total_seconds())
            )
        return replace(self, link_requested_at=now)

    def require_for(self, email: str) -> None:
        """Raise OtherPersonError unless `email` is the invited address."""
        if email != self.email:
            raise OtherPersonError("You are signed in as somebody else.")

    def resent(self, *, now: datetime, expires_at: datetime) -> Invite:
        """Return the invite as sent again: with a new link that replaces the old one, and a new expiry.

        Raises:
            AlreadyAcceptedError, WithdrawnError, DeclinedError: the invite is not pending.
            ResendTooSoonError: it was resent less than a minute ago, or ten times today.
        """
        self.require_pending()
        today = now.date().isoformat()
        resends = self.resends if self.resent_on == today else 0
        if self.resent_at is not None and now - self.resent_at < RESEND_INTERVAL:
            wait = (self.resent_at + RESEND_INTERVAL - now).total_seconds()
            raise ResendTooSoonError("The invite was resent less than a minute ago.", retry_after=int(wait))
        if resends >= RESENDS_A_DAY:
            tomorrow = now.replace(hour=0, minute=0, second=0) + timedelta(days=1)
            raise ResendTooSoonError(
                f"The invite was resent {RESENDS_A_DAY} times today.",
                retry_after=int((tomorrow - now).total_seconds()),
            )
        return replace(
            self,
            number=self.number + 1,
            sent_at=now,
            resent_at=now,
            resent_on=today,
            resends=resends + 1,
            expires_at=expires_at,
            remind_at=reminder_for(now=now, expires_at=expires_at),
            delivery=Delivery.QUEUED,
            delivery_held=None,
            holds_seats=True,
        )

    def reminded(self) -> Invite:
        """Return the invite as about to expire, with no reminder to come."""
        return replace(self, remind_at=None)

    def without_reminders(self) -> Invite:
        """Return the invite with no reminder sent, of this sending or a later one."""
        return replace(self, reminders_off=True)

    def expired(self) -> Invite:
        """Return the invite with its seats given back; it stays pending and can be resent."""
        return replace(self, holds_seats=False, remind_at=None)

    def withdrawn(self, *, now: datetime) -> Invite:
        """Return the invite as withdrawn by a manager."""
        self.require_pending()
        return self._answered(InviteState.WITHDRAWN, now)

    def declined(self, *, number: int | None, now: datetime) -> Invite:
        """Return the invite as declined through the link with this `number`, or without one."""
        self.require_open(number=number, now=now)
        return self._answered(InviteState.DECLINED, now)

    def accepted(self, *, number: int | None, email: str, now: datetime) -> Invite:
        """Return the invite as accepted by `email` through the link with this `number`, or without one."""
        self.require_open(number=number, now=now)
        self.require_for(email)
        # The seats stay assigned: the accesses hold them from now on.
        return replace(self._answered(InviteState.ACCEPTED, now), holds_seats=self.holds_seats)

    def _answered(self, state: InviteState, now: datetime) -> Invite:
        return replace(self, state=state, answered_at=now, holds_seats=False, remind_at=None)


def expiry_for(*, now: datetime, days: int, licenses: Iterable[LicenseTerms]) -> datetime:
    """Return when an invite sent at `now` expires: after `days`, but not after the end of a license."""
    return min([now + timedelta(days=days), *(terms.valid_until for terms in licenses)])


def reminder_for(*, now: datetime, expires_at: datetime) -> datetime | None:
    """Return when to remind, three days before expiry; None where that is not after `now`."""
    remind_at = expires_at - REMINDER_BEFORE
    return remind_at if remind_at > now else None


def check_message(text: str) -> str:
    """Return the manager's message in the form in which it is kept, or raise BadMessageError."""
    try:
        message = read_lines(text)
    except NotTextError as error:
        raise BadMessageError(f"The message {error}.", reason=str(error)) from error
    if len(message) > MAX_MESSAGE:
        reason = f"has {len(message)} characters, and may have {MAX_MESSAGE}"
        raise BadMessageError(f"The message {reason}.", reason=reason)
    return message
