"""Names to show beside ids: of organizations, and of who did something in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from usher.domain.changed_products import ChangedProducts
from usher.domain.events.event import SYSTEM
from usher.domain.licenses import Product
from usher.domain.people import PROGRAM, Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import Membership
from usher.services.context import Context
from usher.store import managers, organizations
from usher.store.integrations import api_keys
from usher.store.people import learners
from usher.store.table import BatchResult, Ref


@dataclass(frozen=True, kw_only=True)
class DisplayNames:
    """Names as they are now.

    Attributes:
        organizations: names by organizations' ids.
        products: what their products that changed are called now, by organizations' ids.
        actors: names of managers, and of API keys, by organization and actor; one who left has none.
    """

    organizations: Mapping[str, str]
    products: Mapping[str, ChangedProducts]
    actors: Mapping[tuple[str, str], str]

    def organization(self, organization: str) -> str:
        """Return the name of one of the organizations."""
        return self.organizations[organization]

    def product(self, organization: str, copied: Product) -> Product:
        """Return a product as it is now, of a copy in something that is one of the organization's."""
        return self.products[organization].product(copied)

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
    return DisplayNames(
        organizations={one: row.name for one, row in rows.items()},
        products={one: organizations.organization_of(row).products for one, row in rows.items()},
        actors=names,
    )


class ActorNames:
    """The names of whoever acted in an organization, for the answer to one request of one caller.

    The caller's own is known from their authorization; all others that an answer names are read in one call
    for each hundred, managers and API keys, and learners where the answer may name them. A name that is known
    is not read again.
    """

    def __init__(self, context: Context, *, person: Person, organization: str) -> None:
        self._context = context
        self._person = person
        self._organization = organization
        self._names: dict[str, str | None] = {SYSTEM: None}

    def __call__(self, actor: str) -> str | None:
        """Return the actor's name, or None for one who left, gave no name, or is the system."""
        self.read([actor])
        return self._names[actor]

    def read(self, actors: Iterable[str | None], *, with_learners: bool = False) -> None:
        """Read the names of all actors whose names are not known yet; of learners, too, `with_learners`."""
        caller = self._person.known_as.get(self._organization)
        if caller is not None and caller.name:
            self._names[self._person.email] = caller.name
        unread = [one for one in dict.fromkeys(actors) if one and one not in self._names]
        if not unread:
            return
        here = [self._organization]
        places = here if caller is None else [*here, *filter(None, [caller.provider])]
        refs = {one: [_actor_ref(place, one) for place in places] for one in unread}
        learner_refs = {one: learners.ref(self._organization, one) for one in unread if with_learners}
        found = self._context.table.get_many(
            [*(at for several in refs.values() for at in several), *learner_refs.values()]
        )
        for one in unread:
            row = found.get(learner_refs[one]) if one in learner_refs else None
            as_learner = None if row is None else f"{row.first_name} {row.last_name}".strip()
            self._names[one] = _first_name(found, places, one) or as_learner or None


def names_of_actors(context: Context, membership: Membership, actors: Iterable[str]) -> dict[str, str | None]:
    """Return the names of actors in the caller's organization, None for one who left.

    One call for each hundred that are not the caller, and none if there are none. A client's actors may be
    managers or keys of its provider.
    """
    caller = membership.manager
    names: dict[str, str | None] = dict.fromkeys(actors)
    if caller.scopes is None and caller.email in names:  # a program's name is that of its key
        names[caller.email] = caller.full_name or None
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
    return managers.manager_ref(organization, actor)


def _actor_name(found: BatchResult, organization: str, actor: str) -> str | None:
    row = found.get(_actor_ref(organization, actor))
    if row is None:
        return None
    if actor.startswith(PROGRAM):
        return api_keys.api_key_of(row).name
    return managers.manager_of(row).full_name or None
