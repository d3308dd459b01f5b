"""Organizations as operators see them: each as a whole, and all of them as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from usher.domain.enrollment.connections import Connection
from usher.domain.errors import ForbiddenError, refuses
from usher.domain.licenses import License
from usher.domain.organizations import Manager, Organization, UnknownOrganizationError
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.display_names import read_display_names
from usher.services.paging import ResultPage
from usher.store import licenses, organizations
from usher.store.enrollment import connections


@dataclass(frozen=True, kw_only=True)
class OperatedOrganization:
    """An organization in the operators' list, with its provider's name; None for one without a provider."""

    organization: Organization
    provider_name: str | None


@dataclass(frozen=True, kw_only=True)
class OrganizationDetail(OperatedOrganization):
    """An organization with all that its operators look after; `clients` is how many it has."""

    team: Sequence[Manager]
    licenses: Sequence[License]
    connections: Sequence[Connection]
    clients: int


class OperatedOrganizations:
    """Reads organizations for operators. Each method raises ForbiddenError for anybody else."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(ForbiddenError, BadCursorError)
    def listed(self, *, person: Person, limit: int, cursor: str | None) -> ResultPage[OperatedOrganization]:
        """List the organizations that have no provider, oldest first: one call."""
        require_operator(person)
        page = organizations.all_of_provider(self._context.table, None, limit=limit, cursor=cursor)
        found = [organizations.organization_of(row) for row in page.rows]
        return ResultPage(
            items=[OperatedOrganization(organization=one, provider_name=None) for one in found],
            next=page.next,
        )

    @refuses(ForbiddenError, UnknownOrganizationError)
    def organization(self, *, person: Person, organization: str) -> OrganizationDetail:
        """Read an organization as a whole: five calls, and for a client one more in place of one."""
        require_operator(person)
        table = self._context.table
        found = organizations.get(table, organization)
        if found is None:
            raise UnknownOrganizationError("There is no such organization.")
        provider_name = None
        if found.provider is not None:
            names = read_display_names(self._context, organization_ids=[found.provider])
            provider_name = names.organization(found.provider)
        return OrganizationDetail(
            organization=found,
            provider_name=provider_name,
            team=organizations.team(table, organization),
            licenses=licenses.of_organization(table, organization),
            connections=connections.of_organization(table, organization),
            # A client has no clients (decision 0033).
            clients=0 if found.provider else organizations.count_of_clients(table, organization),
        )
