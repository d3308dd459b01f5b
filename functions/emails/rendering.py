"""Renders an email as a message: a subject, HTML with inlined styles, and a text with the same content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from jinja2 import pass_context
from jinja2.runtime import Context

from functions.email_layout.html import email_environment, inlined, layout_values
from functions.emails import contents, wording
from functions.emails.console_links import console_link
from usher.domain.effects.kinds import Template
from usher.domain.events.accesses import AccessStartChanged
from usher.domain.events.event import EventData
from usher.domain.events.invites import InviteStartChanged
from usher.domain.invites import Invite
from usher.domain.licenses import LicenseTerms
from usher.domain.organizations import ManagerState, Role
from usher.domain.starts import is_editable, start_on_acceptance
from usher.gateways.mail import Message
from usher.lazy_dataclasses import dataclass
from usher.services.outbox.send_email import EmailContext
from usher.translations.dates import Dates
from usher.translations.names import kind_name, role_name, role_permissions
from usher.translations.texts import Texts, texts

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


_BLANK_LINES = re.compile(r"\n{3,}")
"""More than one blank line, as templates leave them around what is left out."""


class EmailRenderer:
    """Renders emails. A template is compiled when it is first used: all at once take most of a start."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._environment = email_environment(Path(__file__).parent / "templates")
        self._environment.filters |= {
            "aligned": _aligned,
            "broken_lines": wording.broken_lines,
            "first_upper": lambda text: text[:1].upper() + text[1:],
        }

    def compile_all(self) -> list[str]:
        """Compile all templates, and return their names; a test finds an error in one before deployment."""
        names = self._environment.list_templates()
        for name in names:
            self._environment.get_template(name)
        return names

    def render(self, context: EmailContext) -> Message:
        """Return the message, which depends on the context and, for the days that are left, on the time."""
        values = self._values(context)
        return Message(
            to=context.email.to,
            sender_name=wording.one_line(context.organization.name),
            subject=wording.one_line(self._part(context, "subject", values)),
            html=inlined(self._part(context, "html", values)),
            text=_BLANK_LINES.sub("\n\n", self._part(context, "txt", values)).strip() + "\n",
            reply_to=_reply_to(context),
            headers=_headers(context.unsubscribe_link),
        )

    def _part(self, context: EmailContext, part: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(f"{context.email.template}.{part}").render(values)

    def _values(self, context: EmailContext) -> dict[str, object]:
        organization, invite, data, now = (
            context.organization,
            context.invite,
            context.email.data,
            self._now(),
        )
        words = texts(context.language)
        dates = words.dates(organization.time_zone, now=now)
        return {
            **layout_values(
                wording.one_line(organization.name),
                organization.branding,
                origin=context.origin,
                texts=words,
            ),
            **_of_invite(invite, now),
            **_of_role(contents.role(data, invite), words),
            **_links(context, words),
            "dates": dates,
            "contact": wording.one_line(organization.contact),
            "to": context.email.to,
            "first_name": contents.first_name(data, invite),
            "asker": contents.asker(data),
            "reason": contents.reason(data),
            "inviter": _inviter(context),
            "products": contents.products(data, invite, words),
            "given": contents.given(data, invite, words),
            "unaddressed": [wording.one_line(course.name) for course in context.courses if not course.url],
            "starts": _starts(invite, data, words, dates, now),
            "ends_at": contents.ends_at(data, invite),
            "answered": contents.AnsweredInvites(context.email, words),
            "retirement": contents.Retirement(data),
            "outcomes": contents.outcomes(data, words),
            "data": data,
            "request": contents.request_answer(data),
            "copy": contents.CodeCopy(data, landing_page=f"{context.origin}/c/{organization.slug}"),
        }


def _links(context: EmailContext, words: Texts) -> dict[str, object]:
    """Return the variables of where the email leads; `console` has its words in the language."""
    page = console_link(context.email, origin=context.origin)
    return {
        "link": context.link,
        "unsubscribe_link": context.unsubscribe_link,
        "origin": context.origin,
        "console": replace(page, words=words.gettext(page.words)),
    }


def _of_role(role: Role | None, words: Texts) -> dict[str, object]:
    """Return the variables of the role that the email is about; none of other emails."""
    if role is None:
        return {}
    return {"role": role_name(words, role), "role_permissions": role_permissions(words, role)}


def _of_invite(invite: Invite | None, now: datetime) -> dict[str, object]:
    """Return the variables of the invite; `in_groups` names its groups where products stand beside them."""
    if invite is None:
        return {"invite": None, "personal_message": "", "groups": [], "in_groups": [], "days_left": 0}
    groups = [wording.one_line(group.name) for group in invite.groups]
    return {
        "invite": invite,
        "personal_message": wording.plain(invite.message),
        "groups": groups,
        "in_groups": groups if invite.licenses else [],
        "days_left": wording.days_left(invite.expires_at, now),
    }


@pass_context
def _aligned(context: Context, rows: Iterable[tuple[str, str]]) -> str:
    """Return labels, with the language's colon, and their values as lines of text."""
    say = context["texts"].gettext
    return wording.aligned([(say("%(label)s:") % {"label": label}, value) for label, value in rows])


@dataclass(frozen=True, kw_only=True)
class _Start:
    """The start of the access to a product; `at` is None for a start on acceptance.

    `before` tells the start that was moved; it is empty where none was.
    """

    kind: str
    product: str
    at: datetime | None
    before: str = ""


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


def _starts(
    invite: Invite | None, data: EventData, words: Texts, dates: Dates, now: datetime
) -> list[_Start]:
    """Return the starts that the invite gives, or the one that was moved without an invite."""
    if isinstance(data, AccessStartChanged):
        at, product = data.access.start_at, wording.one_line(data.access.license.product.name)
        ahead = at if at is not None and at > now else None
        return [_Start(kind="", product=product, at=ahead, before=dates.start(data.previous_start_at))]
    if invite is None:
        return []
    return [
        replace(_start(terms, invite, words, now), before=_before(terms, invite, data, words, dates, now))
        for terms in invite.licenses
    ]


def _start(terms: LicenseTerms, invite: Invite, words: Texts, now: datetime) -> _Start:
    return _Start(
        kind=kind_name(words, terms.product.kind),
        product=wording.one_line(terms.product.name),
        at=_ahead(terms, invite.start_for(terms), now),
    )


def _before(
    terms: LicenseTerms, invite: Invite, data: EventData, words: Texts, dates: Dates, now: datetime
) -> str:
    """Return the start that the access to a license had before, in words; empty if it was not moved."""
    if not isinstance(data, InviteStartChanged) or not is_editable(terms):
        return ""
    at = _ahead(terms, data.previous_access_start, now)
    if at == _ahead(terms, invite.start_for(terms), now):
        return ""
    return words.gettext("as soon as you accept") if at is None else dates.start(at)


def _ahead(terms: LicenseTerms, chosen: datetime | None, now: datetime) -> datetime | None:
    """Return the start of an access accepted now; None for a start on acceptance."""
    at = start_on_acceptance(terms, chosen=chosen, now=now)
    return at if at > now else None
