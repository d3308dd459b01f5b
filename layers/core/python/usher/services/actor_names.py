"""Names of those who did something: managers by their own name, programs by that of their API key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from usher.domain.people import PROGRAM
from usher.services.authorization import Membership
from usher.services.context import Context
from usher.store import organizations
from usher.store.integrations import api_keys
from usher.store.table import BatchResult, Ref


def names_of(context: Context, membership: Membership, actors: Iterable[str]) -> dict[str, str]:
    """Return the names of actors, "" for whoever is in the team no longer or is a removed key.

    One call for each hundred that are not the caller, and none if there are none. A client's actors may be
    managers or keys of its provider.
    """
    caller = membership.manager
    names = dict.fromkeys(actors, "")
    if caller.scopes is None and caller.email in names:  # a program's name is that of its key
        names[caller.email] = f"{caller.first_name} {caller.last_name}".strip()
    places = [membership.organization.id, *filter(None, [membership.organization.provider])]
    refs = {one: [*_refs(places, one)] for one, name in names.items() if not name}
    # The caller's own item, of a person or a key, was read with the membership.
    names |= {one: _name(membership.rows, found) for one, found in refs.items()}
    unread = {one: found for one, found in refs.items() if not names[one]}
    rows = context.table.get_many([ref for found in unread.values() for ref in found])
    return names | {one: _name(rows, found) for one, found in unread.items()}


def _refs(organizations_: Iterable[str], actor: str) -> Iterator[Ref[Any]]:
    for organization in organizations_:
        if actor.startswith(PROGRAM):
            yield api_keys.ref(organization, actor.removeprefix(PROGRAM))
        else:
            yield organizations.manager_ref(organization, actor)


def _name(rows: BatchResult, refs: Iterable[Ref[Any]]) -> str:
    """Return the name at the first of the places that has one."""
    for ref in refs:
        row = rows.get(ref)
        if isinstance(row, organizations.ManagerRow):
            return f"{row.first_name or ''} {row.last_name or ''}".strip()
        if row is not None:
            return str(row.name)
    return ""
