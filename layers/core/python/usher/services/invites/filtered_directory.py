"""Invites with a filter, by address or name: what passes is looked up before the directory is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import chain

from usher.domain.accesses import AccessState
from usher.domain.directory import DirectoryField
from usher.domain.figures import ACCESSES, OrganizationFigures
from usher.domain.invite_pointers import BY_PROBLEM, EXPIRED, HELD
from usher.domain.invites import Invite, InviteState
from usher.lazy_dataclasses import dataclass
from usher.services.invites.pointed_invites import PointedInvites
from usher.services.list_effort import (
    Effort,
    FoundEarlier,
    KeyFilter,
    LateLookup,
    effort_for,
    keys_in,
    keys_that_pass,
)
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


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """The stretches of time whose invites are wanted.

    Attributes:
        created: the ranges of the listings that have them.
        spans: of each state the first and the last id in these ranges; None where any id will do.
        resent: the ranges of pointers to what is wanted beside these, though it was created before.
    """

    created: Sequence[KeyRange]
    spans: Mapping[InviteState, tuple[str, str]] | None
    resent: Sequence[KeyRange]


@dataclass(frozen=True, kw_only=True)
class _Passing:
    """Which invites may pass, by their ids; with neither ids nor spans any.

    Attributes:
        ids: those that pass the filters with pointers.
        newest: the least id of those to which pointers may not lead yet; None if there are none.
        spans: of each state the first and the last id.
        again: those that are wanted whatever the span.
    """

    ids: frozenset[str] | None
    newest: str | None
    spans: Mapping[InviteState, tuple[str, str]] | None
    again: frozenset[str]

    def may_have(self, state: InviteState, id_: str) -> bool:
        """Return whether an invite may pass that the directory has in a state."""
        if self.spans is not None and id_ not in self.again:
            first, last = self.spans.get(state, (LAST_ID, ""))
            if not first <= id_ <= last:
                return False
        return self.ids is None or id_ in self.ids or (self.newest is not None and self.newest <= id_)


class FilteredDirectory:
    """The directory as far as filters by pointers, or by the time of creation, let pass what is there."""

    def __init__(
        self,
        table: Table,
        pointed: PointedInvites,
        stretches: Stretches,
        *,
        late: Stretches,
        expected: ExpectedInvites,
        effort: Effort,
        limit: int,
    ) -> None:
        """Look up what passes.

        Args:
            table: has the invites.
            pointed: where the pointers are.
            stretches: the stretches of time, as far as they are worth looking up.
            late: the same, once many were loaded in vain.
            expected: how many pass.
            effort: how much is read.
            limit: how many invites a page has.
        """
        self._table = table
        self._pointed = pointed
        self._filters = [
            KeyFilter(ranges=union, expected=sum(map(expected.of, names)))
            for union, names in zip(pointed.unions, pointed.names, strict=True)
        ]
        self._stretches = late
        self._passing = self._look_up(stretches, effort)
        ids, again = self._passing.ids, self._passing.again
        self._limit = limit
        self._late = self._looked_up_late(effort_for(expected.total, limit=limit))
        self._invites: list[Found] | None = None
        if ids is not None and len(ids) <= effort.items:
            # The newest first: where an index has an older state of an invite, the invite itself stays.
            newest = _in_listing(table, pointed.newest, most=effort.items)
            if newest is not None:
                self._invites = [*newest, *invite_lists.found_at(table, sorted(ids))]
        elif self._passing.spans is not None and not pointed.unions and len(again) <= effort.items:
            created_then = _in_listing(table, stretches.created, most=effort.items)
            if created_then is not None:
                self._invites = [*created_then, *invite_lists.found_at(table, sorted(again))]

    def _look_up(self, stretches: Stretches, effort: Effort) -> _Passing:
        """Read what passes, as far as it is not too much."""
        again = keys_in(self._table, stretches.resent, most=effort.keys)
        return _Passing(
            ids=keys_that_pass(self._table, self._filters, effort=effort),
            newest=next((one.low for one in self._pointed.newest), None),
            spans=None if again is None else stretches.spans,
            again=again or frozenset(),
        )

    def _looked_up_late(self, effort: Effort) -> LateLookup[_Passing] | None:
        """What is looked up once many were loaded in vain; None if nothing more can be known."""
        are_unread = self._passing.ids is None or len(self._filters) > 1
        unread = [one.expected for one in self._filters] if are_unread else []
        if self._passing.spans != self._stretches.spans:
            unread.append(0)
        if not unread:
            return None
        look_up = partial(self._look_up, self._stretches, effort.of_all_keys())
        return LateLookup(look_up, after=self._limit + effort.in_vain(*unread))

    def section(
        self,
        field: DirectoryField,
        ranges: Mapping[InviteState, KeyRange],
        *,
        prefix: str = "",
        earlier: Sequence[KeyRange] = (),
        descending: bool,
        wanted: Callable[[Invite], bool],
    ) -> Section[Invite]:
        """Return the section with what stands in the ranges of a field, as far as it passes and is wanted.

        Nothing is wanted that stands in the `earlier` ranges, of the fields that a search has been through.
        """
        if self._invites is not None:
            known = invite_lists.in_order(self._invites, field, prefix=prefix, descending=descending)
            return Section([known], invite_lists.in_listing, wanted)
        found = FoundEarlier(self._table, earlier, limit=self._limit)
        candidates = [Candidates(one, partial(self._can_pass, state, found)) for state, one in ranges.items()]
        return Section(candidates, partial(invite_lists.in_directory, self._table), wanted)

    def _can_pass(self, state: InviteState, earlier: FoundEarlier, entry: Found) -> bool:
        """Whether an entry of the directory, of an invite in a state, may be of one that passes."""
        id_ = invite_lists.id_of(entry)
        if not self._passing.may_have(state, id_):
            return False
        if self._late is None:
            return earlier.is_new(entry)
        return self._late.lets_pass(
            entry, is_new=earlier.is_new, may_pass=lambda passing: passing.may_have(state, id_)
        )


def _in_listing(table: Table, ranges: Sequence[KeyRange], *, most: int) -> list[Found] | None:
    """Return all invites in ranges of the listings; None if there are more than `most`."""
    read = (key_ranges.read(table, one, first=most + 1) for one in ranges)
    return key_sources.all_of(chain.from_iterable(read), most=most)
