"""A provider's clients as its managers see them, each with its figures."""

from __future__ import annotations

from usher.domain.clients import ClientDetail, UnknownClientError
from usher.domain.errors import refuses
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.client_search import clients_named
from usher.services.clients import client_in
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.store import figures, organizations


class ClientQueries:
    """Reads a provider's clients, for the provider's managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, BadCursorError)
    def listed(
        self, *, person: Person, organization: str, search: str | None = None, limit: int, cursor: str | None
    ) -> ResultPage[ClientDetail]:
        """List the clients, oldest first; with a search, by name those whose name begins with the text.

        Two calls, a search three, and one for each hundred clients of the page.
        """
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        if search and search.strip():
            page = clients_named(self._context, organization, search, limit=limit, cursor=cursor)
        else:
            page = self._oldest_first(organization, limit=limit, cursor=cursor)
        found = self._context.table.get_many([figures.ref(one.id) for one in page.items])
        return ResultPage(
            items=[
                ClientDetail(organization=one, figures=figures.found_in(found, one.id)) for one in page.items
            ],
            next=page.next,
        )

    def _oldest_first(self, provider: str, *, limit: int, cursor: str | None) -> ResultPage[Organization]:
        page = organizations.all_of_provider(self._context.table, provider, limit=limit, cursor=cursor)
        return ResultPage(items=[organizations.organization_of(row) for row in page.rows], next=page.next)

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
