"""Reads and lists an organization's learner invites."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from usher.domain.addresses import BadAddressError
from usher.domain.directory import DirectoryField, SortedSearchError, fields_for, read_search
from usher.domain.erasures import stored_address
from usher.domain.errors import refuses
from usher.domain.figures import OrganizationFigures
from usher.domain.instants import BadDateError
from usher.domain.invite_lists import InviteCriteria, InviteSort
from usher.domain.invites import Delivery, Invite, InviteKind, InviteState, UnknownInviteError
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.reports.windows import ALWAYS, BadWindowError, Window, read_window
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.display_names import names_of_actors
from usher.services.invites.filtered_directory import ExpectedInvites, FilteredDirectory
from usher.services.invites.pointed_invites import PointedInvites, pointed_invites
from usher.services.list_effort import FOR_A_SEARCH, effort_for
from usher.services.list_filters import UNKNOWN_FILTERS, filter_refs, require_known
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import figures, invite_lists, invites, list_pointers
from usher.store.events import LONGEST_COMMAND
from usher.store.id_ranges import LAST_ID, ids_from
from usher.store.key_ranges import KeyRange


@dataclass(frozen=True, kw_only=True)
class InviteQuery:
    """Which invites to list, and in which order; what is empty or None does not filter.

    Attributes:
        search: the beginning of an address, of a first or of a last name; its results have their own order.
        created_from, created_to: dates in the organization's time zone, or instants.
    """

    states: tuple[InviteState, ...] = ()
    licenses: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    email: str | None = None
    search: str | None = None
    expired: bool | None = None
    created_from: str | None = None
    created_to: str | None = None
    sort: InviteSort | None = None

    @property
    def is_in_directory(self) -> bool:
        """Whether the list is in the order of the directory: a search, or by address or name."""
        return bool(self.search or (self.sort and self.sort.field))


@dataclass(frozen=True, kw_only=True)
class InvitePage(ResultPage[Invite]):
    """A page of invites, with the names of those who created them; None for one who left."""

    creators: Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class NamedInvite:
    """An invite, with the name of whoever created it; None for one who left."""

    invite: Invite
    created_by_name: str | None


class InviteQueries:
    """Reads an organization's learner invites."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownInviteError)
    def invite(self, *, person: Person, organization: str, invite: str) -> NamedInvite:
        """Read one invite: one call, and one more for the name of a creator who is not the caller."""
        at = invites.ref(invite)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[at],
        )
        row = membership.rows.get(at)
        found = None if row is None else invites.invite_of(row)
        if found is None or found.organization != organization or found.kind is not InviteKind.LEARNER:
            raise UnknownInviteError("The organization has no such invite.")
        found = found.with_products(membership.organization.products)
        names = names_of_actors(self._context, membership, [found.created_by])
        return NamedInvite(invite=found, created_by_name=names[found.created_by])

    @refuses(
        *AUTHORIZE,
        *UNKNOWN_FILTERS,
        BadCursorError,
        BadAddressError,
        BadDateError,
        BadWindowError,
        SortedSearchError,
    )
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        query: InviteQuery,
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> InvitePage:
        """List invites: two calls for one state, five for all of them, however they are sorted.

        One more reads the invites, where they were found by address or by name, and one the names of creators
        other than the caller. A search looks at addresses, first names and last names in turn, as far as the
        page needs them. With the organization's figures it costs no further call.
        """
        named = {"licenses_": query.licenses, "groups_": query.groups}
        at_figures = [figures.ref(organization)] if with_figures else []
        if query.is_in_directory:
            # They say how many invites there are, by which the reading of filters is chosen.
            at_figures = [figures.ref(organization, one) for one in ("", *query.licenses)]
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[*filter_refs(organization, **named), *at_figures],
        )
        require_known(membership.rows, organization, **named)
        counted = figures.found_in(membership.rows, organization)
        of_license = {one: figures.found_in(membership.rows, organization, one) for one in query.licenses}
        listing = InviteListing(
            self._context, membership.organization, query, figures=counted, of_license=of_license
        )
        page = listing.page(limit=limit, cursor=cursor)
        products = membership.organization.products
        return InvitePage(
            items=[invite.with_products(products) for invite in page.items],
            next=page.next,
            figures=counted if with_figures else None,
            creators=names_of_actors(self._context, membership, (one.created_by for one in page.items)),
        )


class InviteListing:
    """The reading of a list of invites: by address or name where that finds them, else by creation."""

    def __init__(
        self,
        context: Context,
        organization: Organization,
        query: InviteQuery,
        *,
        figures: OrganizationFigures,
        of_license: Mapping[str, OrganizationFigures],
    ) -> None:
        self._context = context
        self._organization = organization.id
        self._shards = organization.shards
        self._query = query
        self._now = context.now()
        self._search = read_search(query.search, sort=query.sort)
        self._sort = query.sort or InviteSort.NEWEST
        self._criteria = InviteCriteria(
            states=query.states,
            licenses=query.licenses,
            groups=query.groups,
            deliveries=query.deliveries,
            email=None if query.email is None else stored_address(query.email),
            expired=query.expired,
            created=read_window(
                query.created_from,
                query.created_to,
                time_zone=organization.time_zone,
                names=("created_from", "created_to"),
            ),
        )
        self._expected = ExpectedInvites(
            figures=figures, of_license=of_license, states=self._criteria.possible_states
        )

    def page(self, *, limit: int, cursor: str | None) -> ResultPage[Invite]:
        """Read a page; raises BadCursorError."""
        in_directory = bool(self._search or self._criteria.email or self._sort.field)
        return read_page(
            self._context.table,
            self._directory_sections(limit) if in_directory else [self._by_creation()],
            query=(self._organization, self._query),
            limit=limit,
            cursor=cursor,
        )

    def _by_creation(self) -> Section[Invite]:
        """All in order of creation, by the time in their ids; by pointers, where the filter has some."""
        pointed = self._pointed(descending=self._sort.is_descending).sources()
        if pointed:
            load = partial(list_pointers.invites_at, self._context.table)
            return Section(pointed, load, self._is_wanted)
        return Section(self._created(), invite_lists.in_listing, self._is_wanted)

    def _pointed(self, *, descending: bool) -> PointedInvites:
        """Where pointers lead to what is wanted, in order of creation."""
        low, high = self._span
        return pointed_invites(
            self._organization,
            self._shards,
            self._criteria,
            now=self._now,
            low=low,
            high=high,
            descending=descending,
        )

    def _created(self) -> list[KeyRange]:
        """The ranges of the listings that have what is wanted, in order of creation."""
        low, high = self._span
        return [
            of_shard
            for state in self._criteria.possible_states
            for of_shard in invite_lists.listing_ranges(
                self._organization,
                self._shards,
                state,
                criteria=self._criteria,
                now=self._now,
                low=low,
                high=high,
                descending=self._sort.is_descending,
            )
        ]

    @property
    def _span(self) -> tuple[str, str]:
        """The ends of the ids that are wanted."""
        window = self._criteria.created
        return "" if window.since is None else ids_from(window.since), newest_id(window)

    def _directory_sections(self, limit: int) -> list[Section[Invite]]:
        """A search goes through the directory's fields in turn; else one of them has all that is wanted."""
        email, descending = self._criteria.email, self._sort.is_descending
        if email is not None and not self._search:
            # Those to one address stand together in every state, in the order of their ids.
            at = invite_lists.address_range(self._organization, email, descending=descending)
            return [Section([at], partial(invite_lists.in_directory, self._context.table), self._is_wanted)]
        filtered = self._filtered(limit)
        if not self._search:
            field = self._sort.field or DirectoryField.EMAIL
            ranges = self._ranges(field, descending=descending)
            return [filtered.section(field, ranges, descending=descending, wanted=self._is_wanted)]
        return [
            filtered.section(
                field,
                self._ranges(field, prefix=self._search),
                prefix=self._search,
                descending=False,
                wanted=partial(self._is_found, field),
            )
            for field in fields_for(self._search)
        ]

    def _filtered(self, limit: int) -> FilteredDirectory:
        """The directory, with what the filters let pass."""
        criteria = self._criteria
        pointed = self._pointed(descending=False)
        if criteria.email is not None:
            to_address = [invite_lists.address_range(self._organization, criteria.email, descending=False)]
            pointed = replace(pointed, unions=[to_address, *pointed.unions], names=[(), *pointed.names])
        return FilteredDirectory(
            self._context.table,
            pointed,
            created=[] if criteria.created == ALWAYS else self._created(),
            expected=self._expected,
            effort=FOR_A_SEARCH if self._search else effort_for(self._expected.total, limit=limit),
        )

    def _ranges(self, field: DirectoryField, *, prefix: str = "", descending: bool = False) -> list[KeyRange]:
        return [
            invite_lists.directory_range(
                self._organization, state, field, prefix=prefix, descending=descending
            )
            for state in self._criteria.possible_states
        ]

    def _is_wanted(self, invite: Invite) -> bool:
        return (
            invite.organization == self._organization
            and invite.kind is InviteKind.LEARNER
            and self._criteria.matches(invite, now=self._now)
        )

    def _is_found(self, field: DirectoryField, invite: Invite) -> bool:
        """Whether the search finds the invite by this field, and not by an earlier one already."""
        found_by = invites.directory_entry(invite).found_by(self._search)
        return found_by is field and self._is_wanted(invite)


def of_every_state(
    context: Context,
    organization: Organization,
    *,
    only: invite_lists.InviteFilter,
    states: Collection[InviteState] | None = None,
    window: Window = ALWAYS,
    limit: int,
    cursor: str | None,
) -> ResultPage[Invite]:
    """Merge the listings of the states, of all four without `states`, and of each shard, newest first.

    The cursor is the id of the last invite that was read.

    Ids outside the window are not read; a little more is read at its end, since an id may be made up to
    LONGEST_COMMAND after the invite's `created_at`.

    Raises:
        BadCursorError: the cursor is none of this list.
    """
    before = newest_id(window) if cursor is None else cursor
    if len(before) != len(LAST_ID) or not before.isalnum():
        raise BadCursorError("The cursor cannot be read.")
    after = "" if window.since is None else ids_from(window.since)
    if after and before <= after:
        return ResultPage(items=[], next=None)
    pages = [
        invite_lists.listed_before(
            context.table, organization.id, shard, state, before=before, after=after, only=only, limit=limit
        )
        for state in InviteState
        if states is None or state in states
        for shard in range(organization.shards)
    ]
    merged = heapq.merge(
        *([invites.invite_of(row) for row in page.rows] for page in pages),
        key=lambda invite: invite.id,
        reverse=True,
    )
    items = list(merged)
    # A listing that was cut short hides what is older than where it was cut: stop at the first such.
    floor = max((page.read_to for page in pages if page.read_to is not None), default=None)
    if floor is not None:
        items = [invite for invite in items if invite.id >= floor]
    if len(items) > limit:
        items = items[:limit]
        floor = items[-1].id
    return ResultPage(items=[invite for invite in items if window.contains(invite.created_at)], next=floor)


def newest_id(window: Window) -> str:
    """Return an id that sorts after all those made in the window."""
    if window.until is None:
        return LAST_ID
    return ids_from(window.until + LONGEST_COMMAND).ljust(len(LAST_ID), "0")
