"""An organization's learners for its managers: searched, sorted, filtered, with what each of them has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import BadAddressError, read_address
from usher.domain.directory import DirectoryField, SortedSearchError, fields_for, read_search
from usher.domain.errors import refuses
from usher.domain.figures import ACCESSES
from usher.domain.groups import Group
from usher.domain.learner_lists import LearnerCriteria, LearnerSort, directory_entry, stored_as
from usher.domain.learners import Learner
from usher.domain.licenses import LicenseTerms
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.list_effort import FOR_A_SEARCH, Effort, effort_for, keys_that_pass
from usher.services.list_filters import UNKNOWN_FILTERS, filter_refs, require_known
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import accesses, figures, groups, licenses
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.key_sources import Candidates, CommonKeys, KeySource
from usher.store.people import learners
from usher.store.table import BatchResult, Ref

MOST_HELD = 2000
"""How many accesses and memberships a page looks for; with more licenses and groups it has fewer learners."""


class LearnerPart(StrEnum):
    """What a list says of each learner, where it is asked for."""

    ACCESSES = "accesses"
    GROUPS = "groups"


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
    states: tuple[AccessState, ...] = ()
    groups: tuple[str, ...] = ()
    sort: LearnerSort | None = None

    @property
    def is_filtered_by_name(self) -> bool:
        """Whether the list has a filter and the order of names."""
        return bool((self.licenses or self.groups) and self.sort and self.sort.is_by_name)


@dataclass(frozen=True, kw_only=True)
class ListedLearner:
    """A learner, with the accesses from the organization and the groups; None where not asked for."""

    learner: Learner
    accesses: list[Access] | None
    groups: list[Group] | None


@dataclass(frozen=True, kw_only=True)
class LearnersPage(ResultPage[ListedLearner]):
    """A page of learners, with the organization that they are of and the instant of reading."""

    organization: Organization
    read_at: datetime


class LearnerLists:
    """Lists an organization's learners."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, *UNKNOWN_FILTERS, BadCursorError, BadAddressError, SortedSearchError)
    def learners(
        self,
        *,
        person: Person,
        organization: str,
        query: LearnerQuery | None = None,
        parts: Collection[LearnerPart] = (),
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> LearnersPage:
        """List learners by address, or as the query says: two calls, one without more for a single address.

        By name, and with filters, one more for each range that is read and each hundred items looked at. Each
        of the `parts` costs a call, and one for each hundred of its licenses or groups times learners.
        """
        asked = query or LearnerQuery()
        email = None if asked.email is None else read_address(asked.email)
        named = {"licenses_": asked.licenses, "groups_": asked.groups}
        at = [] if email is None else [learners.ref(organization, email)]
        at_figures = [figures.ref(organization)] if with_figures else []
        if asked.is_filtered_by_name:
            # They say how many learners there are, by which the reading of filters is chosen.
            at_figures = [figures.ref(organization, one) for one in ("", *asked.licenses)]
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[*at, *filter_refs(organization, **named), *at_figures],
        )
        require_known(membership.rows, organization, **named)
        counted = figures.found_in(membership.rows, organization)
        having = _Having(self._context, membership.organization, parts)
        if asked == LearnerQuery(email=asked.email) and at:
            row = membership.rows.get(at[0])
            found = ResultPage(items=[] if row is None else [learners.learner_of(row)], next=None)
        else:
            most = min(limit, having.most_learners)
            effort = FOR_A_SEARCH if asked.search else effort_for(counted.get("learners"), limit=most)
            listing = _Listing(
                self._context, organization, asked, membership.rows, email=email, effort=effort
            )
            found = listing.page(limit=most, cursor=cursor)
        return LearnersPage(
            items=having.of(found.items),
            next=found.next,
            figures=counted if with_figures else None,
            organization=membership.organization,
            read_at=self._context.now(),
        )


@dataclass(frozen=True)
class _Candidate:
    """A learner who was found, with what decides whether they are wanted."""

    learner: Learner
    is_wanted: bool


class _Listing:
    """The reading of one list: by the licenses or groups that are asked for, else by address or by name."""

    def __init__(
        self,
        context: Context,
        organization: str,
        query: LearnerQuery,
        rows: BatchResult,
        *,
        email: str | None,
        effort: Effort,
    ) -> None:
        self._context = context
        self._effort = effort
        self._organization = organization
        self._query = query
        self._email = email
        self._now = context.now()
        self._search = read_search(query.search, sort=query.sort)
        self._sort = query.sort or LearnerSort.EMAIL
        self._rows = rows
        of_licenses = self._terms() or self._all_terms()
        self._valid = {one.license for one in of_licenses if self._now < one.valid_until}
        self._criteria = LearnerCriteria(
            licenses=tuple(one.license for one in of_licenses), states=query.states, groups=query.groups
        )

    def _terms(self) -> list[LicenseTerms]:
        """The licenses that are asked for, which were read with the membership."""
        at = (licenses.ref(self._organization, one) for one in self._query.licenses)
        return [licenses.terms_at(self._rows, one) for one in at]

    def _all_terms(self) -> list[LicenseTerms]:
        """The organization's licenses, if a state is asked for, of an access of any of them: one call."""
        if not self._query.states:
            return []
        every = licenses.of_organization(self._context.table, self._organization)
        return [one.terms for one in every]

    def page(self, *, limit: int, cursor: str | None) -> ResultPage[Learner]:
        """Read a page; raises BadCursorError."""
        page = read_page(
            self._context.table,
            [*self._sections()],
            query=(self._organization, self._query),
            limit=limit,
            cursor=cursor,
        )
        return ResultPage(items=[one.learner for one in page.items], next=page.next)

    def _sections(self) -> Iterator[Section[_Candidate]]:
        """A search goes through the directory's fields in turn."""
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
            descending = self._sort.is_descending
            yield self._by_name(_is_wanted, DirectoryField.LAST_NAME, descending=descending)
        else:
            yield self._by_address(_is_wanted, descending=self._sort.is_descending)

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
        found = learners.name_range(self._organization, field, prefix=prefix, descending=descending)
        source: KeySource = found
        emails = self._passing
        if self._few is not None:
            source = learners.in_order(self._few, field, prefix=prefix, descending=descending)
        elif emails is not None:
            source = Candidates(found, lambda one: learners.address_of(one) in emails)
        return Section([source], lambda them: self._load([*map(learners.address_of, them)]), wanted)

    @cached_property
    def _few(self) -> list[Found] | None:
        """The learners of these addresses, where they are few."""
        if self._passing is None or len(self._passing) > self._effort.items:
            return None
        return learners.found_at(self._context.table, self._organization, sorted(self._passing))

    @cached_property
    def _passing(self) -> frozenset[str] | None:
        """The addresses that have all who pass the filters among them; None if they are too many.

        A state without a license is not looked for in the licenses, of which there may be many.
        """
        if not self._query.licenses and not self._query.groups:
            return None
        unions = self._unions(licenses_=self._query.licenses)
        in_groups = (self._rows.get(groups.ref(self._organization, one)) for one in self._query.groups)
        of_licenses = (
            figures.found_in(self._rows, self._organization, one).of_state(ACCESSES, state)
            for one in self._query.licenses
            for state in stored_as(self._criteria.possible_states, is_valid=one in self._valid)
        )
        expected = [
            *([sum(int(row.members) for row in in_groups if row is not None)] if self._query.groups else []),
            *([sum(of_licenses)] if self._query.licenses else []),
        ]
        return keys_that_pass(self._context.table, unions, expected, effort=self._effort)

    def _by_address(
        self,
        wanted: Callable[[_Candidate], bool],
        *,
        low: str = "",
        high: str = "",
        descending: bool = False,
    ) -> Section[_Candidate]:
        """The ranges that have whoever is wanted, by address: of licenses, of groups, or of all."""
        unions = self._unions(licenses_=self._criteria.licenses, low=low, high=high, descending=descending)
        if not unions:
            everybody = learners.address_range(self._organization, low=low, high=high, descending=descending)
            return Section([everybody], _as_found, wanted)
        sources: list[KeySource] = [CommonKeys(unions)] if len(unions) > 1 else [*unions[0]]
        return Section(sources, lambda them: self._load([one.key for one in them]), wanted)

    def _unions(
        self, *, licenses_: Collection[str], low: str = "", high: str = "", descending: bool = False
    ) -> list[list[KeyRange]]:
        """The ranges by address of the groups, and of the licenses, that are asked for, if any are."""
        of_groups = [
            groups.member_range(self._organization, one, low=low, high=high, descending=descending)
            for one in self._criteria.groups
        ]
        of_licenses = [
            accesses.license_range(license_, state, low=low, high=high, descending=descending)
            for license_ in licenses_
            for state in stored_as(self._criteria.possible_states, is_valid=license_ in self._valid)
        ]
        return [union for union in (of_groups, of_licenses) if union]

    def _load(self, emails: Sequence[str]) -> list[_Candidate | None]:
        """Read the learners, and what is asked for of them."""
        criteria = self._criteria
        refs: list[Ref[Any]] = [learners.ref(self._organization, email) for email in emails]
        for email in emails:
            refs += _held(self._organization, email, criteria.licenses, criteria.groups)
        rows = self._context.table.get_many(refs)
        return [self._candidate(rows, email) for email in emails]

    def _candidate(self, rows: BatchResult, email: str) -> _Candidate | None:
        row = rows.get(learners.ref(self._organization, email))
        if row is None:
            return None
        own = _accesses(rows, email, self._criteria.licenses)
        joined = [
            one
            for one in self._criteria.groups
            if rows.get(groups.member_ref(self._organization, one, email)) is not None
        ]
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


class _Having:
    """What learners have, of the parts that are asked for."""

    def __init__(self, context: Context, organization: Organization, parts: Collection[LearnerPart]) -> None:
        self._context = context
        self._organization = organization.id
        self._products = organization.products
        self._parts = parts
        self._licenses: list[str] = []
        self._groups: list[Group] = []
        if LearnerPart.ACCESSES in parts:
            self._licenses = [one.id for one in licenses.of_organization(context.table, organization.id)]
        if LearnerPart.GROUPS in parts:
            self._groups = groups.all_open(context.table, organization.id)

    @property
    def most_learners(self) -> int:
        """The most learners whose parts are read for a page."""
        return max(1, MOST_HELD // max(1, len(self._licenses) + len(self._groups)))

    def of(self, found: Sequence[Learner]) -> list[ListedLearner]:
        """Return the learners with the parts: a call for each hundred accesses and memberships looked for."""
        group_ids = [one.id for one in self._groups]
        rows = self._context.table.get_many(
            [ref for one in found for ref in _held(self._organization, one.email, self._licenses, group_ids)]
        )
        return [self._listed(rows, learner) for learner in found]

    def _listed(self, rows: BatchResult, learner: Learner) -> ListedLearner:
        now = self._context.now()
        own = [
            one.with_products(self._products)
            for one in _accesses(rows, learner.email, self._licenses)
            if one.state_at(now) is not AccessState.RELEASED
        ]
        joined = [
            one
            for one in self._groups
            if rows.get(groups.member_ref(self._organization, one.id, learner.email)) is not None
        ]
        return ListedLearner(
            learner=learner,
            accesses=own if LearnerPart.ACCESSES in self._parts else None,
            groups=joined if LearnerPart.GROUPS in self._parts else None,
        )


def _held(
    organization: str, email: str, license_ids: Collection[str], group_ids: Collection[str]
) -> Iterator[Ref[Any]]:
    """Yield the references of a learner's accesses and memberships, if there are any."""
    for license_ in license_ids:
        yield accesses.ref(email, license_)
    for group in group_ids:
        yield groups.member_ref(organization, group, email)


def _accesses(rows: BatchResult, email: str, license_ids: Collection[str]) -> list[Access]:
    found = (rows.get(accesses.ref(email, one)) for one in license_ids)
    return [accesses.access_of(row) for row in found if row is not None]
