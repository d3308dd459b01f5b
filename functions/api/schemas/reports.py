"""Reports."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from functions.api.schemas.common import Actor, Email, Id, Instant, Paged, PersonId, Shape
from functions.api.schemas.licenses import License
from usher.domain.accesses import AccessState
from usher.domain.invites import Delivery, InviteState


class Format(StrEnum):
    """The format of a report."""

    JSON = "json"
    CSV = "csv"


class ActivityRow(Shape):
    """An invite and one license that it offers: who was invited, by whom, to what, and with what outcome."""

    invite: Id
    person: PersonId
    email: Email
    first_name: str = Field(description="As the manager typed it.", examples=["Ann"])
    last_name: str = Field(description="As the manager typed it.", examples=["Lee"])
    invited_by: Actor
    invited_at: Instant
    license: Id
    product: str = Field(examples=["First Aid at Work"])
    group: str = Field(description="The group's name; empty if the invite is to none.", examples=["Nurses"])
    state: InviteState
    sent: int = Field(description="How many emails with a link went out.", examples=[1])
    last_sent_at: Instant
    delivery: Delivery = Field(description="The delivery status of the newest email.")
    accepted_at: Instant | None
    declined_at: Instant | None
    withdrawn_at: Instant | None
    expired_at: Instant | None = Field(description="When it expired, while it still waits for an answer.")
    access: AccessState | None = Field(
        description="Null if the invite led to none, or the person was given another since."
    )
    access_start: Instant | None = Field(description="When use begins or began.")
    access_ended_at: Instant | None = Field(
        description="When it ended with its license, or was released on request."
    )


class ActivityPage(Paged):
    """The activity of invites, the newest first."""

    items: list[ActivityRow]


class Day(Shape):
    """The number of learners' invites by outcome on a day, and the seats in use at its end."""

    day: str = Field(
        description="In the organization's time zone.",
        examples=["2027-01-31"],
        json_schema_extra={"format": "date"},
    )
    invited: int = Field(examples=[12])
    accepted: int = Field(examples=[8])
    declined: int = Field(examples=[1])
    withdrawn: int = Field(examples=[0])
    expired: int = Field(examples=[2])
    seats_used: int = Field(examples=[117])


class Wait(Shape):
    """The number of people who accepted after a number of whole days."""

    days: int = Field(examples=[0])
    count: int = Field(examples=[5])


class Summary(Shape):
    """The figures of a period, for charts."""

    since: Instant
    until: Instant
    days: list[Day] = Field(description="Each day of the period, the oldest first.")
    days_to_acceptance: list[Wait] = Field(description="Of those who accepted in the period.")
    licenses: list[License] = Field(description="All licenses, with their seats as they are now.")


class Announcement(Shape):
    """A text for managers to copy into an email of their own."""

    subject: str = Field(examples=["Your invitation to training from Acme"])
    text: str = Field(examples=["Hello,\n\nin the next days you will get an email …"])
