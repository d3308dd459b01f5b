"""Invites, and changes of one or many of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from functions.api.schemas.common import (
    Actor,
    ActorName,
    DateOrInstant,
    Email,
    FirstName,
    Id,
    Instant,
    LastName,
    Message,
    OwnLanguage,
    Paged,
    PersonId,
    Problem,
    Shape,
)
from functions.api.schemas.figures import InviteCounts, counts_field
from functions.api.schemas.licenses import Terms
from usher.domain.address_faults import AddressFault
from usher.domain.addresses import MAX_ADDRESSES
from usher.domain.email_holds import EmailHold
from usher.domain.groups import MAX_GROUPS, MAX_LICENSES
from usher.domain.invite_batches import Outcome
from usher.domain.invites import Delivery, InviteKind, InviteState
from usher.services.invites.manage_invites import MAX_BULK, BulkAction

_LONGEST_PASTED = 250_000

Pasted = Annotated[str, Field(max_length=_LONGEST_PASTED)]
AccessStart = Annotated[
    DateOrInstant | None,
    Field(
        description="When access starts: a date (midnight in the organization's time zone) or an instant; "
        "null to start on acceptance. A subscription that is not flex starts on its own date.",
        examples=["2027-01-31"],
    ),
]


class NewInvites(Shape):
    """Learners to invite, and to what: one of `license`, `licenses`, `group`, `groups` and `sublicense`."""

    license: Id | None = None
    licenses: list[Id] | None = Field(
        None, description="Several licenses, each address gets a seat of each.", examples=[None]
    )
    group: Id | None = Field(
        None, description="A group: accepting joins it, with a seat of each of its licenses.", examples=[None]
    )
    groups: list[Id] | None = Field(
        None,
        description=f"Up to {MAX_GROUPS} groups: accepting joins them all, with a seat of each of their "
        f"licenses, {MAX_LICENSES} altogether.",
        examples=[None],
    )
    client: Id | None = Field(
        None,
        description="A client of the organization: invites are the client's, to its sublicenses or group.",
        examples=[None],
    )
    sublicense: Id | None = Field(
        None, description="A sublicense of the `client`; the same as `license` there.", examples=[None]
    )
    emails: Pasted | list[Pasted] = Field(
        description=f"Up to {MAX_ADDRESSES} addresses: a list, or one text with them separated by commas, "
        "spaces, semicolons or new lines, as pasted from anywhere: `Ann Lee <ann@x.io>`, "
        "`Lee, Ann <ann@x.io>`, `mailto:` links, bullets and rows of cells are understood.",
        examples=["ann.lee@acme.example, ben@acme.example"],
    )
    access_start: AccessStart = None
    message: Message = ""
    language: OwnLanguage = None
    first_name: FirstName = Field(
        "", description="For a single address; refused with several.", examples=[""]
    )
    last_name: LastName = Field("", description="For a single address; refused with several.", examples=[""])
    skip_invalid: StrictBool = Field(
        default=False, description="If an address is malformed, invite the others.", examples=[False]
    )


class InviteGroup(Shape):
    """A group that an invite is to, by the name that it had then."""

    id: Id
    name: str = Field(examples=["Night shift"])


class Sent(Shape):
    """How often the invite was sent, and when it was last sent."""

    count: int = Field(examples=[1])
    last_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])


class Invite(Shape):
    """An offer of seats to one address. An expired one is `pending` with `expired: true`."""

    id: Id
    kind: InviteKind
    person: PersonId
    email: Email
    first_name: FirstName = Field(description="As the manager typed it.")
    last_name: LastName = Field(description="As the manager typed it.")
    state: InviteState
    expired: bool = Field(examples=[False])
    expires_at: Instant = Field(examples=["2027-01-20T08:00:00Z"])
    access_start: Instant | None = Field(
        description="The start that was chosen; null to start on acceptance.",
        examples=["2027-01-30T23:00:00Z"],
    )
    licenses: list[Terms]
    groups: list[InviteGroup] = Field(description="The groups that acceptance joins.")
    message: Message
    language: OwnLanguage
    sent: Sent
    delivery: Delivery = Field(description="The delivery status of the newest email.")
    delivery_held: EmailHold | None = Field(
        description="Why the newest email is still `queued`: the rate or daily quota of the mail service is "
        "used up, or sending was paused. It is sent as soon as that passes, within a day; null otherwise.",
        examples=[None],
    )
    answered_at: Instant | None = Field(
        description="When it was accepted, declined or withdrawn; null before.", examples=[None]
    )
    link_requested_at: Instant | None = Field(
        description="When a new link was last asked for, on the page of one that is closed; null if never.",
        examples=[None],
    )
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor
    created_by_name: ActorName | None


class InvitePage(Paged):
    """Invites in the order that was asked for."""

    items: list[Invite]
    counts: InviteCounts | None = counts_field()


class InviteResult(Shape):
    """The outcome for one address, with its invite if there is one."""

    email: str = Field(
        description="The address; as it was sent if it is malformed.", examples=["ann.lee@acme.example"]
    )
    outcome: Outcome
    invite: Invite | None
    reason: str | None = Field(
        description="Why the address is `invalid` or has `too_many_emails`; null otherwise.",
        examples=[None],
    )
    reason_code: AddressFault | None = Field(
        description="Why the address is `invalid`, for programs; null otherwise.", examples=[None]
    )
    suggestion: str | None = Field(
        description="The address that was probably meant; null where there is none to suggest.",
        examples=[None],
    )
    retry_after: int | None = Field(
        description="Seconds until an address with `too_many_emails` can be invited; null otherwise.",
        examples=[None],
    )


class InviteResults(Shape):
    """The outcome for each address, in the order of the request, the malformed ones in their places."""

    results: list[InviteResult]


class StartChange(Shape):
    """The new start of access."""

    access_start: AccessStart


class BulkChange(Shape):
    """One change of many invites, each on its own. `access_start` is for `reschedule` only."""

    action: BulkAction
    invites: list[Id] = Field(description=f"1 to {MAX_BULK} invites.")
    access_start: AccessStart = Field(None, examples=[None])


class BulkDone(Shape):
    """The invite was changed; `invite` is the result."""

    id: Id
    outcome: Literal["done"]
    invite: Invite


class BulkRefused(Shape):
    """The change was refused; `error` says why."""

    id: Id
    outcome: Literal["refused"]
    error: Problem


class BulkResults(Shape):
    """The outcome for each invite, in the order of the request."""

    results: list[Annotated[BulkDone | BulkRefused, Field(discriminator="outcome")]]
