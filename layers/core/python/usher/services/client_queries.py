"""A provider's clients as its managers see them, each with its figures."""

from __future__ import annotations

from usher.domain.clients import ClientDetail, UnknownClientError
from usher.domain.directory import SortedSearchError
from usher.domain.errors import refuses
from usher.domain.list_sorts import NamedSort
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.client_search import clients_page
from usher.services.clients import client_in
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.store import figures, organizations


class ClientQueries:
    """Reads a provider's clients, for the provider's managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, BadCursorError, SortedSearchError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        search: str | None = None,
        sort: NamedSort | None = None,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[ClientDetail]:
        """List the clients, oldest first unless sorted otherwise.

        With a search, those whose name begins with the text, by name. Two calls, by name three, and one for
        each hundred clients of the page.
        """
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        page = clients_page(self._context, organization, search=search, sort=sort, limit=limit, cursor=cursor)
        found = self._context.table.get_many([figures.ref(one.id) for one in page.items])
        return ResultPage(
            items=[
                ClientDetail(organization=one, figures=figures.found_in(found, one.id)) for one in page.items
            ],
            next=page.next,
        )

    @refuses(*AUTHORIZE, UnknownClientError)
    def client(self, *, person: Person, organization: str, client: str) -> ClientDetail:
        """Read a client: one call."""
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[organizations.ref(client), figures.ref(client)],
        )
        return ClientDetail(
            organization=client_in(membership, client), figures=figures.found_in(membership.rows, client)
        )
