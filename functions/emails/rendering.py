"""Renders an email as a message: a subject, HTML with inlined styles, and a text with the same content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from functions.email_layout.html import email_environment, inlined, layout_values
from functions.emails import contents, wording
from functions.emails.console_links import console_link
from usher.domain import wording as named
from usher.domain.effects.kinds import Template
from usher.domain.events.accesses import AccessStartChanged
from usher.domain.events.event import EventData
from usher.domain.invites import Invite
from usher.domain.licenses import LicenseTerms
from usher.domain.organizations import ManagerState
from usher.domain.starts import start_on_acceptance
from usher.gateways.mail import Message
from usher.services.outbox.send_email import EmailContext

_TO_MANAGERS = frozenset(
    {
        Template.DECLINED_NOTICE,
        Template.EXPIRED_NOTICE,
        Template.JOINED_NOTICE,
        Template.ENDING_NOTICE,
        Template.RETIRING_NOTICE,
        Template.STAYING_NOTICE,
        Template.SEATS_LOW_NOTICE,
        Template.SEATS_OUT_NOTICE,
        Template.IMPORT_FINISHED_NOTICE,
        Template.JOIN_REQUESTED_NOTICE,
        Template.LINK_REQUESTED_NOTICE,
        Template.SUSPENDED_NOTICE,
        Template.RESUMED_NOTICE,
    }
)


class EmailRenderer:
    """Renders emails. All templates are compiled at start, so that an error in one shows on deployment."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._environment = email_environment(Path(__file__).parent / "templates")
        self._environment.filters |= {
            "day": named.day,
            "start": named.start,
            "end": named.end,
            "deadline": lambda instant, time_zone: named.deadline(instant, time_zone, now=self._now()),
            "listed": wording.listed,
            "listed_shortly": wording.listed_shortly,
            "broken_lines": wording.broken_lines,
            "first_upper": lambda text: text[:1].upper() + text[1:],
        }
        self._environment.globals |= {"roles": named.ROLES, "may": named.MAY}
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, context: EmailContext) -> Message:
        """Return the message, which depends on the context and, for the days that are left, on the time."""
        values = self._values(context)
        return Message(
            to=context.email.to,
            sender_name=wording.one_line(context.organization.name),
            subject=wording.one_line(self._part(context, "subject", values)),
            html=inlined(self._part(context, "html", values)),
            text=self._part(context, "txt", values).strip() + "\n",
            reply_to=_reply_to(context),
            headers=_headers(context.unsubscribe_link),
        )

    def _part(self, context: EmailContext, part: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(f"{context.email.template}.{part}").render(values)

    def _values(self, context: EmailContext) -> dict[str, object]:
        organization, invite, data = context.organization, context.invite, context.email.data
        return {
            **layout_values(
                wording.one_line(organization.name), organization.branding, origin=context.origin
            ),
            "contact": wording.one_line(organization.contact),
            "time_zone": organization.time_zone,
            "to": context.email.to,
            "invite": invite,
            "first_name": contents.first_name(data, invite),
            "asker": contents.asker(data),
            "reason": contents.reason(data),
            "personal_message": "" if invite is None else wording.plain(invite.message),
            "inviter": _inviter(context),
            "link": context.link,
            "unsubscribe_link": context.unsubscribe_link,
            "origin": context.origin,
            "console": console_link(context.email, origin=context.origin),
            "products": contents.products(data, invite),
            "unaddressed": [wording.one_line(course.name) for course in context.courses if not course.url],
            "starts": _starts(invite, data, self._now()),
            "time_left": "" if invite is None else wording.time_left(invite.expires_at, self._now()),
            "ends_at": contents.ends_at(data, invite),
            "answered": contents.AnsweredInvites(context.email),
            "retirement": contents.Retirement(data),
            "data": data,
            "request": contents.request_answer(data),
            "copy": contents.CodeCopy(data, landing_page=f"{context.origin}/c/{organization.slug}"),
        }


@dataclass(frozen=True, kw_only=True)
class _Start:
    """The start of the access to a product; `at` is None for a start on acceptance."""

    kind: str
    product: str
    at: datetime | None


def _headers(unsubscribe_link: str) -> dict[str, str]:
    """Return the headers of an email that nobody wrote, and that can be switched off by one click (RFC 8058).

    RFC 3834 has programs such as absence notes send no answer to it.
    """
    if not unsubscribe_link:
        return {}
    return {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{unsubscribe_link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _reply_to(context: EmailContext) -> str:
    """Return the inviting manager's address while they are a manager; empty for notices to managers."""
    inviter = context.inviter
    if context.email.template in _TO_MANAGERS or inviter is None or inviter.state is not ManagerState.ACTIVE:
        return ""
    return inviter.email


def _inviter(context: EmailContext) -> str:
    """Return the inviting manager's name, or else their address; empty if there is no such manager."""
    if not _reply_to(context) or context.inviter is None:
        return ""
    name = f"{context.inviter.first_name} {context.inviter.last_name}"
    return wording.one_line(name) or context.inviter.email


def _starts(invite: Invite | None, data: EventData, now: datetime) -> list[_Start]:
    """Return the starts that the invite gives, or the one that was moved without an invite."""
    if isinstance(data, AccessStartChanged):
        at, product = data.access.start_at, wording.one_line(data.access.license.product.name)
        return [_Start(kind="", product=product, at=at if at is not None and at > now else None)]
    return [] if invite is None else [_start(terms, invite, now) for terms in invite.licenses]


def _start(terms: LicenseTerms, invite: Invite, now: datetime) -> _Start:
    at = start_on_acceptance(terms, chosen=invite.start_for(terms), now=now)
    return _Start(
        kind=named.KINDS[terms.product.kind],
        product=wording.one_line(terms.product.name),
        at=at if at > now else None,
    )
