"""What must follow from an event: emails to send, starts to wait for, seats to count (DESIGN 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from usher.domain.events import Event, EventType, Json
from usher.domain.instants import parse_rfc3339
from usher.domain.notices import Notice

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
    JOINED_NOTICE = "joined_notice"
    ENDING_NOTICE = "ending_notice"
    SEATS_LOW_NOTICE = "seats_low_notice"
    SEATS_OUT_NOTICE = "seats_out_notice"
    ACCESS_RELEASED = "access_released"
    SUPPORT_ANSWERED = "support_answered"
    SEATS_ANSWERED = "seats_answered"


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


@dataclass(frozen=True, kw_only=True)
class Count:
    """A license whose seats were taken or given back: whether they run low has to be looked at."""

    organization: str
    license: str


@dataclass(frozen=True, kw_only=True)
class Collect:
    """Expiries that managers are told of together with the others of the day."""

    event: Event


Effect = Email | Start | Count | Collect

NOTICES: dict[Template, Notice] = {
    Template.DECLINED_NOTICE: Notice.INVITE_DECLINED,
    Template.EXPIRED_NOTICE: Notice.INVITES_EXPIRED,
    Template.JOINED_NOTICE: Notice.MANAGER_JOINED,
    Template.ENDING_NOTICE: Notice.LICENSE_ENDING,
    Template.SEATS_LOW_NOTICE: Notice.SEATS_LOW,
    Template.SEATS_OUT_NOTICE: Notice.SEATS_OUT,
    Template.SUPPORT_ANSWERED: Notice.SUPPORT_ANSWERED,
}
"""The emails to managers that each of them can switch off for themselves."""

_MOVES_SEATS = frozenset(
    {
        EventType.INVITES_CREATED,
        EventType.INVITE_RESENT,
        EventType.INVITE_WITHDRAWN,
        EventType.INVITE_DECLINED,
        EventType.INVITES_EXPIRED,
        EventType.SEAT_SELF_ASSIGNED,
        EventType.ACCESSES_ENDED,
        EventType.LICENSE_RESIZED,
        EventType.GROUP_LICENSE_ADDED,
        EventType.GROUP_LICENSE_APPLIED,
        EventType.SUPPORT_REQUEST_ANSWERED,
        EventType.SEATS_APPROVED,
    }
)

_TO_LEARNER: dict[EventType, Template] = {
    EventType.INVITES_CREATED: Template.INVITE,
    EventType.INVITE_RESENT: Template.RESENT,
    EventType.INVITES_REMINDED: Template.REMINDER,
    EventType.INVITE_WITHDRAWN: Template.WITHDRAWN,
    EventType.INVITE_START_CHANGED: Template.START_CHANGED,
    EventType.ACCESS_STARTED: Template.ACCESS_STARTED,
    EventType.GROUP_LICENSE_ADDED: Template.ACCESS_STARTED,
    EventType.GROUP_LICENSE_APPLIED: Template.ACCESS_STARTED,
    EventType.MANAGER_INVITED: Template.TEAM_INVITE,
    EventType.SUPPORT_REQUEST_ANSWERED: Template.ACCESS_RELEASED,
}
_TO_MANAGERS: dict[EventType, Template] = {
    EventType.INVITE_DECLINED: Template.DECLINED_NOTICE,
    EventType.INVITES_EXPIRED_TOLD: Template.EXPIRED_NOTICE,
    EventType.MANAGER_JOINED: Template.JOINED_NOTICE,
    EventType.LICENSE_ENDING: Template.ENDING_NOTICE,
    EventType.SEATS_LOW: Template.SEATS_LOW_NOTICE,
    EventType.SEATS_OUT: Template.SEATS_OUT_NOTICE,
    EventType.SUPPORT_REQUEST_ANSWERED: Template.SUPPORT_ANSWERED,
}
_TO_ASKER: dict[EventType, Template] = {
    EventType.SEATS_APPROVED: Template.SEATS_ANSWERED,
    EventType.SEATS_REFUSED: Template.SEATS_ANSWERED,
}
"""To the manager whose request was answered: `tell` says who, or MANAGERS."""


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
    if template := _TO_ASKER.get(event.type):
        told = str(event.facts["tell"])
        yield Email(
            id=email_id(event.id, told),
            template=template,
            organization=event.organization,
            to=told,
            facts=event.facts,
        )
    if event.type is EventType.INVITES_EXPIRED:
        yield Collect(event=event)
    if event.type in _MOVES_SEATS:
        for license_id in _licenses(event):
            yield Count(organization=event.organization, license=license_id)
    for one in _rows(event, "starts"):
        yield Start(
            email=str(one["email"]),
            license=str(one["license"]),
            start_at=parse_rfc3339(str(one["start_at"])),
        )


def _licenses(event: Event) -> list[str]:
    """Return each license that the event names, once."""
    named = cast("Sequence[str]", event.facts.get("licenses", []))
    of_invites = [
        id_ for one in _rows(event, "invites") for id_ in cast("Sequence[str]", one.get("licenses", []))
    ]
    alone = event.facts.get("license")
    return list(dict.fromkeys([*named, *of_invites, *([str(alone)] if alone else [])]))


def _rows(event: Event, key: str) -> list[Mapping[str, Json]]:
    return cast("list[Mapping[str, Json]]", event.facts.get(key, []))
