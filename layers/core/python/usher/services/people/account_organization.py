"""The organization in whose name a person is written to about their account."""

from __future__ import annotations

from usher.domain.organizations import Organization
from usher.services.context import Context
from usher.store import organizations
from usher.store.people.memberships import some_organizations

_ONE_AND_ANOTHER = 2
"""So many memberships tell whether there is exactly one organization."""


class AccountOrganization:
    """Finds the only organization of a person; an account belongs to none, and serves all."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, *, email: str) -> Organization | None:
        """Return the organization that the person manages or learns in, if it is exactly one and open.

        Three calls, however many organizations the person is in; two if they are in none or several.
        """
        found = some_organizations(self._context.table, email, most=_ONE_AND_ANOTHER)
        if len(found) != 1:
            return None
        organization = organizations.get(self._context.table, *found)
        return None if organization is None or organization.is_closed else organization
