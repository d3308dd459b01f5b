"""Reads and lists an organization's learner invites."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping

from usher.domain.addresses import BadAddressError
from usher.domain.directory import SortedSearchError
from usher.domain.errors import refuses
from usher.domain.instants import BadDateError
from usher.domain.invites import Invite, InviteKind, InviteState, UnknownInviteError
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.reports.windows import ALWAYS, BadWindowError, Window
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.display_names import names_of_actors
from usher.services.invites.invite_listing import InviteListing, InviteQuery, newest_id
from usher.services.list_filters import UNKNOWN_FILTERS, filter_refs, require_known
from usher.services.paging import ResultPage
from usher.store import figures, invite_lists, invites
from usher.store.id_ranges import LAST_ID, ids_from


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
