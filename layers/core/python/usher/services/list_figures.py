"""The figures beside a list, read with the caller's membership so that they cost no further call."""

from __future__ import annotations

from usher.domain.figures import OrganizationFigures
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.services.authorization import authorize
from usher.services.context import Context
from usher.store import figures


def authorize_to_list(
    context: Context, *, person: Person, organization: str, with_figures: bool
) -> OrganizationFigures | None:
    """Authorize the caller to read, and return the organization's figures if they are asked for: one call.

    Raises:
        UnknownOrganizationError, ForbiddenError, InvalidApiKeyError: see authorize.
    """
    membership = authorize(
        context,
        person=person,
        organization=organization,
        permission=Permission.READ,
        also=[figures.ref(organization)] if with_figures else [],
    )
    return figures.found_in(membership.rows, organization) if with_figures else None
