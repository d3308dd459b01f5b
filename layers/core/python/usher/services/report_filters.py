"""The filters that reports share: a license and a group, which must be the organization's."""

from __future__ import annotations

from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.store import groups, licenses

FILTERED = (*AUTHORIZE, UnknownLicenseError, UnknownGroupError)
"""The refusals of `authorize_filtered`."""


def authorize_filtered(
    context: Context,
    *,
    person: Person,
    organization: str,
    license: str | None,  # noqa: A002 - the glossary's word
    group: str | None,
) -> Membership:
    """Authorize the caller to read, and require the filters to be the organization's: one call.

    An empty report on a mistyped id would be taken for the truth.

    Raises:
        UnknownLicenseError, UnknownGroupError: the organization has none with this id; a group that was
            deleted is none any more.
    """
    at_license = None if license is None else licenses.ref(organization, license)
    at_group = None if group is None else groups.ref(organization, group)
    membership = authorize(
        context,
        person=person,
        organization=organization,
        permission=Permission.READ,
        also=[at for at in (at_license, at_group) if at is not None],
    )
    if at_license is not None and membership.rows.get(at_license) is None:
        raise UnknownLicenseError(f"The organization has no license {license!r}.")
    if at_group is not None and groups.open_group(membership.rows.get(at_group)) is None:
        raise UnknownGroupError(f"The organization has no group {group!r}.")
    return membership
