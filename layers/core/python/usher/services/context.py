"""What every service stands on, and how it learns who is asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from usher.domain.errors import ForbiddenError
from usher.domain.events import Event, EventType, Json
from usher.domain.organizations import (
    Manager,
    ManagerState,
    Organization,
    Permission,
    Role,
    UnknownOrganizationError,
)
from usher.domain.people import Person
from usher.store import organizations
from usher.store.table import Found, Ref, Table
from usher.store.transaction import BusyError, ConditionFailedError, Write, commit

_T = TypeVar("_T")

ATTEMPTS = 6
"""How often a command looks again when somebody else changed what it had read."""


@dataclass(frozen=True)
class Context:
    """The table, the clock and where ids come from (ULIDs)."""

    table: Table
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def event(
        self, type_: EventType, *, organization: str, actor: str, at: datetime, facts: Mapping[str, Json]
    ) -> Event:
        """Return a new event, to be recorded by the transaction that makes it true."""
        return Event(id=self.new_id(), organization=organization, type=type_, at=at, actor=actor, facts=facts)


@dataclass(frozen=True)
class Desk:
    """A manager at work in their organization, with whatever else was read in the same call."""

    organization: Organization
    manager: Manager
    found: Found


def sit(
    context: Context,
    *,
    person: Person,
    organization: str,
    permission: Permission,
    also: Sequence[Ref[Any]] = (),
    operators: bool = False,
) -> Desk:
    """Read the organization and the caller's place in it, strongly consistent: one call.

    Membership is read on each request, so that removal is immediate (DESIGN 3, Sessions). Where `operators`
    are let in, one needs no place of their own.

    Raises:
        UnknownOrganizationError: there is none, or the caller is no active manager of it (DESIGN 7.4).
        ForbiddenError: the caller's role lacks the permission.
    """
    at_organization = organizations.ref(organization)
    at_manager = organizations.manager_ref(organization, person.email)
    found = context.table.get_many([at_organization, at_manager, *also])
    organization_row, manager_row = found.get(at_organization), found.get(at_manager)
    manager = None if manager_row is None else organizations.manager_of(manager_row)
    if operators and person.operator:
        manager = _standing_in(person, organization)
    if organization_row is None or manager is None or manager.state is not ManagerState.ACTIVE:
        raise UnknownOrganizationError("You manage no such organization.")
    manager.require(permission)
    return Desk(organizations.organization_of(organization_row), manager, found)


def _standing_in(operator: Person, organization: str) -> Manager:
    """Return an operator as the full manager that an organization may not have yet."""
    return Manager(organization=organization, email=operator.email, role=Role.FULL, state=ManagerState.ACTIVE)


def require_operator(person: Person) -> None:
    """Raise ForbiddenError unless the person runs Usher."""
    if not person.operator:
        raise ForbiddenError("This is for operators.", next_action="Ask whoever runs Usher for you.")


def looking_again() -> Iterator[int]:
    """Count the attempts of a command that decides anew when what it read has changed meanwhile.

    Raises:
        BusyError: after the last attempt; nothing was written.
    """
    yield from range(ATTEMPTS)
    raise BusyError("Others kept changing the same thing.")


def commit_dropping(
    context: Context,
    things: Sequence[_T],
    *,
    each: Callable[[_T], Sequence[Write]],
    shared: Callable[[Sequence[_T]], Sequence[Write]],
) -> list[_T]:
    """Commit what is still true of the things, in one transaction, and return those.

    A thing whose conditions fail has changed since it was read; it is dropped and the others committed.
    """
    left = list(things)
    while left:
        writes = {id(thing): each(thing) for thing in left}
        try:
            commit(context.table, [*(w for own in writes.values() for w in own), *shared(left)])
        except ConditionFailedError as stale:
            kept = [thing for thing in left if not any(w in stale for w in writes[id(thing)])]
            if len(kept) == len(left):
                raise
            left = kept
        else:
            return left
    return []
