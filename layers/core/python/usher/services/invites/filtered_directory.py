"""Invites with a filter, by address or name: what passes is looked up before the directory is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from usher.domain.accesses import AccessState
from usher.domain.directory import DirectoryField
from usher.domain.figures import ACCESSES, OrganizationFigures
from usher.domain.invite_pointers import BY_PROBLEM, EXPIRED, HELD
from usher.domain.invites import Invite, InviteState
from usher.lazy_dataclasses import dataclass
from usher.services.invites.pointed_invites import PointedInvites
from usher.services.list_effort import Effort, keys_that_pass
from usher.services.merged_lists import Section
from usher.store import invite_lists, key_ranges, key_sources
from usher.store.id_ranges import LAST_ID
from usher.store.key_ranges import Found, KeyRange
from usher.store.key_sources import Candidates
from usher.store.table import Table


@dataclass(frozen=True, kw_only=True)
class ExpectedInvites:
    """How many invites an organization has in some states, as its figures and those of its licenses say.

    Attributes:
        of_license: the figures of the licenses that are filtered by.
    """

    figures: OrganizationFigures
    of_license: Mapping[str, OrganizationFigures]
    states: Collection[InviteState]

    @property
    def total(self) -> int:
        """All of them."""
        of_states = sum(self.figures.of_state("invites", one) for one in self.states)
        return of_states + (self.expired if InviteState.PENDING in self.states else 0)

    @property
    def expired(self) -> int:
        """Those that expired."""
        return self.figures.of_state("invites", "expired")

    def of(self, name: str) -> int:
        """Those of a license, that expired or have a delivery problem; 0 where there is no figure for it.

        There is none for groups and held emails. Each pending invite to a license has a seat reserved, and
        most seats that are given were by an invite.
        """
        if name == EXPIRED:
            return self.expired
        if name in BY_PROBLEM:
            return 0 if name == HELD else self.figures.of_state("invites", "bounced")
        of_license = self.of_license.get(name)
        if of_license is None:
            return 0
        accesses = [
            *([AccessState.RESERVED] if InviteState.PENDING in self.states else []),
            *([AccessState.SCHEDULED, AccessState.ACTIVE] if InviteState.ACCEPTED in self.states else []),
        ]
        return sum(of_license.of_state(ACCESSES, one) for one in accesses)


class FilteredDirectory:
    """The directory as far as filters by pointers, or by the time of creation, let pass what is there."""

    def __init__(
        self,
        table: Table,
        pointed: PointedInvites,
        *,
        created: Sequence[KeyRange],
        spans: Mapping[InviteState, tuple[str, str]] | None,
        resent: Sequence[KeyRange] = (),
        expected: ExpectedInvites,
        effort: Effort,
    ) -> None:
        """Look up what passes.

        Args:
            table: has the invites.
            pointed: where the pointers are.
            created: the ranges of the listings that have what is wanted.
            spans: of each state the first and the last id in these ranges; None where any id will do.
            resent: the ranges of pointers to what is wanted beside these, though it was created before.
            expected: how many pass.
            effort: how much is read.
        """
        self._table = table
        self._newest = pointed.newest
        again = key_sources.all_of(_keys_in(table, resent), most=effort.keys)
        self._again = frozenset(one.key for one in again or [])
        self._spans = None if again is None else spans
        many = [sum(map(expected.of, names)) for names in pointed.names]
        self._ids = keys_that_pass(table, pointed.unions, many, effort=effort)
        self._invites: list[Found] | None = None
        if self._ids is not None and len(self._ids) <= effort.items:
            # The newest first: where an index has an older state of an invite, the invite itself stays.
            newest = _in_listing(table, pointed.newest, most=effort.items)
            if newest is not None:
                self._invites = [*newest, *invite_lists.found_at(table, sorted(self._ids))]
        elif self._spans is not None and not pointed.unions and len(self._again) <= effort.items:
            created_then = _in_listing(table, created, most=effort.items)
            if created_then is not None:
                self._invites = [*created_then, *invite_lists.found_at(table, sorted(self._again))]

    def section(
        self,
        field: DirectoryField,
        ranges: Mapping[InviteState, KeyRange],
        *,
        prefix: str = "",
        descending: bool,
        wanted: Callable[[Invite], bool],
    ) -> Section[Invite]:
        """Return the section with what stands in the ranges of a field, as far as it passes and is wanted."""
        if self._invites is not None:
            known = invite_lists.in_order(self._invites, field, prefix=prefix, descending=descending)
            return Section([known], invite_lists.in_listing, wanted)
        load = partial(invite_lists.in_directory, self._table)
        if self._ids is None and self._spans is None:
            return Section([*ranges.values()], load, wanted)
        candidates = [Candidates(one, partial(self._can_pass, state)) for state, one in ranges.items()]
        return Section(candidates, load, wanted)

    def _can_pass(self, state: InviteState, entry: Found) -> bool:
        """Whether an entry of the directory, of an invite in a state, may be of one that passes."""
        id_ = invite_lists.id_of(entry)
        if self._spans is not None and id_ not in self._again:
            first, last = self._spans.get(state, (LAST_ID, ""))
            if not first <= id_ <= last:
                return False
        return self._ids is None or id_ in self._ids or any(one.low <= id_ for one in self._newest[:1])


def _keys_in(table: Table, ranges: Sequence[KeyRange]) -> Iterator[Found]:
    """Yield the pointers in ranges."""
    return chain.from_iterable(key_sources.keys_of(table, one) for one in ranges)


def _in_listing(table: Table, ranges: Sequence[KeyRange], *, most: int) -> list[Found] | None:
    """Return all invites in ranges of the listings; None if there are more than `most`."""
    read = (key_ranges.read(table, one, first=most + 1) for one in ranges)
    return key_sources.all_of(chain.from_iterable(read), most=most)
