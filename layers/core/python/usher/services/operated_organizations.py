"""Organizations as operators see them: each as a whole, and all of them as a list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from usher.domain.enrollment.connections import Connection
from usher.domain.errors import ForbiddenError, refuses
from usher.domain.licenses import License
from usher.domain.organizations import Manager, Organization, UnknownOrganizationError
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.texts import folded
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.display_names import read_display_names
from usher.services.license_queries import with_reserved_seats
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import managers, organization_names, organizations
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

    @refuses(ForbiddenError, BadCursorError)
    def search(
        self, *, person: Person, text: str, limit: int, cursor: str | None
    ) -> ResultPage[OperatedOrganization]:
        """List the organizations, clients too, whose name or slug begins with the text, in that order.

        Two calls, and one more where clients are found. One that both its name and its slug find stands where
        its name does: where many do, two calls more for each hundred.
        """
        require_operator(person)
        sought, table = folded(text), self._context.table
        section = Section(
            [organization_names.beginning_with(sought)],
            partial(organization_names.in_range, table),
            lambda one: one[0].is_found_at(one[1], sought),
        )
        page = read_page(table, [section], query=("organizations", sought), limit=limit, cursor=cursor)
        found = [organization for organization, _ in page.items]
        providers = {one.provider for one in found if one.provider is not None}
        names = read_display_names(self._context, organization_ids=providers) if providers else None
        items = [
            OperatedOrganization(
                organization=one,
                provider_name=names.organization(one.provider) if names and one.provider else None,
            )
            for one in found
        ]
        return ResultPage(items=items, next=page.next)

    @refuses(ForbiddenError, UnknownOrganizationError)
    def organization(self, *, person: Person, organization: str) -> OrganizationDetail:
        """Read an organization as a whole: six calls, and for a client one more in place of one."""
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
            team=managers.team(table, organization),
            licenses=with_reserved_seats(self._context, organization),
            connections=connections.of_organization(table, organization),
            # A client has no clients (decision 0033).
            clients=0 if found.provider else organizations.count_of_clients(table, organization),
        )
