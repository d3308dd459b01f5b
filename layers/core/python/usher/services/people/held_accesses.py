"""Where a list of learners finds the accesses that it asks for: in the listings of which licenses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from usher.domain.accesses import LIVE, AccessState, listed_as
from usher.domain.figures import ACCESSES, OrganizationFigures, by_license
from usher.domain.licenses import License, LicenseTerms
from usher.domain.organizations import Organization
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.invites.pointed_invites import NOT_POINTED_TO_YET
from usher.store import accesses, events, figures, key_ranges, key_sources, licenses
from usher.store.id_ranges import ids_from
from usher.store.key_ranges import KeyRange

FEW_PLACES = 10
"""Up to how many places a page merges; of more, those that figures say to be empty are not read."""

_MOST_EVENTS = 200
"""How many new events are looked at for what figures do not count yet; with more, no place is left out."""

_ACCESSES_PER_UNIT = 16
"""How many accesses a read unit reads in a listing, which has them whole."""


@dataclass(frozen=True, kw_only=True)
class HeldAccesses:
    """Where all accesses are that are asked for. The clock decides, and each has to be looked at.

    Attributes:
        places: a license, and a state that may be written of its accesses, each.
        expected: how many accesses are there, as figures say; 0 where they do not.
        are_scattered: whether they are of any license, and in too many places to read all of these for a
            page.
    """

    places: tuple[tuple[str, AccessState], ...]
    expected: int = 0
    are_scattered: bool = False

    @property
    def licenses(self) -> tuple[str, ...]:
        """The licenses, each once."""
        return tuple(dict.fromkeys(license_ for license_, _ in self.places))

    def are_worth_reading(self, learners: int, *, limit: int) -> bool:
        """Return whether reading all of them costs less than looking at learners until a page is full.

        Each place is a call. Of T learners, P of whom have such an access, there is a page among
        `limit` * T / P, and the accesses of each are a call.
        """
        reading = len(self.places) + self.expected / _ACCESSES_PER_UNIT
        return reading * max(1, self.expected) <= limit * learners

    def ranges(self, *, low: str = "", high: str = "", descending: bool = False) -> list[KeyRange]:
        """Return the ranges of these places, by address."""
        return [
            accesses.license_range(license_, state, low=low, high=high, descending=descending)
            for license_, state in self.places
        ]


def of_licenses(
    terms: Sequence[LicenseTerms],
    states: Collection[AccessState],
    counted: Mapping[str, OrganizationFigures],
    *,
    now: datetime,
) -> HeldAccesses:
    """Return where the accesses of some licenses are, with the figures of these licenses."""
    places = tuple(
        (one.license, state)
        for one in terms
        for state in sorted(listed_as(states, is_valid=now < one.valid_until))
    )
    return HeldAccesses(places=places, expected=_expected(places, counted))


def of_any_license(
    context: Context, organization: Organization, states: Collection[AccessState], *, counted: bool
) -> HeldAccesses:
    """Return where the accesses of any license are: a call, and one for the figures if they are `counted`.

    A license that is over has no access that goes on, one that is not has none that ended, and one of which
    no seat is assigned has none that holds a seat. Where there still are many places (FEW_PLACES), those are
    left out that are empty by the figures and by what they do not count yet: a call more for each shard.
    """
    every = licenses.of_organization(context.table, organization.id)
    places = tuple((one.id, state) for one in every for state in _written(one, states, now=context.now()))
    if not counted and len(places) <= FEW_PLACES:
        return HeldAccesses(places=places)
    figures_of = figures.of_licenses(context.table, organization.id)
    empty = {place for place in places if place[1] in LIVE and _count(place, figures_of) <= 0}
    if empty and len(places) > FEW_PLACES:
        changed = _changed_lately(context, organization)
        places = tuple(one for one in places if one not in empty or changed is None or one[0] in changed)
    return HeldAccesses(
        places=places,
        expected=_expected(places, figures_of),
        are_scattered=len(places) > FEW_PLACES,
    )


def _written(license_: License, states: Collection[AccessState], *, now: datetime) -> Iterator[AccessState]:
    """Yield the states that may be written of a license's accesses in these."""
    is_valid = now < license_.terms.valid_until
    impossible = {AccessState.ENDED} if is_valid else {AccessState.SCHEDULED, AccessState.ACTIVE}
    for state in sorted(listed_as({*states} - impossible, is_valid=is_valid)):
        if state not in LIVE or license_.assigned > 0:
            yield state


def _count(place: tuple[str, AccessState], counted: Mapping[str, OrganizationFigures]) -> int:
    of_license = counted.get(place[0])
    return 0 if of_license is None else of_license.of_state(ACCESSES, place[1])


def _expected(places: Collection[tuple[str, AccessState]], counted: Mapping[str, OrganizationFigures]) -> int:
    return sum(max(0, _count(one, counted)) for one in places)


def _changed_lately(context: Context, organization: Organization) -> frozenset[str] | None:
    """Return the licenses whose figures new events change, counted or not; None if there are many."""
    since = ids_from(context.now() - NOT_POINTED_TO_YET)
    newest = (
        key_ranges.read(context.table, left, first=_MOST_EVENTS + 1)
        for one in events.ranges(organization.id, organization.shards)
        if (left := one.from_key(since)) is not None
    )
    found = key_sources.all_of(chain.from_iterable(newest), most=_MOST_EVENTS)
    if found is None:
        return None
    happened = (one for one in events.read_found(found) if one is not None)
    return frozenset(chain.from_iterable(by_license(one.figures) for one in happened))
