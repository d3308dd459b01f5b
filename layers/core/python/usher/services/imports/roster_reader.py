"""Reads the rosters of the organizations that an import's rows name: its own, and its clients."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from usher.domain.errors import InvalidError, refuses
from usher.domain.groups import Group
from usher.domain.imports.rosters import Names, Roster
from usher.domain.imports.verdicts import Verdict
from usher.domain.organizations import Organization, UnknownOrganizationError
from usher.services.context import Context
from usher.store import groups, licenses, organizations

_PAGE = 1000

MOST_CLIENTS = 500
"""The most clients that one import may name; each is read again in every step."""

MOST_LICENSES = 2_000
"""The most licenses that one import takes seats of.

Their counts are stored in the import's item of at most 400 KB.
"""


class TooManyClientsError(InvalidError):
    """The rows name more clients, or licenses, than one import keeps count of."""

    code = "too_many_clients"
    title = "The file names too many clients"
    next_action = (
        f"Split the file by clients; one import names up to {MOST_CLIENTS} and {MOST_LICENSES:,} licenses."
    )


class RosterReader:
    """Reads each organization once, three calls, when a row first names it."""

    def __init__(self, context: Context, *, organization: str, now: datetime) -> None:
        self._context = context
        self._organization = organization
        self._now = now
        self._read: dict[str, Roster] = {}

    def named(self, client: str) -> Roster:
        """Return the roster of the client with this name, id or slug.

        For an empty name, return that of the import's own organization.

        Raises:
            RowError: there is no such client, or there are several.
        """
        if not client:
            return self.of(self._organization)
        id_ = self._clients.resolve(
            client, what="client", unknown=Verdict.UNKNOWN_CLIENT, ambiguous=Verdict.AMBIGUOUS_CLIENT
        )
        return self.of(id_)

    @refuses(TooManyClientsError, UnknownOrganizationError)
    def of(self, organization: str) -> Roster:
        """Return the roster of the import's own organization, or of a client of it."""
        if organization not in self._read:
            if len(self._read) > MOST_CLIENTS:
                raise TooManyClientsError(f"The rows name more than {MOST_CLIENTS} clients.")
            read = organizations.get(self._context.table, organization)
            if read is None:
                raise UnknownOrganizationError("The organization is not there any more.")
            self._context.shards.note(read)
            held = licenses.of_organization(self._context.table, organization)
            self._read[organization] = Roster(
                organization=read,
                licenses={one.id: one for one in held},
                groups={one.id: one for one in self._groups(organization)},
                now=self._now,
            )
        return self._read[organization]

    @cached_property
    def _clients(self) -> Names:
        return Names((one.id, [one.name, one.slug]) for one in self._known())

    def _known(self) -> Iterator[Organization]:
        """Yield the clients; a client, which has none, knows itself by its name."""
        own = self.of(self._organization).organization
        if own.provider is not None:
            yield own
        cursor: str | None = None
        while True:
            page = organizations.all_of_provider(
                self._context.table, self._organization, limit=_PAGE, cursor=cursor
            )
            yield from map(organizations.organization_of, page.rows)
            if (cursor := page.next) is None:
                return

    def _groups(self, organization: str) -> Iterator[Group]:
        cursor: str | None = None
        while True:
            page = groups.listed(self._context.table, organization, limit=_PAGE, cursor=cursor)
            yield from map(groups.group_of, page.rows)
            if (cursor := page.next) is None:
                return
