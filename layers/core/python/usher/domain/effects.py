"""What must follow from an event: emails to send and starts to wait for (DESIGN 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from usher.domain.events import Event, EventType, Json
from usher.domain.instants import parse_rfc3339

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
    TEAM_INVITE = "team_invite"
    DECLINED_NOTICE = "declined_notice"
    EXPIRED_NOTICE = "expired_notice"


LINKED = frozenset({Template.INVITE, Template.RESENT, Template.REMINDER, Template.TEAM_INVITE})
"""The emails that carry a link to answer; they are worth sending only while the invite is open."""


@dataclass(frozen=True, kw_only=True)
class Email:
    """An email to send. `id` is the same each time the same event is handled, so that it is sent once.

    Attributes:
        to: an address, or MANAGERS.
        invite, number: the invite and which sending of it; "" and 0 where the email is about none.
        facts: what the template needs beyond the invite and the organization.
    """

    id: str
    template: Template
    organization: str
    to: str
    invite: str = ""
    number: int = 0
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Start:
    """An access whose start lies ahead: a workflow has to wait for it."""

    email: str
    license: str
    start_at: datetime


Effect = Email | Start

_TO_LEARNER: dict[EventType, Template] = {
    EventType.INVITES_CREATED: Template.INVITE,
    EventType.INVITE_RESENT: Template.RESENT,
    EventType.INVITES_REMINDED: Template.REMINDER,
    EventType.INVITE_WITHDRAWN: Template.WITHDRAWN,
    EventType.INVITE_START_CHANGED: Template.START_CHANGED,
    EventType.ACCESS_STARTED: Template.ACCESS_STARTED,
    EventType.MANAGER_INVITED: Template.TEAM_INVITE,
}
_TO_MANAGERS: dict[EventType, Template] = {
    EventType.INVITE_DECLINED: Template.DECLINED_NOTICE,
    EventType.INVITES_EXPIRED: Template.EXPIRED_NOTICE,
}


def email_id(event: str, recipient: str) -> str:
    """Return the id of the email about an event to one recipient: the same each time, and no address."""
    return f"{event}.{hashlib.sha256(recipient.encode()).hexdigest()[:16]}"


def effects_of(event: Event) -> Iterator[Effect]:
    """Yield what must follow from the event; the same event always yields the same."""
    if template := _TO_LEARNER.get(event.type):
        for one in _rows(event, "invites"):
            chosen = Template.TEAM_INVITE if one.get("kind") == "team" and template in LINKED else template
            yield Email(
                id=email_id(event.id, str(one["email"])),
                template=chosen,
                organization=event.organization,
                to=str(one["email"]),
                invite=str(one["id"]),
                number=cast("int", one["number"]),
                # Nobody's message names the others of the batch, nor grows with them.
                facts={**event.facts, "invites": [one]},
            )
    if template := _TO_MANAGERS.get(event.type):
        yield Email(
            id=email_id(event.id, MANAGERS),
            template=template,
            organization=event.organization,
            to=MANAGERS,
            facts=event.facts,
        )
    for one in _rows(event, "starts"):
        yield Start(
            email=str(one["email"]),
            license=str(one["license"]),
            start_at=parse_rfc3339(str(one["start_at"])),
        )


def _rows(event: Event, key: str) -> list[Mapping[str, Json]]:
    return cast("list[Mapping[str, Json]]", event.facts.get(key, []))
