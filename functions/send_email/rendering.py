"""Renders an email into a message: a subject, HTML with its style inlined, and a text that says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from functions.send_email import wording
from usher.domain import wording as named
from usher.domain.colors import palette
from usher.domain.effects import Email, Template
from usher.domain.events import Json
from usher.domain.instants import parse_rfc3339
from usher.domain.invites import Invite
from usher.domain.licenses import LicenseTerms
from usher.domain.organizations import ManagerState
from usher.domain.starts import start_on_acceptance
from usher.gateways.mail import Message
from usher.services.outbox.send_email import EmailContext

MOST_NAMED = 50
"""Addresses that a notice to managers names; of the others it says how many they are."""

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
    }
)


class EmailRenderer:
    """Renders emails. The templates are read at once, so that a mistake in one shows when it is deployed."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            # HTML is escaped; in a text or a subject `&amp;` would be the mistake.
            autoescape=select_autoescape(enabled_extensions=("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "in_words": named.in_words,
            "listed": wording.listed,
            "listed_shortly": wording.listed_shortly,
            "broken_lines": wording.broken_lines,
            "first_upper": lambda text: text[:1].upper() + text[1:],
        }
        self._environment.globals |= {"roles": named.ROLES, "may": named.MAY}
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, context: EmailContext) -> Message:
        """Return the message. The same context gives the same one, but for the days that are left."""
        values = self._values(context)
        return Message(
            to=context.email.to,
            sender_name=wording.one_line(context.organization.name),
            subject=wording.one_line(self._part(context, "subject", values)),
            html=self._inliner.inline(self._part(context, "html", values)),
            text=self._part(context, "txt", values).strip() + "\n",
            reply_to=_reply_to(context),
        )

    def _part(self, context: EmailContext, part: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(f"{context.email.template}.{part}").render(values)

    def _values(self, context: EmailContext) -> dict[str, object]:
        organization, invite = context.organization, context.invite
        return {
            "organization": wording.one_line(organization.name),
            "time_zone": organization.time_zone,
            "palette": palette(organization.branding.color),
            "logo_url": organization.branding.logo_url,
            "to": context.email.to,
            "invite": invite,
            "first_name": _first_name(context.email, invite),
            "asker": _asker(context.email),
            "personal_message": "" if invite is None else wording.plain(invite.message),
            "inviter": _inviter(context),
            "link": context.link,
            "origin": context.origin,
            "products": _products(context.email, invite),
            "starts": [] if invite is None else _starts(invite, self._now()),
            "time_left": "" if invite is None else wording.time_left(invite.expires_at, self._now()),
            "ends_at": _end(context.email, invite),
            "answered": _Answered(context.email),
            "retirement": _Retirement(context.email),
            "facts": context.email.facts,
            "request": _Request(context.email),
            "copy": _Copy(context),
        }


@dataclass(frozen=True, kw_only=True)
class _Start:
    """When the access to a product starts; `at` is None where that is as soon as the invite is accepted."""

    kind: str
    product: str
    at: datetime | None


class _Answered:
    """The invites that a notice to managers is about, named up to MOST_NAMED."""

    def __init__(self, email: Email) -> None:
        rows = _rows(email) if email.template in _TO_MANAGERS else []
        self.count = cast("int", email.facts.get("count") or len(rows))
        self.rows = [_named(row) for row in rows[:MOST_NAMED]]
        self.emails = [str(row["email"]) for row in rows[:MOST_NAMED]]
        self.more = self.count - len(self.emails)
        self.who = wording.listed_shortly(self.emails) if rows else ""
        if name := wording.one_line(str(email.facts.get("actor_name") or "")):
            self.who = f"{name} ({self.who})"
        self.team = bool(email.facts.get("team")) or any(row.get("kind") == "team" for row in rows)
        products = cast("list[str]", email.facts.get("products") or [])
        self.seats = any(row.get("kind") != "team" and (products or row.get("products")) for row in rows)
        self.about = list(dict.fromkeys([*map(wording.one_line, products), *(what for _, what in self.rows)]))


class _Retirement:
    """When a product is retired and which licenses of it the organization has; empty in every other email."""

    def __init__(self, email: Email) -> None:
        facts = email.facts
        self.at = _instant(facts.get("retires_at"))
        self.formerly = _instant(facts.get("formerly"))
        held = cast("list[Mapping[str, Json]]", facts.get("held") or [])
        self.licenses = [(one["total"], one["in_use"], _instant(one["ends_at"])) for one in held]
        self.more = cast("int", facts.get("held_count") or 0) - len(held)


class _Request:
    """A manager's request for seats or support, and its answer; empty in every other email."""

    def __init__(self, email: Email) -> None:
        facts = email.facts
        self.kind = str(facts.get("kind") or "other")
        self.about = wording.one_line(str(facts.get("email") or ""))
        self.training = wording.one_line(str(facts.get("training") or ""))
        self.message = wording.plain(str(facts.get("message") or ""))
        self.answer = wording.plain(str(facts.get("answer") or ""))
        self.granted = bool(facts.get("granted"))
        self.seats = cast("int", facts.get("seats") or 0)


class _Copy:
    """A registration or redemption code to forward, and where it is redeemed; empty in every other email."""

    def __init__(self, context: EmailContext) -> None:
        facts = context.email.facts
        self.code = str(facts.get("code") or "")
        self.landing_page = f"{context.origin}/c/{context.organization.slug}"
        self.address = f"{self.landing_page}/{self.code}"
        self.message = wording.plain(str(facts.get("message") or ""))
        self.domain = str(facts.get("domain") or "")
        self.cap = cast("int | None", facts.get("cap"))


def _first_name(email: Email, invite: Invite | None) -> str:
    """Return the first name to greet with: the manager's spelling or, of a verified person, their own."""
    if invite is not None:
        return wording.one_line(invite.first_name)
    return wording.one_line(str(email.facts.get("first_name") or "")) if "request" in email.facts else ""


def _asker(email: Email) -> str:
    """Return who asked to join; empty in every other email."""
    facts = email.facts
    if email.template is not Template.JOIN_REQUESTED_NOTICE:
        return ""
    return wording.one_line(f"{facts['first_name']} {facts['last_name']} ({facts['email']})")


def _instant(text: Json) -> datetime | None:
    return None if text is None else parse_rfc3339(str(text))


def _named(row: Mapping[str, Json]) -> tuple[str, str]:
    """Return an invite's address and what it offered: products, a group or a place in the team."""
    email, products = str(row["email"]), cast("list[str]", row.get("products") or [])
    if row.get("kind") == "team":
        return email, "your team"
    group = row.get("group_name")
    named = products or ([f"the group {group}"] if group else ["your organization"])
    return email, wording.listed([wording.one_line(name) for name in named])


def _reply_to(context: EmailContext) -> str:
    """Return the inviting manager's address; empty in notices to managers, and once that manager has left."""
    inviter = context.inviter
    if context.email.template in _TO_MANAGERS or inviter is None or inviter.state is not ManagerState.ACTIVE:
        return ""
    return inviter.email


def _inviter(context: EmailContext) -> str:
    """Return the inviting manager's name, else their address; empty where there is none (any more)."""
    if not _reply_to(context) or context.inviter is None:
        return ""
    name = f"{context.inviter.first_name} {context.inviter.last_name}"
    return wording.one_line(name) or context.inviter.email


def _products(email: Email, invite: Invite | None) -> list[str]:
    """Return the products that the email is about: those of its event, else all that the invite offers."""
    rows = _rows(email)
    # A notice to managers is about invites of one kind: what holds for the first of them holds for all.
    own = next((row for row in rows if row["email"] == email.to), rows[0] if rows else {})
    named = cast("list[str]", own.get("products") or email.facts.get("products") or [])
    if not named and email.template in _TO_MANAGERS:
        named = [name for row in _rows(email) for name in cast("list[str]", row.get("products") or [])]
    if not named and invite is not None:
        named = [terms.product.name for terms in invite.licenses]
    if not named and (group := own.get("group_name") or email.facts.get("group_name")):
        named = [f"the group {group}"]
    return [wording.one_line(name) for name in named]


def _starts(invite: Invite, now: datetime) -> list[_Start]:
    return [_start(terms, invite, now) for terms in invite.licenses]


def _start(terms: LicenseTerms, invite: Invite, now: datetime) -> _Start:
    at = start_on_acceptance(terms, chosen=invite.start_for(terms), now=now)
    return _Start(
        kind=named.KINDS[terms.product.kind],
        product=wording.one_line(terms.product.name),
        at=at if at > now else None,
    )


def _end(email: Email, invite: Invite | None) -> datetime | None:
    """Return when the access or the license ends that the email is about; None in every other email."""
    if "ends_at" in email.facts:
        return parse_rfc3339(str(email.facts["ends_at"]))
    offered = () if invite is None else invite.licenses
    ends = (terms.valid_until for terms in offered if terms.license == email.facts.get("license"))
    return next(ends, None)


def _rows(email: Email) -> list[Mapping[str, Json]]:
    return cast("list[Mapping[str, Json]]", email.facts.get("invites") or [])
