"""Where a list of learners finds the accesses that it asks for (decision 0106)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from sys import intern

from usher.domain.accesses import LIVE, AccessState, listed_as
from usher.domain.figures import ACCESSES, OrganizationFigures
from usher.domain.licenses import License, LicenseTerms
from usher.domain.organizations import Organization
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.list_effort import KeyFilter
from usher.store import accesses, figures, key_ranges, key_sources, licenses
from usher.store.key_ranges import Found, KeyRange
from usher.store.key_sources import Candidates, KeySource
from usher.store.table import Table

FEW_LICENSES = 10
"""Of how many licenses a learner's accesses are looked up by their keys; of more, all are read."""


@dataclass(frozen=True, kw_only=True)
class _StateList:
    """The list by address of the accesses of which a state is written: of a license, or an organization."""

    state: AccessState
    license: str = ""
    organization: str = ""

    def range(self, *, low: str, high: str, descending: bool) -> KeyRange:
        """Return the range of these accesses by address."""
        if self.license:
            return accesses.license_range(self.license, self.state, low=low, high=high, descending=descending)
        return accesses.organization_range(
            self.organization, self.state, low=low, high=high, descending=descending
        )


@dataclass(frozen=True, kw_only=True)
class HeldAccesses:
    """Where all accesses are that are asked for. The clock decides, and each has to be looked at.

    Attributes:
        states: the states that are asked for.
        now: by which these are decided.
        lists: where they may be.
        licenses: those that may have such an access, each once.
        are_of_any: whether they are of any license, and not of some that were named.
        over: the licenses that are over, whose accesses may not be written as ended yet.
        expected: how many accesses are there, as figures say; 0 where they do not.
        found: of whom the accesses were read by address: of which licenses they are.
    """

    states: Collection[AccessState]
    now: datetime
    lists: tuple[_StateList, ...]
    licenses: tuple[str, ...]
    are_of_any: bool = False
    over: frozenset[str] = frozenset()
    expected: int = 0
    found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ranges(self, *, low: str = "", high: str = "", descending: bool = False) -> list[KeyRange]:
        """Return the ranges by address that have all of them, and maybe some of licenses that are over."""
        return [one.range(low=low, high=high, descending=descending) for one in self.lists]

    def source(self, *, low: str = "", high: str = "", descending: bool = False) -> KeySource:
        """Return the source of the addresses, which notes the licenses of each."""
        ranges: list[KeySource] = []
        for one in self.lists:
            of_list = one.range(low=low, high=high, descending=descending)
            ranges.append(_HeldAmong(of_list, partial(self._is_held, one)))
        return _Holders(ranges, self.found)

    def filter(self) -> KeyFilter:
        """Return the filter by the addresses, which notes the licenses of each, too, if it reads all."""
        return _HoldersFilter(ranges=self.ranges(), expected=self.expected, found=self.found)

    @property
    def are_of_many(self) -> bool:
        """Whether it is a call for each learner to look up the accesses of one of whom none were read."""
        return self.are_of_any and len(self.licenses) > FEW_LICENSES

    def licenses_of(self, email: str) -> tuple[str, ...] | None:
        """Return of which licenses to look up a learner's accesses; None if they are not known, and many."""
        found = self.found.get(email)
        if found is not None:
            return found
        return None if self.are_of_many else self.licenses

    def _is_held(self, listed: _StateList, found: Found) -> bool:
        """Whether an access that was found in a list is asked for by the clock, as far as the index says.

        A license's list has it whole. One in the organization's has ended if its license is over.
        """
        if not listed.license:
            return listed.state not in LIVE or accesses.license_of(found) not in self.over
        (access,) = accesses.in_listing([found])
        return access is not None and access.state_at(self.now) in self.states


@dataclass(frozen=True, kw_only=True)
class _HoldersFilter(KeyFilter):
    """The addresses that have accesses in some ranges; once all were read, their licenses are noted."""

    found: dict[str, tuple[str, ...]]

    def keys(self, table: Table, *, most: int) -> frozenset[str] | None:
        """Read all addresses; None if they have more than `most` accesses."""
        holders: dict[str, tuple[str, ...]] = {}
        every = chain.from_iterable(key_sources.every_key_of(table, one) for one in self.ranges)
        for number, one in enumerate(every, 1):
            if number > most:
                return None
            before, license_ = holders.get(one.key, ()), intern(accesses.license_of(one))
            holders[one.key] = before if license_ in before else (*before, license_)
        self.found.update(holders)
        return frozenset(holders)


class _HeldAmong(Candidates):
    """The accesses of a range by address that are asked for.

    Where reading stops, it does so between two addresses, and never among the accesses of one.
    """

    def read(self, table: Table, *, first: int) -> Iterator[Found]:
        """Yield the accesses, those of an address once all of it was read, and where reading stopped."""
        before = ""
        # One more, since the end of an address is seen by the next.
        entries = key_ranges.read(table, self.of, first=first + 1, largest=key_sources.MOST_KEYS)
        for address, group in groupby(entries, key=attrgetter("key")):
            own = [*group]
            if own[-1].item is None:
                yield Found(before or address, None)
                return
            yield from filter(self.is_candidate, own)
            before = address


@dataclass(frozen=True)
class _Holders:
    """Those who have accesses in some ranges, each of them once; the licenses are noted by address."""

    ranges: Sequence[KeySource]
    found: dict[str, tuple[str, ...]]

    @property
    def descending(self) -> bool:
        """Whether the greatest key comes first."""
        return self.ranges[0].descending

    def behind(self, key: str) -> _Holders | None:
        """Return what is left from this key on, itself included; None if nothing is."""
        left = [one for range_ in self.ranges if (one := range_.behind(key)) is not None]
        return replace(self, ranges=left) if left else None

    def read(self, table: Table, *, first: int) -> Iterator[Found]:
        """Yield the addresses, each with one of its accesses, and where the reading stopped."""
        # One more, since here, too, the end of an address is seen by the next.
        entries = key_sources.merged(table, self.ranges, first=first + 1)
        for (address, is_end), group in groupby(entries, key=lambda one: (one.key, one.item is None)):
            own = [*group]
            if not is_end:
                self.found[address] = tuple(dict.fromkeys(map(accesses.license_of, own)))
            yield own[0]
            if is_end:
                return


def of_licenses(
    terms: Sequence[LicenseTerms],
    states: Collection[AccessState],
    counted: Mapping[str, OrganizationFigures],
    *,
    now: datetime,
) -> HeldAccesses:
    """Return where the accesses of some licenses are, with the figures of these licenses."""
    lists = tuple(
        _StateList(license=one.license, state=state)
        for one in terms
        for state in sorted(listed_as(states, is_valid=now < one.valid_until))
    )
    return HeldAccesses(
        states=states,
        now=now,
        lists=lists,
        licenses=tuple(dict.fromkeys(one.license for one in lists)),
        expected=sum(_expected(one.license, {one.state}, counted) for one in lists),
    )


def of_any_license(
    context: Context, organization: Organization, states: Collection[AccessState], *, counted: bool
) -> HeldAccesses:
    """Return where the accesses of any license are: a call, and one for the figures if they are `counted`.

    They are in the organization's lists by state. Of a license that is over they have all ended; until that
    is written, they are in the license's own list.
    """
    now = context.now()
    every = licenses.of_organization(context.table, organization.id)
    over = [one for one in every if now >= one.terms.valid_until and one.assigned > 0]
    lists = [_StateList(organization=organization.id, state=one) for one in sorted(states)]
    for license_ in over:
        written = sorted(listed_as(states, is_valid=False) & LIVE)
        lists += [_StateList(license=license_.id, state=one) for one in written]
    possible = tuple(one.id for one in every if _can_have(one, states, now=now))
    figures_of = figures.of_licenses(context.table, organization.id) if counted else {}
    return HeldAccesses(
        states=states,
        now=now,
        lists=tuple(lists),
        licenses=possible,
        are_of_any=True,
        over=frozenset(one.id for one in over),
        expected=sum(_expected(one, states, figures_of) for one in possible),
    )


def _can_have(license_: License, states: Collection[AccessState], *, now: datetime) -> bool:
    """Return whether a license can have an access in some states; ended are those of one that is over."""
    if now >= license_.terms.valid_until:
        return AccessState.ENDED in states
    return license_.assigned > 0 and not LIVE.isdisjoint(states)


def _expected(
    license_: str, states: Collection[AccessState], counted: Mapping[str, OrganizationFigures]
) -> int:
    of_license = counted.get(license_)
    return 0 if of_license is None else sum(max(0, of_license.of_state(ACCESSES, one)) for one in states)
