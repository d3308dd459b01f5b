"""Pointers to invites: by license, by group, of the expired and resent ones, and by delivery problem.

A list with such a filter reads the pointers, and not all invites that an organization has (decision 0085).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import field

from usher.domain.delivery_problems import DeliveryProblem, problem_of
from usher.domain.events.event import EventData
from usher.domain.events.invites import (
    InviteAccepted,
    InviteDeclined,
    InviteResent,
    InvitesCreated,
    InvitesExpired,
    InviteWithdrawn,
)
from usher.domain.events.parts import InviteRef
from usher.domain.invites import Invite, InviteKind, InviteState
from usher.lazy_dataclasses import dataclass

EXPIRED = "EXPIRED"
"""In place of an id: the pending invites whose expiry was processed."""

RESENT = "RESENT"
"""In place of an id: the pending invites that were sent again, which may be open though they are old."""

_OF_PROBLEM = {problem: problem.upper() for problem in DeliveryProblem}

BY_PROBLEM = tuple(_OF_PROBLEM.values())
"""In place of an id: the invites whose newest email has a problem, one name for each."""

HELD = _OF_PROBLEM[DeliveryProblem.HELD]

OF_PENDING = (EXPIRED, RESENT, *BY_PROBLEM)
"""The names of pointers to what became of pending invites."""

_ANSWERS: dict[type[EventData], InviteState] = {
    InviteAccepted: InviteState.ACCEPTED,
    InviteDeclined: InviteState.DECLINED,
    InviteWithdrawn: InviteState.WITHDRAWN,
}


@dataclass(frozen=True, kw_only=True)
class InvitePointer:
    """A pointer to an invite.

    Most follow the invite's event and may be outdated, so that the invite itself decides.

    Attributes:
        of: the id of the license or group that the invite is to; or one of OF_PENDING.
        state: the invite's state.
    """

    of: str
    invite: str
    state: InviteState = InviteState.PENDING


@dataclass(frozen=True, kw_only=True)
class PointerChanges:
    """The pointers that an event adds and removes."""

    added: Collection[InvitePointer] = field(default_factory=tuple)
    removed: Collection[InvitePointer] = field(default_factory=tuple)


def pointer_changes_by(data: EventData) -> PointerChanges:
    """Return the pointers that an event adds and removes; repeated, they come to the same."""
    match data:
        case InvitesCreated():
            return PointerChanges(added=_pointers(*data.invites))
        case InviteAccepted() | InviteDeclined() | InviteWithdrawn():
            # An expired invite can be withdrawn, and not answered.
            expired = _pointers_of(data.invite, EXPIRED) if isinstance(data, InviteWithdrawn) else []
            resent = _pointers_of(data.invite, RESENT) if data.invite.number > 1 else []
            return PointerChanges(
                added=_pointers(data.invite, state=_ANSWERS[type(data)]),
                removed=[*_pointers(data.invite), *expired, *resent],
            )
        case InviteResent():
            return PointerChanges(
                added=_pointers_of(data.invite, RESENT),
                removed=_pointers_of(data.invite, EXPIRED),
            )
        case InvitesExpired():
            return PointerChanges(
                added=[one for invite in data.invites for one in _pointers_of(invite, EXPIRED)]
            )
    return PointerChanges()


def names_of(problems: Iterable[DeliveryProblem]) -> tuple[str, ...]:
    """Return the names of the pointers to the invites with one of these problems."""
    return tuple(_OF_PROBLEM[one] for one in dict.fromkeys(problems))


def problem_changes(before: Invite, after: Invite) -> PointerChanges:
    """Return how the pointers by delivery problem change with an invite."""
    old, new = ({*pointers_by_problem(one)} for one in (before, after))
    return PointerChanges(added=new - old, removed=old - new)


def pointers_by_problem(invite: Invite) -> Iterator[InvitePointer]:
    """Yield the pointer to an invite by its delivery problem, if it has one and is to a learner."""
    problem = problem_of(invite)
    if problem is not None and invite.kind is InviteKind.LEARNER:
        yield InvitePointer(of=_OF_PROBLEM[problem], invite=invite.id)


def _pointers(*invites: InviteRef, state: InviteState = InviteState.PENDING) -> list[InvitePointer]:
    return [
        InvitePointer(of=of, invite=invite.id, state=state)
        for invite in invites
        if invite.kind is InviteKind.LEARNER
        for of in (*(one.id for one in invite.licenses), *(one.id for one in invite.groups))
    ]


def _pointers_of(invite: InviteRef, *names: str) -> list[InvitePointer]:
    if invite.kind is not InviteKind.LEARNER:
        return []
    return [InvitePointer(of=name, invite=invite.id) for name in names]
