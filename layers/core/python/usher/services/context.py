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
from usher.domain.people import ApiKeyCredential, Person
from usher.domain.programs.api_keys import InvalidApiKeyError
from usher.store import organizations
from usher.store.programs import api_keys
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
    are let in, one needs no place of their own. A manager of a client's provider sits in the client with the
    role that they have there, for one call more; `Desk.manager` is then their place in the provider.
    A program sits where its key's organization would, by the scopes of the key.

    Raises:
        UnknownOrganizationError: there is none, or the caller is no active manager of it (DESIGN 7.4).
        ForbiddenError: the caller's role, or key, lacks the permission.
        InvalidApiKeyError: the program's key opens nothing.
    """
    at_organization = organizations.ref(organization)
    at_place = _place(person, organization)
    found = context.table.get_many([at_organization, at_place, *also])
    row = found.get(at_organization)
    home = None if row is None else organizations.organization_of(row)
    if person.key is not None:
        manager = _by_key(context, person.key, found, home)
    elif operators and person.operator:
        manager = _standing_in(person, organization)
    else:
        manager = _in_person(context, person, found, home)
    if home is None or manager is None or not _is_active(manager):
        raise UnknownOrganizationError("You manage no such organization.")
    manager.require(permission)
    return Desk(home, manager, found)


def _place(person: Person, organization: str) -> Ref[Any]:
    """Return where it stands what the caller may do."""
    if person.key is not None:
        return api_keys.ref(person.key.organization, person.key.id)
    return organizations.manager_ref(organization, person.email)


def _in_person(context: Context, person: Person, found: Found, home: Organization | None) -> Manager | None:
    """Return a person's own place, else the one in the provider."""
    if home is None:
        return None
    row = found.get(organizations.manager_ref(home.id, person.email))
    manager = None if row is None else organizations.manager_of(row)
    if home.provider and not _is_active(manager):
        # Whoever manages the provider manages its clients (DESIGN 7.4); only they pay for the second look.
        return organizations.manager(context.table, home.provider, person.email)
    return manager


def _by_key(
    context: Context, credential: ApiKeyCredential, found: Found, home: Organization | None
) -> Manager | None:
    """Return a program's place in its key's organization and in that one's clients, and note the use."""
    row, now = found.get(api_keys.ref(credential.organization, credential.id)), context.now()
    if row is None:
        raise InvalidApiKeyError
    key = api_keys.api_key_of(row)
    key.require_opened_by(credential, now=now)
    if key.is_use_news(now):
        api_keys.note_use(context.table, key, now=now)
    if home is None or key.organization not in {home.id, home.provider}:
        return None
    return key.stand_in()


def _is_active(manager: Manager | None) -> bool:
    return manager is not None and manager.state is ManagerState.ACTIVE


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
