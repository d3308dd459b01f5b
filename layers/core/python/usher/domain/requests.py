"""Managers' requests to the operators, for support or for more seats. Each request is answered once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from usher.domain.accesses import Access, AccessState
from usher.domain.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError
from usher.domain.invites import Invite, InviteState
from usher.domain.licenses import LicenseTerms
from usher.domain.texts import NotTextError, read_lines
from usher.lazy_dataclasses import dataclass

MAX_TEXT = 2000
MAX_TRAINING = 200

MOST_COUNTED = 1000
"""How far all organizations' requests in a state are counted; so many stands for more, too."""


class UnknownRequestError(NotFoundError):
    """No request has this id."""

    code = "request_not_found"
    title = "No such request"


class AlreadyAnsweredError(RefusedError):
    """The request has its answer already."""

    code = "already_answered"
    title = "The request was answered"
    next_action = "Read the answer in the list of requests; file a new request for anything else."


class RequestWithdrawnError(RefusedError):
    """The manager who made the request took it back."""

    code = "request_withdrawn"
    title = "The request was taken back"
    next_action = "There is nothing to answer any more; a new request can be filed."


class NotRequesterError(ForbiddenError):
    """Somebody else made the request."""

    code = "not_the_requester"
    title = "The request is somebody else's"
    next_action = "Ask the manager who made the request to take it back."


class IncompleteRequestError(InvalidError):
    """The request lacks fields that its kind requires; `missing` names them."""

    code = "request_incomplete"
    title = "The request leaves something out"
    next_action = "Fill in what is missing."


class BadTextError(InvalidError):
    """A text is too long, or has a character that no text has."""

    code = "bad_text"
    title = "Not a usable text"
    next_action = f"Shorten a text to {MAX_TEXT} characters, the name of a training to {MAX_TRAINING}."


class SeatNotInUseError(RefusedError):
    """The access is neither scheduled nor active, so that it has no seat to release."""

    code = "seat_not_in_use"
    title = "There is no accepted seat to release"
    fields = ("email", "license")
    next_action = "An invite that was not accepted yet can be withdrawn; anything else holds no seat."


class GrantNotAskedError(InvalidError):
    """The answer grants a request of a kind that asks for nothing that could be granted."""

    code = "nothing_to_grant"
    title = "There is nothing to grant"
    fields = ("grant",)
    next_action = "Answer the request without granting it."


class SupportKind(StrEnum):
    """The kind of a support request."""

    RELEASE_SEAT = "release_seat"
    TRANSFER_PROGRESS = "transfer_progress"
    OTHER = "other"


class SupportState(StrEnum):
    """The state of a support request."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class SeatRequestState(StrEnum):
    """The state of a request for seats."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_NEEDED: dict[SupportKind, tuple[str, ...]] = {
    SupportKind.RELEASE_SEAT: ("email", "license"),
    SupportKind.TRANSFER_PROGRESS: ("email", "training"),
    SupportKind.OTHER: (),
}
"""The fields that each kind requires, besides the message."""

_GRANTABLE = frozenset({SupportKind.RELEASE_SEAT, SupportKind.TRANSFER_PROGRESS})
"""The kinds that ask for something to be done: Usher releases seats, operators transfer progress."""


@dataclass(frozen=True, kw_only=True)
class RequestDetails:
    """The learner's access and invite when the request was filed, for the operator to see.

    Attributes:
        access, access_start: the state and start of the learner's access to the license; None without one.
        invite, invite_state, answered_at: the access's invite, its state and when it was answered; "" and
            None without one.
    """

    access: AccessState | None = None
    access_start: datetime | None = None
    invite: str = ""
    invite_state: InviteState | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An operator's answer to a request; `granted` is whether what was asked for was done.

    `by_name` is the operator's name at the time, as the table holds no operators; empty if they had none.
    """

    text: str
    granted: bool
    at: datetime
    by: str
    by_name: str = ""


@dataclass(frozen=True, kw_only=True)
class ManagerRequest:
    """A manager's request to the operators. It is filed, listed, and answered once or taken back.

    Attributes:
        terms: the license that the request is about; None if it is about none.
        withdrawn_at: when the manager who made the request took it back; None if that was not done.
    """

    id: str
    organization: str
    message: str
    terms: LicenseTerms | None = None
    created_at: datetime
    created_by: str
    reply: Reply | None = None
    withdrawn_at: datetime | None = None

    def require_open(self) -> None:
        """Raise AlreadyAnsweredError or RequestWithdrawnError unless the request waits for its answer."""
        if self.reply is not None:
            raise AlreadyAnsweredError("The request was answered already.")
        if self.withdrawn_at is not None:
            raise RequestWithdrawnError("The request was taken back already.")

    def require_made_by(self, person: str) -> None:
        """Raise NotRequesterError unless the person, or program, made the request."""
        if person != self.created_by:
            raise NotRequesterError("Only who made a request can take it back.")

    def withdrawn(self, *, now: datetime) -> Self:
        """Return the request as taken back, or raise AlreadyAnsweredError or RequestWithdrawnError."""
        self.require_open()
        return replace(self, withdrawn_at=now)


@dataclass(frozen=True, kw_only=True)
class SupportRequest(ManagerRequest):
    """A manager's request for support."""

    kind: SupportKind
    email: str = ""
    training: str = ""
    details: RequestDetails

    def __post_init__(self) -> None:
        given = {"email": self.email, "license": self.license, "training": self.training}
        require_texts(message=self.message, **{name: given[name] for name in _NEEDED[self.kind]})

    @property
    def license(self) -> str:
        """The id of the license; empty if the request is about none."""
        return "" if self.terms is None else self.terms.license

    @property
    def state(self) -> SupportState:
        """`open` until the request is answered or taken back."""
        if self.withdrawn_at is not None:
            return SupportState.WITHDRAWN
        return SupportState.OPEN if self.reply is None else SupportState.ANSWERED

    @property
    def is_grantable(self) -> bool:
        """Whether the request asks for something that an answer grants or does not."""
        return self.kind in _GRANTABLE

    def answered(self, reply: Reply) -> SupportRequest:
        """Return the request with its answer.

        Raises:
            AlreadyAnsweredError, RequestWithdrawnError: the request is not open.
            GrantNotAskedError: the reply grants a request that asks for nothing to be done.
        """
        self.require_open()
        if reply.granted and not self.is_grantable:
            raise GrantNotAskedError("The request asks for nothing that could be granted.")
        return replace(self, reply=reply)


@dataclass(frozen=True, kw_only=True)
class SeatRequest(ManagerRequest):
    """A manager's request for more seats of a license."""

    terms: LicenseTerms
    seats: int
    order: str = ""

    @property
    def state(self) -> SeatRequestState:
        """`open` until the request is approved, refused or taken back."""
        if self.withdrawn_at is not None:
            return SeatRequestState.WITHDRAWN
        if self.reply is None:
            return SeatRequestState.OPEN
        return SeatRequestState.APPROVED if self.reply.granted else SeatRequestState.REFUSED

    def answered(self, reply: Reply, *, order: str = "") -> SeatRequest:
        """Return the request with its answer, or raise AlreadyAnsweredError or RequestWithdrawnError."""
        self.require_open()
        return replace(self, reply=reply, order=order)


def request_details(access: Access | None, invite: Invite | None, *, now: datetime) -> RequestDetails:
    """Return the details of an access and its invite at `now`."""
    return RequestDetails(
        access=None if access is None else access.state_at(now),
        access_start=None if access is None else access.start_at,
        invite="" if access is None else access.invite,
        invite_state=None if invite is None else invite.state,
        answered_at=None if invite is None else invite.answered_at,
    )


def require_in_use(access: Access | None, *, now: datetime) -> Access:
    """Return the access if its seat was accepted and is still held, or raise SeatNotInUseError."""
    state = None if access is None else access.state_at(now)
    if access is None or state not in {AccessState.SCHEDULED, AccessState.ACTIVE}:
        raise SeatNotInUseError(
            "The person has no accepted seat of this license.", access=None if state is None else str(state)
        )
    return access


def check_text(text: str, *, field: str, longest: int = MAX_TEXT) -> str:
    """Return the text of a request's field in the form in which it is kept, or raise BadTextError."""
    try:
        kept = read_lines(text)
    except NotTextError as error:
        raise BadTextError(f"The text {error}.", fields=(field,), reason=str(error)) from error
    if len(kept) > longest:
        reason = f"has {len(kept)} characters, and may have {longest}"
        raise BadTextError(f"The text {reason}.", fields=(field,), reason=reason)
    return kept


def require_texts(**texts: str) -> None:
    """Raise IncompleteRequestError if texts are empty, with their names."""
    missing = [name for name, text in texts.items() if not text]
    if missing:
        raise IncompleteRequestError(
            f"Left out: {', '.join(missing)}.", fields=tuple(missing), missing=missing
        )
