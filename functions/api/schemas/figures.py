"""Counts beside lists, and the overview of an organization."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from functions.api.schemas.common import Instant, Shape
from functions.api.schemas.licenses import License

CountsQuery = Annotated[
    bool, Query(alias="counts", description="Whether to answer `counts` beside the items.")
]


def counts_field() -> Any:  # noqa: ANN401 - as Pydantic's own Field
    """Return the field of a page's counts, which is left out where they were not asked for."""
    return Field(
        None,
        description="How many there are in each state, whatever the filters; with `counts=true` alone. What "
        "happened in the last seconds is counted in the next ones.",
        exclude_if=lambda counts: counts is None,
    )


class InviteCounts(Shape):
    """Invites to learners by their state. Expired ones are counted as `expired`, and not as `pending`."""

    pending: int = Field(examples=[12])
    expiring_soon: int = Field(
        description="Pending ones that expire within three days, as of the last quarter of an hour.",
        examples=[4],
    )
    expired: int = Field(description="As of the last quarter of an hour.", examples=[3])
    bounced: int = Field(
        description="Pending and expired ones whose newest email bounced, or was complained about.",
        examples=[1],
    )
    accepted: int = Field(examples=[230])
    declined: int = Field(examples=[2])
    withdrawn: int = Field(examples=[5])


class JoinRequestCounts(Shape):
    """Requests to join by their state."""

    pending: int = Field(examples=[2])
    waiting: int = Field(examples=[1])
    admitted: int = Field(examples=[40])
    refused: int = Field(examples=[3])


class SupportRequestCounts(Shape):
    """Support requests by their state."""

    open: int = Field(examples=[1])
    answered: int = Field(examples=[7])
    withdrawn: int = Field(examples=[0])


class SeatRequestCounts(Shape):
    """Requests for more seats by their state."""

    open: int = Field(examples=[1])
    approved: int = Field(examples=[4])
    refused: int = Field(examples=[0])
    withdrawn: int = Field(examples=[0])


class ImportCounts(Shape):
    """Imports by their state."""

    awaiting_file: int = Field(examples=[0])
    checking: int = Field(examples=[0])
    refused: int = Field(examples=[1])
    checked: int = Field(examples=[0])
    running: int = Field(examples=[1])
    finished: int = Field(examples=[9])
    canceled: int = Field(examples=[0])
    failed: int = Field(examples=[0])


class CodeCounts(Shape):
    """Codes by their state."""

    active: int = Field(examples=[40])
    disabled: int = Field(examples=[2])
    ended: int = Field(description="As of the last quarter of an hour.", examples=[12])
    used_up: int = Field(examples=[97])


class AccessCounts(Shape):
    """Accesses of a license that hold a seat, by their state. Ended and released ones are not counted."""

    reserved: int = Field(examples=[5])
    scheduled: int = Field(examples=[3])
    active: int = Field(examples=[42])


class LearnerCounts(Shape):
    """Learners. How many have an access in which state is counted for each license, beside its accesses."""

    total: int = Field(examples=[230])


class DeliveryCounts(Shape):
    """Deliveries of a webhook that were not made, by their state.

    Each is counted up to 1,000: that number means so many or more. Delivered ones are not counted.
    """

    pending: int = Field(examples=[1], le=1000)
    failed: int = Field(examples=[4], le=1000)


class OpenRequests(Shape):
    """Requests to the operators that have no answer yet."""

    seats: int = Field(examples=[1])
    support: int = Field(examples=[1])


class WaitingPeople(Shape):
    """Requests to join that wait: for a manager's answer, or for a seat."""

    pending: int = Field(description="For a manager's answer.", examples=[2])
    waiting: int = Field(description="For a seat.", examples=[1])


class Overview(Shape):
    """An organization at a glance. The seats are those of this moment."""

    seats: list[License] = Field(description="The licenses with their seats, oldest first.")
    invites: InviteCounts
    learners: int = Field(examples=[230])
    open_requests: OpenRequests
    join_requests: WaitingPeople
    imports_running: int = Field(description="Imports that are checked or carried out now.", examples=[1])
    last_activity: Instant | None = Field(
        description="When a person or a program last did something; null if none did yet."
    )
    as_of: Instant | None = Field(
        description="When the counts last changed; null if nothing happened yet. What happens is counted "
        "within seconds."
    )


class ClientSeats(Shape):
    """Seats of all licenses of a client, those that are over included. `available` ones can be assigned."""

    total: int = Field(examples=[25])
    assigned: int = Field(examples=[12])
    available: int = Field(examples=[13])
