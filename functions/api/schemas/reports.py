"""Reports."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from functions.api.schemas.common import Actor, ActorName, Email, Id, Instant, Paged, PersonId, Shape
from functions.api.schemas.licenses import License
from usher.domain.accesses import AccessState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.invites import Delivery, InviteState


class Format(StrEnum):
    """The format of a report."""

    JSON = "json"
    CSV = "csv"


class ActivityRow(Shape):
    """A person, how they were invited or enrolled, to one license, and with what outcome."""

    method: EnrollmentMethod = Field(
        description="How they were enrolled or are to be; `group` is a group that they were put into, or a "
        "license given to its members, `assignment` a license given to a learner by hand."
    )
    source: str = Field(
        description="The code, the connection's name or, of people who joined at once, the join page's slug.",
        examples=["WELCOME-2027"],
    )
    person: PersonId
    email: Email
    first_name: str = Field(
        description="Of an invite, as the manager typed it, if they did; else as the person gave it.",
        examples=["Ann"],
    )
    last_name: str = Field(
        description="Of an invite, as the manager typed it, if they did; else as the person gave it.",
        examples=["Lee"],
    )
    client: str = Field(
        description="The client's name, if the report is of a client; else empty.", examples=["Harbor"]
    )
    product: str = Field(
        description="The product's name; empty without a license.", examples=["First Aid at Work"]
    )
    group: str = Field(
        description="The name of the group that they came by, at the time; empty for none.",
        examples=["Nurses"],
    )
    license: Id | None = Field(description="Null for a group without licenses.")
    license_from: Instant | None = Field(description="The begin of the license's validity.")
    license_until: Instant | None = Field(description="The end of the license's validity.")
    enrolled_at: Instant | None = Field(description="Null while they are invited.")
    enrolled_by: Actor | None = Field(
        description="The person, the manager who approved or gave it, or `system` where a waiting person was"
        " given a seat; null while they are invited."
    )
    enrolled_by_name: ActorName | None
    access: AccessState | None = Field(
        description="Null if it led to none, or the person was given another since."
    )
    access_start: Instant | None = Field(description="When use begins or began.")
    access_ended_at: Instant | None = Field(
        description="When it ended with its license, or was released on request."
    )
    invited_by: Actor | None = Field(description="Null without an invite, as are all below.")
    invited_by_name: ActorName | None
    invited_at: Instant | None
    state: InviteState | None
    sent: int | None = Field(description="How many emails with a link went out.", examples=[1])
    last_sent_at: Instant | None
    delivery: Delivery | None = Field(description="The delivery status of the newest email.")
    accepted_at: Instant | None
    declined_at: Instant | None
    withdrawn_at: Instant | None
    expired_at: Instant | None = Field(description="When it expired, while it still waits for an answer.")
    invite: Id | None
    event: Id | None = Field(description="The event that enrolled them without an invite; null for invites.")


class ActivityPage(Paged):
    """People invited and enrolled, the newest first."""

    items: list[ActivityRow]


class Enrolled(Shape):
    """The number of people who were enrolled on a day, by method."""

    invite: int = Field(description="Those who accepted an invite.", examples=[8])
    code: int = Field(examples=[3])
    join_page: int = Field(examples=[2])
    single_sign_on: int = Field(examples=[0])
    group: int = Field(
        description="Those who were put into a group, or given a license of theirs.", examples=[0]
    )
    assignment: int = Field(description="Learners who were given a license by hand.", examples=[0])
    self_assignment: int = Field(examples=[0])


class Day(Shape):
    """Learners' invites by outcome and people enrolled on a day, and the seats in use at its end."""

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
    enrolled: Enrolled
    seats_used: int = Field(description="Of all licenses.", examples=[117])


class SeatsUsed(Shape):
    """The seats of a license that are in use over time."""

    license: Id
    product: str = Field(examples=["First Aid at Work"])
    seats: list[int] = Field(description="At the end of each of `days`.", examples=[[117]])


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
    seats_used: list[SeatsUsed] = Field(description="By license, however people came.")
    licenses: list[License] = Field(description="All licenses, with their seats as they are now.")


class Announcement(Shape):
    """A text for managers to copy into an email of their own."""

    subject: str = Field(examples=["Your invitation to training from Acme"])
    text: str = Field(examples=["Hello,\n\nin the next days you will get an email …"])
