"""Reads and lists an organization's learner invites."""

from __future__ import annotations

from collections.abc import Mapping

from usher.domain.addresses import BadAddressError
from usher.domain.directory import SortedSearchError
from usher.domain.errors import refuses
from usher.domain.instants import BadDateError
from usher.domain.invites import Invite, InviteKind, UnknownInviteError
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.reports.windows import BadWindowError
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.display_names import names_of_actors
from usher.services.invites.invite_listing import InviteListing, InviteQuery
from usher.services.list_filters import UNKNOWN_FILTERS, filter_refs, require_known
from usher.services.paging import ResultPage
from usher.store import figures, invites


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
