"""What managers ask of whoever runs Usher, and what they are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from functions.api.schemas.common import Actor, Email, Id, Instant, Paged, Seats, Shape
from usher.domain.accesses import AccessState
from usher.domain.invites import InviteState
from usher.domain.requests import SeatRequestState, SupportKind, SupportState

_LONGEST = 8000

Message = Annotated[
    str,
    Field(max_length=_LONGEST, description="In one's own words.", examples=["Ann has left the company."]),
]
Training = Annotated[str, Field(max_length=_LONGEST, examples=["First Aid at Work"])]
ProductName = Annotated[str, Field(examples=["First Aid at Work"])]
Words = Annotated[
    str,
    Field(
        max_length=_LONGEST, description="What the managers are told.", examples=["The seat is yours again."]
    ),
]


class NewSupportRequest(Shape):
    """What to ask for.

    `release_seat` needs `email` and `license`, `transfer_progress` needs `email` and `training`.
    """

    kind: SupportKind
    message: Message
    email: Email | None = None
    license: Id | None = None
    training: Training | None = Field(None, description="What progress is to be transferred in.")


class SupportFacts(Shape):
    """The learner's access to the license and the invite behind it, as they were at the filing."""

    access: AccessState | None
    access_start: Instant | None
    invite: Id | None
    invite_state: InviteState | None
    answered_at: Instant | None = Field(description="When the invite was answered.")


class Reply(Shape):
    """What whoever runs Usher answered; `granted` says whether they did what was asked."""

    text: Words
    granted: bool = Field(examples=[True])
    at: Instant
    by: Email


class SupportRequest(Shape):
    """A manager's request; null where it names no such thing."""

    id: Id
    organization: Id
    kind: SupportKind
    state: SupportState
    message: Message
    email: Email | None
    license: Id | None
    product: ProductName | None
    training: Training | None
    facts: SupportFacts
    created_at: Instant
    created_by: Actor
    reply: Reply | None


class SupportRequestPage(Paged):
    """Support requests."""

    items: list[SupportRequest]


class SupportAnswer(Shape):
    """What to answer; `grant` releases the seat that a request asks to have released."""

    answer: Words
    grant: StrictBool = Field(examples=[True])


class NewSeatRequest(Shape):
    """How many seats more, and why."""

    seats: Seats
    message: Message = ""


class SeatRequest(Shape):
    """A request for more seats of a license; `order` is that of the top-up, once approved."""

    id: Id
    organization: Id
    license: Id
    product: ProductName
    seats: Seats
    state: SeatRequestState
    message: Message
    order: str | None = Field(examples=["PO-2027-0042"])
    created_at: Instant
    created_by: Actor
    reply: Reply | None


class SeatRequestPage(Paged):
    """Requests for more seats."""

    items: list[SeatRequest]


class SeatApproval(Shape):
    """The order under which the seats are added; the request's own id where none is named."""

    order_id: str | None = Field(None, examples=["PO-2027-0042"])


class SeatRefusal(Shape):
    """Why the seats are not added."""

    reason: Words = Field(examples=["Your contract ends this month; let us renew it first."])
