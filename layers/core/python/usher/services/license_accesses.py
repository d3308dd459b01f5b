"""The accesses of a license: who sits in it, however they came."""

from __future__ import annotations

from collections.abc import Collection

from usher.domain.accesses import LIVE, AccessState
from usher.domain.directory import SortedSearchError, read_search
from usher.domain.errors import refuses
from usher.domain.licenses import UnknownLicenseError
from usher.domain.list_sorts import AddressSort
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.license_access_lists import AccessListing, NamedAccess
from usher.services.paging import ResultPage
from usher.store import figures, licenses


class LicenseAccesses:
    """Lists the accesses of an organization's licenses for its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownLicenseError, BadCursorError, SortedSearchError)
    def listed(  # noqa: PLR0913 - the filters of a list
        self,
        *,
        person: Person,
        organization: str,
        license_id: str,
        states: Collection[AccessState] = (),
        search: str | None = None,
        sort: AddressSort | None = None,
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[NamedAccess]:
        """List the accesses in some states, by state and address; without states, those that hold a seat.

        A call for the caller and one for the listing, two where the states are no neighbors in it, and one
        for each hundred names. The listing has the states as workers wrote them; an access whose state is
        another by the clock, and not asked for, is left out. The figures are the license's, and cost no
        further call.

        With a search, those whose address, first or last name begins with it, in that order; with a sort, by
        address whatever the state: see AccessListing.

        Raises:
            UnknownLicenseError, BadCursorError.
            SortedSearchError: an order is asked for with a search.
        """
        beginning = read_search(search, sort=sort)
        at = licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            # For a search, they say how many accesses there are, by which the reading is chosen.
            also=[at, *([figures.ref(organization, license_id)] if with_figures or beginning else [])],
        )
        counted = figures.found_in(membership.rows, organization, license_id)
        listing = AccessListing(
            self._context.table,
            organization=organization,
            terms=licenses.terms_at(membership.rows, at),
            states=frozenset(states) or LIVE,
            search=beginning,
            sort=sort,
            now=self._context.now(),
            counted=counted,
        )
        page = listing.page(limit=limit, cursor=cursor)
        return ResultPage(
            items=[one.with_products(membership.organization.products) for one in page.items],
            next=page.next,
            figures=counted if with_figures else None,
        )
