"""Names to show beside ids: of organizations, and of who did something in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from usher.domain.people import PROGRAM
from usher.services.authorization import Membership
from usher.services.context import Context
from usher.store import organizations
from usher.store.integrations import api_keys
from usher.store.table import BatchResult, Ref


@dataclass(frozen=True, kw_only=True)
class DisplayNames:
    """Names as they are now.

    Attributes:
        organizations: names by organizations' ids.
        actors: names of managers, and of API keys, by organization and actor; one who left has none.
    """

    organizations: Mapping[str, str]
    actors: Mapping[tuple[str, str], str]

    def organization(self, organization: str) -> str:
        """Return the name of one of the organizations."""
        return self.organizations[organization]

    def actor(self, organization: str, actor: str) -> str | None:
        """Return the actor's name, or None for somebody who is no manager of the organization any more."""
        return self.actors.get((organization, actor))


def read_display_names(
    context: Context, *, organization_ids: Iterable[str] = (), actors: Iterable[tuple[str, str]] = ()
) -> DisplayNames:
    """Read the names of organizations, and of actors with the organization in which each acted.

    One batch of reads for a page; one more where actors are managers, or API keys, of a client's provider.
    """
    pairs = list(dict.fromkeys(actors))
    owners = {*organization_ids, *(organization for organization, _ in pairs)}
    found = context.table.get_many(
        [*(organizations.ref(one) for one in owners), *(_actor_ref(*pair) for pair in pairs)]
    )
    rows = {one: row for one in owners if (row := found.get(organizations.ref(one))) is not None}
    names = {pair: name for pair in pairs if (name := _actor_name(found, *pair)) is not None}
    in_provider = {
        pair: (provider, pair[1])
        for pair in pairs
        if pair not in names and pair[0] in rows and (provider := rows[pair[0]].provider) is not None
    }
    if in_provider:
        elsewhere = context.table.get_many([_actor_ref(*pair) for pair in in_provider.values()])
        for pair, at_provider in in_provider.items():
            if (name := _actor_name(elsewhere, *at_provider)) is not None:
                names[pair] = name
    return DisplayNames(organizations={one: row.name for one, row in rows.items()}, actors=names)


def names_of_actors(context: Context, membership: Membership, actors: Iterable[str]) -> dict[str, str | None]:
    """Return the names of actors in the caller's organization, None for one who left.

    One call for each hundred that are not the caller, and none if there are none. A client's actors may be
    managers or keys of its provider.
    """
    caller = membership.manager
    names: dict[str, str | None] = dict.fromkeys(actors)
    if caller.scopes is None and caller.email in names:  # a program's name is that of its key
        names[caller.email] = f"{caller.first_name} {caller.last_name}".strip() or None
    places = [membership.organization.id, *filter(None, [membership.organization.provider])]
    unknown = [actor for actor, name in names.items() if name is None]
    # The caller's own item, of a person or a key, was read with the membership.
    names |= {actor: _first_name(membership.rows, places, actor) for actor in unknown}
    unread = [actor for actor in unknown if names[actor] is None]
    found = context.table.get_many([_actor_ref(place, actor) for actor in unread for place in places])
    return names | {actor: _first_name(found, places, actor) for actor in unread}


def _first_name(found: BatchResult, places: Iterable[str], actor: str) -> str | None:
    """Return the actor's name at the first of the organizations that has one."""
    return next((name for place in places if (name := _actor_name(found, place, actor)) is not None), None)


def _actor_ref(organization: str, actor: str) -> Ref[Any]:
    if actor.startswith(PROGRAM):
        return api_keys.ref(organization, actor.removeprefix(PROGRAM))
    return organizations.manager_ref(organization, actor)


def _actor_name(found: BatchResult, organization: str, actor: str) -> str | None:
    row = found.get(_actor_ref(organization, actor))
    if row is None:
        return None
    if actor.startswith(PROGRAM):
        return api_keys.api_key_of(row).name
    manager = organizations.manager_of(row)
    return f"{manager.first_name} {manager.last_name}".strip() or None
