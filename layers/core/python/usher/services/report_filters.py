"""The filters that reports share: licenses and groups, which must be the organization's."""

from __future__ import annotations

from collections.abc import Collection

from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.list_filters import UNKNOWN_FILTERS, filter_refs, require_known

FILTERED = (*AUTHORIZE, *UNKNOWN_FILTERS)
"""The refusals of `authorize_filtered`."""


def authorize_filtered(
    context: Context,
    *,
    person: Person,
    organization: str,
    licenses_: Collection[str],
    groups_: Collection[str],
) -> Membership:
    """Authorize the caller to read, and require the filters to be the organization's: one call.

    An empty report on a mistyped id would be taken for the truth.

    Raises:
        UnknownLicenseError, UnknownGroupError: the organization has none with one of the ids; a group that
            was deleted is none any more.
    """
    membership = authorize(
        context,
        person=person,
        organization=organization,
        permission=Permission.READ,
        also=filter_refs(organization, licenses_=licenses_, groups_=groups_),
    )
    require_known(membership.rows, organization, licenses_=licenses_, groups_=groups_)
    return membership
