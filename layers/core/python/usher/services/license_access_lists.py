"""The reading of a license's accesses by address, or by the beginning of an address or a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from itertools import chain
from typing import Any

from usher.domain.accesses import Access, AccessState, listed_as
from usher.domain.changed_products import ChangedProducts
from usher.domain.directory import DirectoryEntry, DirectoryField, fields_for
from usher.domain.figures import ACCESSES, OrganizationFigures
from usher.domain.invites import Invite, InviteState
from usher.domain.licenses import LicenseTerms
from usher.domain.list_sorts import AddressSort
from usher.lazy_dataclasses import dataclass
from usher.services.list_effort import FOR_A_SEARCH, FoundEarlier
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import accesses, invite_lists, invites, key_sources
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.key_sources import Candidates, KeySource
from usher.store.people import learners
from usher.store.table import BatchResult, Ref, Table


@dataclass(frozen=True, kw_only=True)
class NamedAccess:
    """An access with the name of its person.

    The name is the learner's own; of whoever is only invited it is the one that the manager typed.
    """

    access: Access
    is_learner: bool = False
    first_name: str = ""
    last_name: str = ""

    def with_products(self, products: ChangedProducts) -> NamedAccess:
        """Return it with the product as it is called now."""
        return replace(self, access=self.access.with_products(products))

    @property
    def directory_entry(self) -> DirectoryEntry:
        """The person as the directory has them."""
        return DirectoryEntry(email=self.access.email, first_name=self.first_name, last_name=self.last_name)


class AccessListing:
    """The reading of one list: the states are those by the clock, of which any is wanted.

    `counted` are the figures of the license, by which the reading of a search is chosen.
    """

    def __init__(
        self,
        table: Table,
        *,
        organization: str,
        terms: LicenseTerms,
        states: Collection[AccessState],
        search: str,
        sort: AddressSort | None,
        now: datetime,
        counted: OrganizationFigures,
    ) -> None:
        self._table = table
        self._organization = organization
        self._license = terms.license
        self._states = tuple(sorted(states))
        self._listed_as = listed_as(states, is_valid=now < terms.valid_until)
        self._search = search
        self._sort = sort
        self._now = now
        self._counted = counted

    def page(self, *, limit: int, cursor: str | None) -> ResultPage[NamedAccess]:
        """Read a page: a call for each state and for the names, and with a search three to six more.

        Raises:
            BadCursorError: the cursor is none of this list.
        """
        query = ("accesses", self._license, self._states, self._search, self._sort)
        if self._search:
            return read_page(self._table, self._found(limit), query=query, limit=limit, cursor=cursor)
        page = read_page(self._table, self._in_order(), query=query, limit=limit, cursor=cursor)
        return ResultPage(items=named(self._table, self._organization, page.items), next=page.next)

    def _in_order(self) -> list[Section[Access]]:
        """By state and address, or by address whatever the state."""

        def is_wanted(one: Access) -> bool:
            return one.state_at(self._now) in self._states

        if self._sort is None:
            runs = accesses.listing_ranges(self._license, self._listed_as)
            return [Section([one], accesses.in_listing, is_wanted) for one in runs]
        by_address = self._ranges(descending=self._sort.is_descending)
        return [Section(by_address, accesses.in_listing, is_wanted)]

    def _ranges(self, *, beginning: str = "", descending: bool = False) -> list[KeyRange]:
        """The ranges of the listing by address, one for each state."""
        return [
            accesses.license_range(
                self._license,
                state,
                low=beginning,
                high=last_beginning_with(beginning),
                descending=descending,
            )
            for state in sorted(self._listed_as)
        ]

    def _found(self, limit: int) -> list[Section[NamedAccess]]:
        """A search goes through addresses, first and last names in turn."""
        return [
            Section(
                self._ranges(beginning=self._search),
                lambda found: [*named(self._table, self._organization, _present(found))],
                partial(self._is_found, field),
            )
            if field is DirectoryField.EMAIL
            else Section(self._by_name(field, limit), self._of_people, partial(self._is_found, field))
            for field in fields_for(self._search)
        ]

    def _is_found(self, field: DirectoryField, one: NamedAccess) -> bool:
        is_wanted = one.access.state_at(self._now) in self._states
        return is_wanted and one.directory_entry.found_by(self._search) is field

    def _by_name(self, field: DirectoryField, limit: int) -> list[KeySource]:
        """Learners by their names, and whoever is only invited by those that managers typed.

        Where the license has few accesses, all of their people are read, and not who else is called so.
        """
        held = self._held
        if held is not None and len(held) <= FOR_A_SEARCH.items:
            people, invited = self._people
            return [
                learners.in_order(people, field, prefix=self._search, descending=False),
                invite_lists.in_order(invited, field, prefix=self._search, descending=False),
            ]
        ranges = [self._learners_range(field), *self._invites_ranges(field)]
        earlier = FoundEarlier(self._table, self._earlier_ranges(field), limit=limit)
        return [Candidates(one, partial(self._is_candidate, earlier)) for one in ranges]

    def _learners_range(self, field: DirectoryField) -> KeyRange:
        return learners.name_range(self._organization, field, prefix=self._search)

    def _invites_ranges(self, field: DirectoryField) -> list[KeyRange]:
        """The range of pending invites, if reserved seats are asked for."""
        if AccessState.RESERVED not in self._states:
            return []
        pending = InviteState.PENDING
        return [invite_lists.directory_range(self._organization, pending, field, prefix=self._search)]

    def _earlier_ranges(self, field: DirectoryField) -> list[KeyRange]:
        """Those of the fields before this one; of learners, whose addresses are in all keys, first names."""
        fields = fields_for(self._search)
        before = fields[: fields.index(field)]
        first_names = [self._learners_range(one) for one in before if one is not DirectoryField.EMAIL]
        return [*first_names, *chain.from_iterable(map(self._invites_ranges, before))]

    def _is_candidate(self, earlier: FoundEarlier, found: Found) -> bool:
        """Whether it is worth loading: not whom the search has found already, or who has no access."""
        if not learners.is_item_of_learner(found):
            can_hold = self._held is None or invite_lists.id_of(found) in self._invites
        else:
            email = learners.address_of(found)
            can_hold = self._held is None or email in self._held
            can_hold = can_hold and not email.startswith(self._search)
        return can_hold and earlier.is_new(found)

    @cached_property
    def _held(self) -> Mapping[str, Access] | None:
        """The accesses in the states, by address; None if they are too many."""
        expected = sum(self._counted.of_state(ACCESSES, state) for state in self._listed_as)
        if expected > FOR_A_SEARCH.keys:
            return None
        every = chain.from_iterable(
            one.read(self._table, first=FOR_A_SEARCH.items + 1) for one in self._ranges()
        )
        found = key_sources.all_of(every, most=FOR_A_SEARCH.keys)
        return None if found is None else {one.email: one for one in _present(found)}

    @cached_property
    def _invites(self) -> frozenset[str]:
        """The invites that reserve seats among the accesses in the states."""
        held = (self._held or {}).values()
        return frozenset(one.invite for one in held if one.state is AccessState.RESERVED and one.invite)

    @cached_property
    def _people(self) -> tuple[list[Found], list[Found]]:
        """The learners with these accesses, and the invites that reserve some: one call for each hundred."""
        emails = sorted(self._held or {})
        return (
            learners.found_at(self._table, self._organization, emails),
            invite_lists.found_at(self._table, sorted(self._invites)),
        )

    def _of_people(self, found: Sequence[Found]) -> list[NamedAccess | None]:
        """Return the accesses of learners, and those that invites reserve for people who are none yet."""
        pending = [one for one in found if not learners.is_item_of_learner(one)]
        invited = iter(invite_lists.in_directory(self._table, pending))
        people = [
            (learners.address_of(one), None) if learners.is_item_of_learner(one) else _invited(next(invited))
            for one in found
        ]
        refs = [accesses.ref(email, self._license) for email, _ in people]
        rows = self._table.get_many(refs)
        held = [accesses.access_of(row) for at in refs if (row := rows.get(at)) is not None]
        by_address = {one.access.email: one for one in named(self._table, self._organization, held)}
        return [
            one
            if (one := by_address.get(email)) is not None
            and (one.is_learner if invite is None else one.access.invite == invite and not one.is_learner)
            else None
            for email, invite in people
        ]


def _present(found: Sequence[Found]) -> list[Access]:
    """Return the accesses that were found in the listing."""
    return [one for one in accesses.in_listing(found) if one is not None]


def _invited(invite: Invite | None) -> tuple[str, str]:
    """Return the address and the id of an invite; empty ones, which lead nowhere, of one that is gone."""
    return ("", "") if invite is None else (invite.email, invite.id)


def named(table: Table, organization: str, found: Sequence[Access]) -> list[NamedAccess]:
    """Return the accesses with names: one call for each hundred learners and open invites."""
    reserved = {one.invite for one in found if one.state is AccessState.RESERVED and one.invite}
    refs: list[Ref[Any]] = [learners.ref(organization, one.email) for one in found]
    rows = table.get_many([*refs, *(invites.ref(id_) for id_ in sorted(reserved))])
    return [_named(access, rows, organization) for access in found]


def _named(access: Access, rows: BatchResult, organization: str) -> NamedAccess:
    learner = rows.get(learners.ref(organization, access.email))
    is_reserved = access.state is AccessState.RESERVED and bool(access.invite)
    row = learner or (rows.get(invites.ref(access.invite)) if is_reserved else None)
    return NamedAccess(
        access=access,
        is_learner=learner is not None,
        first_name="" if row is None else row.first_name or "",
        last_name="" if row is None else row.last_name or "",
    )
