"""Domains of single sign-on connections that wait for an operator to confirm them."""

from __future__ import annotations

from datetime import datetime

from usher.domain.enrollment.connections import Connection
from usher.domain.errors import ForbiddenError, refuses
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.store import organizations
from usher.store.enrollment import connections


@dataclass(frozen=True, kw_only=True)
class WaitingConnection:
    """A connection with domains to be confirmed, the first of which was named at `since`."""

    connection: Connection
    organization_name: str
    since: datetime


class UnconfirmedDomains:
    """Lists the domains to be confirmed, for operators."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(ForbiddenError, BadCursorError)
    def listed(self, *, person: Person, limit: int, cursor: str | None) -> ResultPage[WaitingConnection]:
        """List all organizations' connections with domains to be confirmed, the longest waiting first.

        The listing finds, the connection decides: one that has changed since is left out. Two calls, and one
        more for each further fifty of a page.
        """
        require_operator(person)
        page = connections.unconfirmed(self._context.table, limit=limit, cursor=cursor)
        found = self._context.table.get_many(
            [
                ref
                for row in page.rows
                for ref in (connections.ref(row.connection), organizations.ref(row.organization))
            ]
        )
        items: list[WaitingConnection] = []
        for row in page.rows:
            connection = found.get(connections.ref(row.connection))
            organization = found.get(organizations.ref(row.organization))
            if connection is None or organization is None:
                continue
            waiting = connections.connection_of(connection)
            if waiting.unconfirmed:
                items.append(
                    WaitingConnection(
                        connection=waiting, organization_name=organization.name, since=row.since
                    )
                )
        return ResultPage(items=items, next=page.next)
