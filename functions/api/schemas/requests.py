"""Requests that managers file and operators answer: for support, and for more seats."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from functions.api.schemas.common import (
    Actor,
    ActorName,
    Email,
    Id,
    Instant,
    Paged,
    PersonId,
    Seats,
    Shape,
    ruled,
)
from functions.api.schemas.figures import SeatRequestCounts, SupportRequestCounts, counts_field
from functions.api.schemas.licenses import OrderId, ProductSummary
from functions.api.schemas.organizations import OrganizationName
from usher.domain.accesses import AccessState
from usher.domain.invites import InviteState
from usher.domain.requests import MAX_TEXT, MAX_TRAINING, SeatRequestState, SupportKind, SupportState

Message = Annotated[
    str,
    Field(
        description="The request in the manager's own words.",
        examples=["Ann has left the company."],
        json_schema_extra=ruled(MAX_TEXT),
    ),
]
Training = Annotated[str, Field(examples=["First Aid at Work"], json_schema_extra=ruled(MAX_TRAINING))]
Words = Annotated[
    str,
    Field(
        description="The answer, which the managers get by email.",
        examples=["The seat is yours again."],
        json_schema_extra=ruled(MAX_TEXT),
    ),
]


class NewSupportRequest(Shape):
    """A support request to file.

    `release_seat` needs `email` and `license`, `transfer_progress` needs `email` and `training`.
    """

    kind: SupportKind
    message: Message
    email: Email | None = None
    license: Id | None = None
    training: Training | None = Field(None, description="The training whose progress is to be transferred.")


class SupportFacts(Shape):
    """The learner's access to the license and the invite behind it, when the request was filed."""

    access: AccessState | None
    access_start: Instant | None
    invite: Id | None
    invite_state: InviteState | None
    answered_at: Instant | None = Field(description="When the invite was answered.")


class Reply(Shape):
    """An operator's answer."""

    text: Words
    granted: bool | None = Field(
        description="Whether what was asked for was done; null where nothing was asked for that could be.",
        examples=[True],
    )
    at: Instant
    by: Email
    by_name: str | None = Field(
        description="The operator's name when they answered; null if they had none.", examples=["Olga Orr"]
    )


class SupportRequest(Shape):
    """A manager's support request; a field that the request does not have is null."""

    id: Id
    organization: Id
    organization_name: OrganizationName
    kind: SupportKind
    state: SupportState
    message: Message
    person: PersonId | None
    email: Email | None
    license: Id | None
    product: ProductSummary | None
    training: Training | None
    facts: SupportFacts
    created_at: Instant
    created_by: Actor
    created_by_name: ActorName | None
    reply: Reply | None
    withdrawn_at: Instant | None = Field(
        description="When the manager who made the request took it back; null if that was not done.",
        examples=[None],
    )


class SupportRequestPage(Paged):
    """Support requests."""

    items: list[SupportRequest]
    counts: SupportRequestCounts | None = counts_field()


class SupportAnswer(Shape):
    """An answer to a support request."""

    answer: Words
    grant: StrictBool = Field(
        description="To release the seat, or to say that the progress was transferred.", examples=[True]
    )


class NewSeatRequest(Shape):
    """A request for more seats of a license."""

    seats: Seats
    message: Message = ""


class SeatRequest(Shape):
    """A request for more seats of a license; `order` is that of the top-up, once approved."""

    id: Id
    organization: Id
    organization_name: OrganizationName
    license: Id
    product: ProductSummary
    seats: Seats
    state: SeatRequestState
    message: Message
    order: str | None = Field(examples=["PO-2027-0042"])
    created_at: Instant
    created_by: Actor
    created_by_name: ActorName | None
    reply: Reply | None
    withdrawn_at: Instant | None = Field(
        description="When the manager who made the request took it back; null if that was not done.",
        examples=[None],
    )


class SeatRequestPage(Paged):
    """Requests for more seats."""

    items: list[SeatRequest]
    counts: SeatRequestCounts | None = counts_field()


class SeatApproval(Shape):
    """The order under which the seats are added; the request's own id where none is named."""

    order_id: OrderId | None = None


class SeatRefusal(Shape):
    """Why the seats are not added."""

    reason: Words = Field(examples=["Your contract ends this month; let us renew it first."])
