"""Requests to join that were not granted at once: they wait for a manager's answer, or for a seat."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from usher.domain.directory import DirectoryEntry
from usher.domain.errors import NotFoundError, RefusedError
from usher.domain.languages import Language
from usher.lazy_dataclasses import dataclass

MOST_COUNTED = 500
"""The most places of a waitlist that are counted for somebody on it: so many are read in one call."""


class UnknownJoinRequestError(NotFoundError):
    """Nobody with this address asked to join."""

    code = "join_request_not_found"
    title = "No such request to join"
    next_action = "Look at the list of requests for who asked."


class JoinRequestAnsweredError(RefusedError):
    """The request was granted, or refused, before."""

    code = "join_request_answered"
    title = "The request was answered"
    next_action = "Look at the list of requests: it says what was answered."


class JoinState(StrEnum):
    """The state of a request: it waits for an answer or for a seat, or was answered."""

    PENDING = "pending"
    WAITING = "waiting"
    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class OpenJoinRequest:
    """A person's open request to join, as the person is told of it.

    Attributes:
        id: the id of the request; the waitlist is in the order of these.
        state: `pending` or `waiting`.
    """

    id: str
    organization: str
    state: JoinState
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class JoinRequest:
    """A person's request to join an organization; there is one for each address.

    Attributes:
        id: a ULID; the waitlist is in its order, which is the order of asking.
        language: of the page that the person asked on; None for the organization's.
        answered_by: the manager who decided; empty where the person got a seat that became free.
        version: None before the first write.
    """

    id: str
    organization: str
    email: str
    first_name: str
    last_name: str
    state: JoinState
    asked_at: datetime
    language: Language | None = None
    answered_at: datetime | None = None
    answered_by: str = ""
    version: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the request waits for an answer or for a seat."""
        return self.state in {JoinState.PENDING, JoinState.WAITING}

    def require_open(self) -> None:
        """Raise JoinRequestAnsweredError unless the request waits for an answer or for a seat."""
        if not self.is_open:
            raise JoinRequestAnsweredError("The request was answered.", state=self.state)

    def waiting(self) -> JoinRequest:
        """Return the request as waiting for a seat."""
        return replace(self, state=JoinState.WAITING)

    def admitted(self, *, by: str, now: datetime) -> JoinRequest:
        """Return the request as granted; one that was refused can be granted after all.

        Raises:
            JoinRequestAnsweredError: it was granted before.
        """
        if self.state is JoinState.ADMITTED:
            raise JoinRequestAnsweredError("The request was granted.", state=self.state)
        return replace(self, state=JoinState.ADMITTED, answered_at=now, answered_by=by)

    def refused(self, *, by: str, now: datetime) -> JoinRequest:
        """Return the request as refused.

        Raises:
            JoinRequestAnsweredError: it was answered before.
        """
        self.require_open()
        return replace(self, state=JoinState.REFUSED, answered_at=now, answered_by=by)


def directory_entry(request: JoinRequest) -> DirectoryEntry:
    """Return who asked as they stand in the directory: by the name that they gave."""
    return DirectoryEntry(email=request.email, first_name=request.first_name, last_name=request.last_name)
