"""The reading of a license's accesses by address, or by the beginning of an address or a name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from usher.domain.accesses import Access, AccessState
from usher.domain.changed_products import ChangedProducts
from usher.domain.directory import DirectoryEntry, DirectoryField, fields_for
from usher.domain.invites import Invite, InviteState
from usher.domain.learner_lists import stored_as
from usher.domain.licenses import LicenseTerms
from usher.domain.list_sorts import AddressSort
from usher.lazy_dataclasses import dataclass
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import accesses, invite_lists, invites
from usher.store.key_ranges import Found, last_beginning_with
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
    """The reading of one list: the states are those by the clock, of which any is wanted."""

    def __init__(
        self,
        table: Table,
        *,
        organization: str,
        terms: LicenseTerms,
        states: Collection[AccessState],
        search: str,
        sort: AddressSort,
        now: datetime,
    ) -> None:
        self._table = table
        self._organization = organization
        self._license = terms.license
        self._is_valid = now < terms.valid_until
        self._states = tuple(sorted(states))
        self._search = search
        self._sort = sort
        self._now = now

    def page(self, *, limit: int, cursor: str | None) -> ResultPage[NamedAccess]:
        """Read a page: a call for each state and for the names, and with a search three to six more.

        Raises:
            BadCursorError: the cursor is none of this list.
        """
        query = ("accesses", self._license, self._states, self._search, self._sort)
        return read_page(self._table, self._sections(), query=query, limit=limit, cursor=cursor)

    def _sections(self) -> list[Section[NamedAccess]]:
        """A search goes through addresses, first and last names in turn."""
        if not self._search:
            return [self._by_address(self._is_in_state)]
        return [
            self._by_address(partial(self._is_found, field))
            if field is DirectoryField.EMAIL
            else self._by_name(field)
            for field in fields_for(self._search)
        ]

    def _is_in_state(self, one: NamedAccess) -> bool:
        return one.access.state_at(self._now) in self._states

    def _is_found(self, field: DirectoryField, one: NamedAccess) -> bool:
        return self._is_in_state(one) and one.directory_entry.found_by(self._search) is field

    def _by_address(self, wanted: Callable[[NamedAccess], bool]) -> Section[NamedAccess]:
        ranges = [
            accesses.license_range(
                self._license,
                state,
                low=self._search,
                high=last_beginning_with(self._search),
                descending=self._sort.is_descending,
            )
            for state in stored_as(self._states, is_valid=self._is_valid)
        ]
        return Section(ranges, self._in_listing, wanted)

    def _in_listing(self, found: Sequence[Found]) -> list[NamedAccess | None]:
        return [*named(self._table, self._organization, accesses.in_listing(found))]

    def _by_name(self, field: DirectoryField) -> Section[NamedAccess]:
        """Learners by their names, and whoever is only invited by those that managers typed."""
        ranges = [learners.name_range(self._organization, field, prefix=self._search)]
        if AccessState.RESERVED in self._states:
            pending = InviteState.PENDING
            ranges.append(
                invite_lists.directory_range(self._organization, pending, field, prefix=self._search)
            )
        return Section(ranges, self._of_people, partial(self._is_found, field))

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
