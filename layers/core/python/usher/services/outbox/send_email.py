"""The sending of queued emails, each once (DESIGN 3, Email)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from usher.domain.effects.kinds import LINKED, NOTICES, Email, Template
from usher.domain.email_holds import MOST_HOLDS, EmailHold, pause_after
from usher.domain.events.enrollment import EmailVerificationRequested
from usher.domain.events.present_names import with_present_names
from usher.domain.invites import Invite
from usher.domain.languages import Language
from usher.domain.licenses import Product
from usher.domain.organizations import Manager, Organization
from usher.domain.sendings import Sending
from usher.gateways.links import Link, Links
from usher.gateways.mail import EmailHeldError, Mail, Message
from usher.gateways.queue import Queue
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.outbox.email_courses import course_refs, courses
from usher.services.outbox.email_language import language_of, language_refs
from usher.services.outbox.email_relevance import is_relevant, relevance_refs
from usher.services.outbox.held_emails import end_hold, record_hold
from usher.services.outbox.inviters import Inviters
from usher.services.outbox.sent_emails import record_sent, sent_refs, was_sent
from usher.store import emails, invites, organizations
from usher.store.table import Ref


class SendOutcome(StrEnum):
    """What became of a queued email."""

    SENT = "sent"
    REPEATED = "repeated"
    POINTLESS = "pointless"
    TAKEN = "taken"
    HELD_BY_RATE = "held_by_rate"
    HELD_BY_QUOTA = "held_by_quota"
    HELD_BY_PAUSE = "held_by_pause"
    HELD_BY_OUTAGE = "held_by_outage"


_HELD = {
    EmailHold.RATE: SendOutcome.HELD_BY_RATE,
    EmailHold.QUOTA: SendOutcome.HELD_BY_QUOTA,
    EmailHold.PAUSED: SendOutcome.HELD_BY_PAUSE,
    EmailHold.OUTAGE: SendOutcome.HELD_BY_OUTAGE,
}


_DONE = frozenset({SendOutcome.SENT, SendOutcome.REPEATED, SendOutcome.POINTLESS})
"""Outcomes after which nobody tries to send the email again."""


@dataclass(frozen=True, kw_only=True)
class EmailContext:
    """The values that a template may use.

    Attributes:
        link: the address of the invite's page; empty where the email has none.
        unsubscribe_link: the address that switches off what the email is an example of; empty where the email
            cannot be switched off.
        courses: what the email says is open to the learner now, as it is now.
        inviter: the manager behind the invite; None where there is none or they have left.
        language: what the email is written in.
    """

    email: Email
    organization: Organization
    invite: Invite | None
    inviter: Manager | None = None
    courses: tuple[Product, ...] = ()
    link: str
    unsubscribe_link: str = ""
    origin: str
    language: Language


Render = Callable[[EmailContext], Message]


@dataclass(frozen=True, kw_only=True)
class EmailQueues:
    """The queues that emails wait in: those that somebody waits for, and all others."""

    awaited: Queue[Email]
    bulk: Queue[Email]


class SendEmail:
    """Sends queued emails; idempotent, except where SES's answer was lost.

    Then a second copy, with the same link, goes out: SES takes no idempotency key.
    """

    def __init__(
        self,
        context: Context,
        *,
        mail: Mail,
        links: Links,
        origin: str,
        render: Render,
        queues: EmailQueues,
        chance: Callable[[], float],
    ) -> None:
        self._context = context
        self._queues = queues
        self._chance = chance
        self._mail = mail
        self._links = links
        self._origin = origin
        self._render = render

    def send(self, email: Email, inviters: Inviters | None = None) -> SendOutcome:
        """Send the email unless it was sent, is being sent, or does not say what is true any more.

        The emails of one batch share their `inviters`, so that each of these is read once.
        """
        outcome, invite = self._send(email, inviters or Inviters(self._context))
        if outcome in _DONE:
            end_hold(self._context.table, email, invite)
        return outcome

    def _send(self, email: Email, inviters: Inviters) -> tuple[SendOutcome, Invite | None]:
        """Send the email as `send` does; return the email's invite, as it was before, with the outcome."""
        refs: list[Ref[Any]] = [
            organizations.ref(email.organization),
            *sent_refs(email),
            *relevance_refs(email),
            *course_refs(email),
            *language_refs(email),
        ]
        if email.invite:
            refs.append(invites.ref(email.invite))
        found = self._context.table.get_many(refs)
        organization_row = found.get(organizations.ref(email.organization))
        if organization_row is None:
            return SendOutcome.POINTLESS, None
        row = found.get(invites.ref(email.invite)) if email.invite else None
        invite = None if row is None else invites.invite_of(row)
        if was_sent(email, invite, found):
            return SendOutcome.REPEATED, invite
        if not is_relevant(self._context.table, email, invite, found, now=self._context.now()):
            return SendOutcome.POINTLESS, invite
        organization = organizations.organization_of(organization_row)
        language = language_of(email, invite=invite, organization=organization, found=found)
        inviter = inviters.of(organization, invite)
        context = self._email_context(email, organization, invite, language)
        message = self._render(replace(context, inviter=inviter, courses=courses(email, found)))
        if not emails.lease(self._context.table, email.id, now=self._context.now()):
            return SendOutcome.TAKEN, invite
        try:
            message_id = self._mail.send(message, sending=_sending(email))
        except EmailHeldError as held:
            if email.holds >= MOST_HOLDS:
                raise
            self._hold(email, invite, held.reason)
            return _HELD[held.reason], invite
        record_sent(self._context.table, email, message_id=message_id)
        return SendOutcome.SENT, invite

    def _hold(self, email: Email, invite: Invite | None, reason: EmailHold) -> None:
        """Queue the email anew, to be sent after a pause, and note on its invite why it waits."""
        emails.release(self._context.table, email.id, now=self._context.now())
        record_hold(self._context.table, email, invite, reason=reason)
        again = replace(email, holds=email.holds + 1)
        queue = self._queues.bulk if email.bulk else self._queues.awaited
        queue.put([again], delay=pause_after(again.holds, chance=self._chance()))

    def _email_context(
        self, email: Email, organization: Organization, invite: Invite | None, language: Language
    ) -> EmailContext:
        products = organization.products
        return EmailContext(
            email=replace(email, data=with_present_names(email.data, products)),
            organization=organization,
            invite=None if invite is None else invite.with_products(products),
            link=self._link(email, invite),
            unsubscribe_link=self._unsubscribe_link(email),
            origin=self._origin,
            language=language,
        )

    def _link(self, email: Email, invite: Invite | None) -> str:
        if isinstance(email.data, EmailVerificationRequested):
            token = self._links.verification_token(email.data.verification)
            return f"{self._origin}/learn/enter/{token}"
        if email.template not in LINKED and not self._is_about_open_invite(email, invite):
            return ""
        token = self._links.token(Link(invite=email.invite, number=email.number))
        return f"{self._origin}/i/{token}"

    def _is_about_open_invite(self, email: Email, invite: Invite | None) -> bool:
        """Whether the email is about a new start of an invite that its link still answers."""
        moved = email.template is Template.START_CHANGED
        now = self._context.now()
        return moved and invite is not None and invite.is_answerable(number=email.number, now=now)

    def _unsubscribe_link(self, email: Email) -> str:
        notice = NOTICES.get(email.template)
        if notice is not None:
            organization = email.manager_of or email.organization
            token = self._links.notice_token(organization=organization, email=email.to, notice=notice)
            return f"{self._origin}/learn/notices/{token}"
        if email.template is Template.REMINDER:
            return f"{self._origin}/learn/reminders/{self._links.reminder_token(email.invite)}"
        return ""


def _sending(email: Email) -> Sending | None:
    if not email.invite or not email.number:
        return None
    return Sending(invite=email.invite, number=email.number, follow_up=not email.sends_invite)
