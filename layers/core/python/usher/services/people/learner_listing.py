"""Where a list of learners is read, by its filters and its order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

from usher.domain.accesses import Access, GivenState
from usher.domain.directory import DirectoryField, fields_for, read_search
from usher.domain.learner_lists import LearnerCriteria, LearnerSort, directory_entry
from usher.domain.learners import Learner
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import Membership
from usher.services.context import Context
from usher.services.list_effort import (
    FOR_A_SEARCH,
    FoundEarlier,
    KeyFilter,
    LateLookup,
    effort_for,
    keys_that_pass,
)
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.services.people import held_accesses
from usher.services.people.held_accesses import HeldAccesses
from usher.store import accesses, figures, groups, licenses
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.key_sources import Candidates, CommonKeys, KeySource
from usher.store.people import learners
from usher.store.table import BatchResult, Ref

_AT_ONCE = 25
"""How many learners are looked at at once where the accesses of each are a call."""

_MOST_LOOKED_AT = 200
"""How many of them a page looks at, which may be shorter then."""

_TIMES_IN_VAIN = 4
"""How often as many are looked at again while a page has none: a thousand calls take some seconds."""


@dataclass(frozen=True, kw_only=True)
class LearnerQuery:
    """Which learners to list, and in which order; what is empty or None does not filter.

    Attributes:
        search: the beginning of an address, of a first or of a last name; its results have their own order.
        states: of an access, of one of the licenses if there are any.
    """

    email: str | None = None
    search: str | None = None
    licenses: tuple[str, ...] = ()
    states: tuple[GivenState, ...] = ()
    groups: tuple[str, ...] = ()
    sort: LearnerSort | None = None

    @property
    def is_of_any_license(self) -> bool:
        """Whether an access of any license is asked for."""
        return bool(self.states and not self.licenses)

    @property
    def is_by_name(self) -> bool:
        """Whether the list has the order of names."""
        return bool(self.sort and self.sort.is_by_name)

    @property
    def is_read_by_figures(self) -> bool:
        """Whether figures decide how the list is read: what filters let pass, by name or in a search."""
        is_filtered = bool(self.is_of_any_license or self.licenses or self.groups)
        return is_filtered and (self.is_by_name or bool(self.search))


@dataclass(frozen=True)
class _Candidate:
    """A learner who was found, with what decides whether they are wanted."""

    learner: Learner
    is_wanted: bool


class LearnerListing:
    """The reading of one list: by the licenses or groups that are asked for, else by address or by name."""

    def __init__(
        self, context: Context, membership: Membership, query: LearnerQuery, *, email: str | None, limit: int
    ) -> None:
        self._table = context.table
        self._rows = membership.rows
        self._organization = membership.organization.id
        self._query = query
        self._email = email
        self._now = context.now()
        self._limit = limit
        self._search = read_search(query.search, sort=query.sort)
        self._sort = query.sort or LearnerSort.EMAIL
        self._criteria = LearnerCriteria(licenses=query.licenses, states=query.states, groups=query.groups)
        self._learners = figures.found_in(self._rows, self._organization).get("learners")
        self._effort = FOR_A_SEARCH if query.search else effort_for(self._learners, limit=limit)
        self._held = self._where_held(context, membership)

    def _where_held(self, context: Context, membership: Membership) -> HeldAccesses:
        """Where the accesses are that are asked for: of licenses read with the membership, or of any."""
        query, states = self._query, self._criteria.possible_states
        if query.is_of_any_license:
            return held_accesses.of_any_license(
                context, membership.organization, states, counted=query.is_read_by_figures
            )
        terms = [
            licenses.terms_at(self._rows, licenses.ref(self._organization, one)) for one in query.licenses
        ]
        figures_of = {
            one: figures.found_in(self._rows, self._organization, one)
            for one in query.licenses
            if query.is_read_by_figures
        }
        return held_accesses.of_licenses(terms, states, figures_of, now=self._now)

    def page(self, *, cursor: str | None) -> ResultPage[Learner]:
        """Read a page; raises BadCursorError. It is empty where no license can have such an access."""
        if self._criteria.asks_for_access and not self._held.lists:
            return ResultPage(items=[], next=None)
        page = read_page(
            self._table,
            [*self._sections()],
            query=(self._organization, self._query),
            limit=self._limit,
            cursor=cursor,
        )
        return ResultPage(items=[one.learner for one in page.items], next=page.next)

    def _sections(self) -> Iterator[Section[_Candidate]]:
        """A search goes through the directory's fields in turn."""
        descending = self._sort.is_descending
        if self._search:
            for field in fields_for(self._search):
                is_found = partial(self._is_found, field)
                if field is DirectoryField.EMAIL:
                    end = last_beginning_with(self._search)
                    yield self._by_address(is_found, low=self._search, high=end)
                else:
                    yield self._by_name(is_found, field, prefix=self._search)
        elif self._email is not None:
            yield self._by_address(_is_wanted, low=self._email, high=self._email)
        elif self._sort.is_by_name:
            yield self._by_name(_is_wanted, DirectoryField.LAST_NAME, descending=descending)
        else:
            yield self._by_address(_is_wanted, descending=descending)

    def _is_found(self, field: DirectoryField, one: _Candidate) -> bool:
        """Whether the search finds the learner by this field, and not by an earlier one already."""
        is_wanted = one.is_wanted and self._email in {None, one.learner.email}
        return is_wanted and directory_entry(one.learner).found_by(self._search) is field

    def _by_name(
        self,
        wanted: Callable[[_Candidate], bool],
        field: DirectoryField,
        *,
        prefix: str = "",
        descending: bool = False,
    ) -> Section[_Candidate]:
        """Whoever stands under a name, as far as the licenses or groups that are asked for have them."""
        source: KeySource
        if self._few is not None:
            few = [one for one in self._few if not self._is_by_address(one.key)]
            source = learners.in_order(few, field, prefix=prefix, descending=descending)
        else:
            found = learners.name_range(self._organization, field, prefix=prefix, descending=descending)
            source = Candidates(found, partial(self._can_pass, self._found_before(field, prefix)))
        return self._section([source], learners.address_of, wanted)

    def _is_by_address(self, email: str) -> bool:
        """Whether the search finds whoever has this address by it, so that they are not loaded again."""
        return bool(self._search) and email.startswith(self._search)

    def _found_before(self, field: DirectoryField, prefix: str) -> FoundEarlier:
        """Whom a search has found by first name, when it comes to last names."""
        earlier: list[KeyRange] = []
        if prefix and field is DirectoryField.LAST_NAME:
            earlier = [learners.name_range(self._organization, DirectoryField.FIRST_NAME, prefix=prefix)]
        return FoundEarlier(self._table, earlier, limit=self._limit)

    def _can_pass(self, earlier: FoundEarlier, entry: Found) -> bool:
        """Whether an entry of the directory by name may be of a learner who passes, not found already."""
        email = learners.address_of(entry)
        if self._is_by_address(email) or (self._passing is not None and email not in self._passing):
            return False
        if self._late is None:
            return earlier.is_new(entry)
        return self._late.lets_pass(entry, is_new=earlier.is_new, may_pass=lambda passing: email in passing)

    @cached_property
    def _few(self) -> list[Found] | None:
        """The learners of these addresses, where they are few."""
        if self._passing is None or len(self._passing) > self._effort.items:
            return None
        return learners.found_at(self._table, self._organization, sorted(self._passing))

    @cached_property
    def _filters(self) -> list[KeyFilter]:
        """The filters by the addresses of who passes."""
        filters: list[KeyFilter] = []
        if self._query.groups:
            in_groups = (self._rows.get(groups.ref(self._organization, one)) for one in self._query.groups)
            members = sum(int(row.members) for row in in_groups if row is not None)
            filters.append(KeyFilter(ranges=self._in_groups(), expected=members))
        if self._criteria.asks_for_access:
            filters.append(self._held.filter())
        return filters

    def _holding(self, *, low: str = "", high: str = "", descending: bool = False) -> list[KeyRange]:
        """The ranges by address of the accesses that are asked for; none where none is."""
        if not self._criteria.asks_for_access:
            return []
        return self._held.ranges(low=low, high=high, descending=descending)

    @cached_property
    def _passing(self) -> frozenset[str] | None:
        """The addresses that have all who pass the filters among them; None if they are too many."""
        return keys_that_pass(self._table, self._filters, effort=self._effort)

    @cached_property
    def _late(self) -> LateLookup[frozenset[str]] | None:
        """The same, looked up once many were loaded in vain; None if nothing more can be known."""
        filters = self._filters
        if not filters or (self._passing is not None and len(filters) == 1):
            return None
        effort = effort_for(self._learners, limit=self._limit)
        look_up = partial(keys_that_pass, self._table, filters, effort=effort.of_all_keys())
        after = self._limit + effort.in_vain(*(one.expected for one in filters))
        # Where each is a call, a page ends before as many were loaded as these keys cost.
        return LateLookup(look_up, after=min(after, _MOST_LOOKED_AT) if self._held.are_of_many else after)

    def _by_address(
        self,
        wanted: Callable[[_Candidate], bool],
        *,
        low: str = "",
        high: str = "",
        descending: bool = False,
    ) -> Section[_Candidate]:
        """The sources that have whoever is wanted, by address: of licenses, of groups, or of all."""
        in_groups = self._in_groups(low=low, high=high, descending=descending)
        holding = self._holding(low=low, high=high, descending=descending)
        if not in_groups and not holding:
            everybody = learners.address_range(self._organization, low=low, high=high, descending=descending)
            return Section([everybody], _as_found, wanted)
        if not in_groups:
            holders = self._held.source(low=low, high=high, descending=descending)
            return Section([holders], lambda found: self._load([one.key for one in found]), wanted)
        sources: Sequence[KeySource] = [CommonKeys([in_groups, holding])] if holding else in_groups
        return self._section(sources, lambda one: one.key, wanted)

    def _in_groups(self, *, low: str = "", high: str = "", descending: bool = False) -> list[KeyRange]:
        """The ranges by address of the groups that are asked for."""
        return [
            groups.member_range(self._organization, one, low=low, high=high, descending=descending)
            for one in self._query.groups
        ]

    def _section(
        self,
        sources: Sequence[KeySource],
        address_of: Callable[[Found], str],
        wanted: Callable[[_Candidate], bool],
    ) -> Section[_Candidate]:
        def load(found: Sequence[Found]) -> list[_Candidate | None]:
            return self._load([*map(address_of, found)])

        if self._held.are_of_many and not self._held.found:
            return Section(
                sources, load, wanted, at_once=_AT_ONCE, most=_MOST_LOOKED_AT, in_vain=_TIMES_IN_VAIN
            )
        return Section(sources, load, wanted)

    def _load(self, emails: Sequence[str]) -> list[_Candidate | None]:
        """Read the learners, and what is asked for of them; all accesses of each whose licenses are many."""
        refs: list[Ref[Any]] = [learners.ref(self._organization, email) for email in emails]
        for email in emails:
            license_ids = self._held.licenses_of(email) or ()
            refs += held_by(self._organization, email, license_ids, self._criteria.groups)
        rows = self._table.get_many(refs)
        return [self._candidate(rows, email) for email in emails]

    def _candidate(self, rows: BatchResult, email: str) -> _Candidate | None:
        row = rows.get(learners.ref(self._organization, email))
        if row is None:
            return None
        joined = [
            one
            for one in self._criteria.groups
            if rows.get(groups.member_ref(self._organization, one, email)) is not None
        ]
        license_ids = self._held.licenses_of(email)
        own: list[Access] = []
        if license_ids is not None:
            own = accesses_among(rows, email, license_ids)
        elif joined or not self._criteria.groups:
            every = accesses.of_person(self._table, email)
            own = [one for one in every if one.terms.organization == self._organization]
        is_wanted = self._criteria.is_met_by(own, joined, now=self._now)
        return _Candidate(learners.learner_of(row), is_wanted=is_wanted)


def _is_wanted(one: _Candidate) -> bool:
    return one.is_wanted


def _as_found(found: Sequence[Found]) -> list[_Candidate | None]:
    """Return learners who were found in the table itself, all of whom are wanted."""
    return [
        None if (learner := learners.whole(one)) is None else _Candidate(learner, is_wanted=True)
        for one in found
    ]


def held_by(
    organization: str, email: str, license_ids: Collection[str], group_ids: Collection[str]
) -> Iterator[Ref[Any]]:
    """Yield the references of a learner's accesses and memberships, if there are any."""
    for license_ in license_ids:
        yield accesses.ref(email, license_)
    for group in group_ids:
        yield groups.member_ref(organization, group, email)


def accesses_among(rows: BatchResult, email: str, license_ids: Collection[str]) -> list[Access]:
    """Return a learner's accesses of these licenses among items that were read."""
    found = (rows.get(accesses.ref(email, one)) for one in license_ids)
    return [accesses.access_of(row) for row in found if row is not None]
