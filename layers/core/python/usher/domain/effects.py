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
    RETIRING_NOTICE = "retiring_notice"
    STAYING_NOTICE = "staying_notice"
    ENDING_NOTICE = "ending_notice"
    SEATS_LOW_NOTICE = "seats_low_notice"
    SEATS_OUT_NOTICE = "seats_out_notice"
    ACCESS_RELEASED = "access_released"
    SUPPORT_ANSWERED = "support_answered"
    SEATS_ANSWERED = "seats_answered"
    IMPORT_FINISHED_NOTICE = "import_finished_notice"
    ENTRY_LINK = "entry_link"
    JOIN_REQUESTED_NOTICE = "join_requested_notice"
    JOIN_APPROVED = "join_approved"
    JOIN_REFUSED = "join_refused"
    JOIN_WAITING = "join_waiting"
    CODE_COPY = "code_copy"


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
class ScheduleStart:
    """An access whose start lies ahead: a workflow has to wait for it."""

    email: str
    license: str
    start_at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckSeatLevels:
    """A license whose seats were taken or given back: whether they run low has to be looked at."""

    organization: str
    license: str


@dataclass(frozen=True, kw_only=True)
class AddToDigest:
    """Expiries that managers are told of together with the others of the day."""

    event: Event


@dataclass(frozen=True, kw_only=True)
class TrackHolder:
    """A license that was granted: its organization is to hear if the product is retired."""

    product: str
    organization: str
    license: str


@dataclass(frozen=True, kw_only=True)
class AnnounceRetirement:
    """A product whose retirement was set, moved or lifted: who holds it has to be told."""

    product: str


@dataclass(frozen=True, kw_only=True)
class ContinueImport:
    """An import that the worker has to take further."""

    organization: str
    import_id: str


@dataclass(frozen=True, kw_only=True)
class AdvanceWaitlist:
    """An organization in which a seat may have come free for who waits for one."""

    organization: str


@dataclass(frozen=True, kw_only=True)
class EraseLearner:
    """A learner whom the worker has to take out of all that the organization holds."""

    organization: str
    erasure: str


Effect = (
    EraseLearner
    | AdvanceWaitlist
    | Email
    | ScheduleStart
    | CheckSeatLevels
    | AddToDigest
    | TrackHolder
    | AnnounceRetirement
    | ContinueImport
)

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
    Template.IMPORT_FINISHED_NOTICE: Notice.IMPORT_FINISHED,
}
"""The emails to managers that each of them can switch off for themselves."""

_MOVES_IMPORTS = frozenset({EventType.IMPORT_UPLOADED, EventType.IMPORT_CONFIRMED})

_RETIREMENTS = frozenset({EventType.PRODUCT_RETIREMENT_SET, EventType.PRODUCT_RETIREMENT_LIFTED})

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
        EventType.SUBLICENSE_CREATED,
        EventType.SUBLICENSE_RESIZED,
        EventType.GROUP_LICENSE_ADDED,
        EventType.GROUP_LICENSE_APPLIED,
        EventType.SUPPORT_REQUEST_ANSWERED,
        EventType.SEATS_APPROVED,
        EventType.LEARNER_JOINED,
        EventType.JOIN_APPROVED,
        EventType.CODE_REDEEMED,
        EventType.LEARNER_PROVISIONED,
    }
)

_MOVES_THE_LINE = frozenset(
    {
        EventType.JOIN_PAGE_CHANGED,
        EventType.JOIN_WAITING,
        EventType.JOIN_APPROVED,
        EventType.GROUP_LICENSE_REMOVED,
        EventType.LEARNER_ERASED,
    }
)
"""Besides seats that come back: what is given became another, or somebody stands in line or left it."""

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
    EventType.PRODUCT_RETIRING: Template.RETIRING_NOTICE,
    EventType.PRODUCT_STAYING: Template.STAYING_NOTICE,
    EventType.SEATS_LOW: Template.SEATS_LOW_NOTICE,
    EventType.SEATS_OUT: Template.SEATS_OUT_NOTICE,
    EventType.SUPPORT_REQUEST_ANSWERED: Template.SUPPORT_ANSWERED,
    EventType.IMPORT_FINISHED: Template.IMPORT_FINISHED_NOTICE,
    EventType.JOIN_REQUESTED: Template.JOIN_REQUESTED_NOTICE,
}
_TO_ASKER: dict[EventType, Template] = {
    EventType.SEATS_APPROVED: Template.SEATS_ANSWERED,
    EventType.SEATS_REFUSED: Template.SEATS_ANSWERED,
    EventType.JOIN_APPROVED: Template.JOIN_APPROVED,
    EventType.JOIN_REFUSED: Template.JOIN_REFUSED,
    EventType.JOIN_WAITING: Template.JOIN_WAITING,
}
"""To whoever asked for something and is answered: `tell` says who, or MANAGERS."""


_ASKERS = {
    EventType.SUPPORT_REQUEST_ANSWERED: "asked_by",
    EventType.SEATS_APPROVED: "asked_by",
    EventType.SEATS_REFUSED: "asked_by",
    EventType.IMPORT_FINISHED: "by",
}


def asker_of(event: Event) -> str:
    """Return the manager who set off what all are told of now; empty where nobody did."""
    return str(event.facts.get(_ASKERS.get(event.type, ""), ""))


def email_id(event: str, recipient: str) -> str:
    """Return the id of the email about an event to one recipient: the same each time, and no address."""
    return f"{event}.{hashlib.sha256(recipient.encode()).hexdigest()[:16]}"


def effects_of(event: Event) -> Iterator[Effect]:
    """Yield what must follow from the event; the same event always yields the same."""
    yield from _emails(event)
    yield from _upkeep(event)
    for one in _rows(event, "starts"):
        yield ScheduleStart(
            email=str(one["email"]),
            license=str(one["license"]),
            start_at=parse_rfc3339(str(one["start_at"])),
        )


def _emails(event: Event) -> Iterator[Email]:
    """Yield the emails to send, those to all managers as one."""
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
    if "copy_to" in event.facts:
        copied = str(event.facts["copy_to"])
        yield Email(
            id=email_id(event.id, copied),
            template=Template.CODE_COPY,
            organization=event.organization,
            to=copied,
            facts=event.facts,
        )
    if event.type is EventType.ENTRY_ASKED:
        asker = str(event.facts["email"])
        yield Email(
            id=email_id(event.id, asker),
            template=Template.ENTRY_LINK,
            organization=event.organization,
            to=asker,
            facts=event.facts,
        )


def _upkeep(event: Event) -> Iterator[Effect]:
    """Yield what has to be looked at or kept, so that managers hear of it."""
    if event.type is EventType.INVITES_EXPIRED:
        yield AddToDigest(event=event)
    if event.type is EventType.LICENSE_GRANTED:
        yield TrackHolder(
            product=str(event.facts["product"]),
            organization=event.organization,
            license=str(event.facts["license"]),
        )
    if event.type in _MOVES_IMPORTS:
        yield ContinueImport(organization=event.organization, import_id=str(event.facts["import"]))
    if event.type is EventType.LEARNER_ERASED:
        yield EraseLearner(organization=event.organization, erasure=str(event.facts["erasure"]))
    if event.type in _RETIREMENTS:
        yield AnnounceRetirement(product=str(event.facts["product"]))
    if event.type in _MOVES_SEATS:
        for license_id in _licenses(event):
            yield CheckSeatLevels(organization=event.organization, license=license_id)
    if _moves_the_line(event):
        yield AdvanceWaitlist(organization=event.organization)


def _moves_the_line(event: Event) -> bool:
    """Say whether who waits for a seat may be let in now."""
    if event.type in _MOVES_THE_LINE:
        return True
    taken = cast("Mapping[str, int]", event.facts.get("seats_taken", {}))
    return event.type in _MOVES_SEATS and (not taken or any(seats < 0 for seats in taken.values()))


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
