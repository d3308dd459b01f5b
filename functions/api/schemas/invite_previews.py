"""Previews of invites: what inviting would do."""

from __future__ import annotations

from pydantic import Field

from functions.api.schemas.common import Email, FirstName, Id, Instant, LastName, Problem, Shape
from functions.api.schemas.invites import InviteResult
from functions.api.schemas.licenses import ProductSummary


class PreviewedInvite(InviteResult):
    """What would become of one address. One that would be `invited` has no invite yet."""

    first_name: FirstName = Field(description="The name that the invite would have, or has.")
    last_name: LastName = Field(description="The name that the invite would have, or has.")
    times: int = Field(
        description="Of a `duplicate`, how many times the address was named again; 0 otherwise.", examples=[0]
    )


class PreviewTotals(Shape):
    """How many addresses would have each outcome; one that is named twice counts once there."""

    invited: int = Field(examples=[9])
    already: int = Field(description="Those with the seats, or with an open invite to them.", examples=[2])
    invalid: int = Field(examples=[1])
    too_many_emails: int = Field(description="Those emailed as often today as one may be.", examples=[0])
    duplicates: int = Field(
        description="How many times an address was named that was named before.", examples=[0]
    )


class PreviewedSeats(Shape):
    """The seats that the invites would take of one license."""

    license: Id
    product: ProductSummary
    available: int = Field(
        description="The seats to give now, with those that expired invites of the same people hold.",
        examples=[25],
    )
    needed: int = Field(examples=[9])
    left: int = Field(description="The seats that would be left.", examples=[16])
    missing: int = Field(description="How many more seats are needed than available.", examples=[0])
    starts_at: Instant | None = Field(
        description="When access would start, if accepted now; null where that is at once.", examples=[None]
    )


class InvitePreview(Shape):
    """What the same request would do now, sent to invite."""

    results: list[PreviewedInvite] = Field(
        description="In the order of the request, the malformed ones in their places. What is named more "
        "than once has a line more, a `duplicate`, where it is first named again."
    )
    totals: PreviewTotals
    seats: list[PreviewedSeats] = Field(description="Of each license, the groups' included.")
    access_start: Instant | None = Field(
        description="The start that was chosen; null to start on acceptance.",
        examples=["2027-01-30T23:00:00Z"],
    )
    expires_at: Instant = Field(
        description="When the invites would expire.", examples=["2027-01-20T08:00:00Z"]
    )
    refusal: Problem | None = Field(
        description="Why the request would be refused as a whole, so that nobody is invited; null if it "
        "would not.",
        examples=[None],
    )


class EmailPreview(Shape):
    """An email as its recipient gets it. Its links lead nowhere, and carry no token."""

    to: Email
    subject: str = Field(examples=["Max Muster invites you to First Aid at Work"])
    html: str = Field(examples=["<!doctype html>…"])
    text: str = Field(
        description="Empty for `password_code`, which Cognito sends as HTML alone.",
        examples=["Hello Ann,\n…"],
    )
