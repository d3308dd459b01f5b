"""The overview of an organization: its seats and figures, for the console's first screen."""

from __future__ import annotations

from usher.domain.errors import refuses
from usher.domain.figures import OrganizationFigures
from usher.domain.licenses import License
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.license_queries import with_reserved_seats
from usher.store import figures


@dataclass(frozen=True, kw_only=True)
class OrganizationOverview:
    """An organization's licenses with their seats, oldest first, and its figures."""

    licenses: list[License]
    figures: OrganizationFigures


class Overviews:
    """Reads the overview of an organization for its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE)
    def overview(self, *, person: Person, organization: str) -> OrganizationOverview:
        """Read the overview, at the same cost for any size of organization: two calls.

        Operators read that of every organization (decision 0058).
        """
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[figures.ref(organization)],
            operators=True,
        )
        counted = figures.found_in(membership.rows, organization)
        held = with_reserved_seats(self._context, organization)
        return OrganizationOverview(licenses=held, figures=counted)
