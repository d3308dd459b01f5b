"""Authorization: whether the caller is a manager of the organization and has the permission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from usher.domain.errors import ForbiddenError
from usher.domain.integrations.api_keys import InvalidApiKeyError
from usher.domain.organizations import (
    Manager,
    ManagerState,
    Organization,
    OrganizationClosedError,
    Permission,
    Role,
    UnknownOrganizationError,
)
from usher.domain.people import ApiKeyCredential, KnownAs, Person
from usher.domain.suspensions import OrganizationSuspendedError
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.store import managers, organizations
from usher.store.integrations import api_keys
from usher.store.table import BatchResult, Ref

AUTHORIZE = (
    UnknownOrganizationError,
    ForbiddenError,
    OrganizationClosedError,
    OrganizationSuspendedError,
)
"""The refusals of `authorize`, for the `refuses` lists of the use cases that call it; a closed or suspended
organization refuses no reading."""


@dataclass(frozen=True)
class Membership:
    """The caller as a manager of an organization, with the other rows read in the same call.

    Attributes:
        manager: the caller's item; for a provider's manager in a client, their item in the provider; for an
            API key or an operator, a manager that is not stored, with their rights.
        rows: the rows that `also` of `authorize` asked for, by their references.
    """

    organization: Organization
    manager: Manager
    rows: BatchResult


def authorize(
    context: Context,
    *,
    person: Person,
    organization: str,
    permission: Permission,
    also: Sequence[Ref[Any]] = (),
    operators: bool = False,
) -> Membership:
    """Authorize the caller in the organization: one strongly consistent call, which reads `also` with it.

    Membership is read on each request, so that removal is immediate (DESIGN 3, Sessions). A manager of a
    client's provider acts in the client with their role in the provider, for one call more. An API key acts
    with its scopes, in its organization and the clients of it; whoever acts from a suspended provider may no
    more in its clients than at home. With `operators`, an operator needs no membership, and acts in a
    suspended organization.

    Raises:
        UnknownOrganizationError: there is none, or the caller is no active manager of it (DESIGN 7.4).
        ForbiddenError: the caller's role, or key, lacks the permission.
        OrganizationClosedError: the organization was closed, and the permission is for more than reading.
        OrganizationSuspendedError: the organization, or the provider that the caller acts from, is suspended.
        InvalidApiKeyError: the key is unknown, revoked or expired.
    """
    at_organization = organizations.ref(organization)
    rows = context.table.get_many([at_organization, *_caller_refs(person, organization), *also])
    found = _organization(rows, organization)
    if operators and person.operator and person.key is None:
        if found is None:
            raise UnknownOrganizationError("There is no such organization.")
        context.shards.note(found)
        found.require_unclosed_for(permission)
        person.known_as[found.id] = KnownAs(name="", provider=found.provider)
        return Membership(found, _manager_for_operator(person, organization), rows)
    if person.key is not None:
        manager, home = _manager_by_key(context, person.key, rows, found)
    else:
        manager, home = _manager_in_person(context, person, rows, found)
    if found is not None:
        context.shards.note(found)
    if found is None or manager is None or not _is_active(manager):
        raise UnknownOrganizationError("You manage no such organization.")
    person.known_as[found.id] = KnownAs(name=_name_of_caller(person, manager, rows), provider=found.provider)
    manager.require(permission)
    found.require_open_for(permission)
    if home is not None:
        home.require_open_for(permission)
    return Membership(found, manager, rows)


def _organization(rows: BatchResult, organization: str) -> Organization | None:
    row = rows.get(organizations.ref(organization))
    return None if row is None else organizations.organization_of(row)


def _caller_refs(person: Person, organization: str) -> list[Ref[Any]]:
    """Return the references of the items with the caller's rights: their manager item, or their API key.

    Beside the key, the organization that it is of.
    """
    if person.key is not None:
        return [
            api_keys.ref(person.key.organization, person.key.id),
            organizations.ref(person.key.organization),
        ]
    return [managers.manager_ref(organization, person.email)]


def _manager_in_person(
    context: Context, person: Person, rows: BatchResult, organization: Organization | None
) -> tuple[Manager | None, Organization | None]:
    """Return the person as a manager of the organization, else of its provider, and that organization."""
    if organization is None:
        return None, None
    row = rows.get(managers.manager_ref(organization.id, person.email))
    manager = None if row is None else managers.manager_of(row)
    if organization.provider and not _is_active(manager):
        # A provider's managers manage its clients (DESIGN 7.4); only for them is there a second call.
        at_manager = managers.manager_ref(organization.provider, person.email)
        home = context.table.get_many([at_manager, organizations.ref(organization.provider)])
        row = home.get(at_manager)
        manager = None if row is None else managers.manager_of(row)
        return manager, _organization(home, organization.provider)
    return manager, organization


def _manager_by_key(
    context: Context, credential: ApiKeyCredential, rows: BatchResult, organization: Organization | None
) -> tuple[Manager | None, Organization | None]:
    """Return a manager with the key's scopes, and the key's organization, there and in its clients.

    Records the use.
    """
    row, now = rows.get(api_keys.ref(credential.organization, credential.id)), context.now()
    if row is None:
        raise InvalidApiKeyError
    key = api_keys.api_key_of(row)
    key.require_credential(credential, now=now)
    if key.is_use_unrecorded(now):
        api_keys.record_use(context.table, key, now=now)
    if organization is None or key.organization not in {organization.id, organization.provider}:
        return None, None
    return key.as_manager(), _organization(rows, key.organization)


def _name_of_caller(person: Person, manager: Manager, rows: BatchResult) -> str:
    """Return the name of the manager, or of the API key that the program uses."""
    if person.key is None:
        return manager.full_name
    row = rows.get(api_keys.ref(person.key.organization, person.key.id))
    return "" if row is None else row.name


def _is_active(manager: Manager | None) -> bool:
    return manager is not None and manager.state is ManagerState.ACTIVE


def _manager_for_operator(operator: Person, organization: str) -> Manager:
    """Return the operator as a full manager, since the organization may have none yet."""
    return Manager(organization=organization, email=operator.email, role=Role.FULL, state=ManagerState.ACTIVE)


def require_operator(person: Person) -> None:
    """Raise ForbiddenError unless the person is an operator."""
    if not person.operator:
        raise ForbiddenError("This is for operators.", next_action="Ask whoever runs Usher for you.")
