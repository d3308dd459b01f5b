"""Single sign-on: an organization's connections to identity providers (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas import sso
from functions.api.schemas.common import Cursor, Limit, OrganizationPath, PersonPath
from functions.api.schemas.sso import (
    Connection,
    ConnectionCheck,
    ConnectionPage,
    ConnectionPath,
    DomainPath,
    LinkedPersonPage,
    LinkedSearch,
    NewConnection,
)
from functions.api.views import sso as views
from usher.domain.enrollment.connections import Connection as OneConnection
from usher.domain.enrollment.grants import Grant
from usher.domain.organizations import Permission
from usher.services.enrollment import connection_changes
from usher.services.enrollment.named_grants import name_grants
from usher.services.enrollment.sso_connections import SsoConnections
from usher.services.paging import PAGE

CONNECTIONS = "/v1/organizations/<organization>/sso-connections"
ONE = f"{CONNECTIONS}/<connection>"
DOMAIN = "/v1/operator/organizations/<organization>/sso-connections/<connection>/domains/<domain>"

router = ApiRouter()


@router.post(CONNECTIONS, status_code=HTTPStatus.CREATED)
@described(SsoConnections.create, caller=Caller.SIGNED_IN, idempotent=True)
def create_sso_connection(organization: OrganizationPath, new: NewConnection) -> Response[Connection]:
    """Create a connection to an identity provider.

    People with addresses of its domains can sign in through it, once an operator has confirmed that the
    domains are the organization's own: whoever signs in with an address has everything that belongs to the
    address. The answer has the `redirect_uri` to register at the provider. Nobody can read the client's
    secret again.
    """
    person, services = router.person, router.services
    typed = connection_changes.NewConnection(**{**dict(new), "grant": _grant(new.grant)})
    return router.idempotent(
        lambda receipt: services.sso_connections.create(
            person=person, organization=organization, new=typed, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_SSO,
        view=partial(_one_view, organization),
        status=HTTPStatus.CREATED,
    )


@router.get(CONNECTIONS)
@described(SsoConnections.listed)
def list_sso_connections(organization: OrganizationPath) -> ConnectionPage:
    """List the connections to identity providers.

    Oldest first; all of them are one page. Operators can list them, too.
    """
    services = router.services
    found = services.sso_connections.listed(person=router.person, organization=organization)
    return ConnectionPage(items=_views(organization, found), next=None)


@router.get(ONE)
@described(SsoConnections.connection)
def get_sso_connection(organization: OrganizationPath, connection: ConnectionPath) -> Connection:
    """Read a connection to an identity provider.

    It says which of its domains are confirmed. Operators can read it, too.
    """
    services = router.services
    found = services.sso_connections.connection(
        person=router.person, organization=organization, connection=connection
    )
    return _one_view(organization, found)


@router.patch(ONE)
@described(SsoConnections.change, caller=Caller.SIGNED_IN)
def change_sso_connection(
    organization: OrganizationPath, connection: ConnectionPath, change: sso.ConnectionChange
) -> Connection:
    """Change a connection to an identity provider.

    Issuer and client id cannot be changed: for others, create another connection. A domain that is removed
    and added again has to be confirmed again. People who signed in before keep what they were given.

    With the `version` that was read, what somebody else changed meanwhile is not overwritten: the answer is a
    refusal, `changed_meanwhile`.
    """
    services = router.services
    grant = None if change.grant is None else _grant(change.grant)
    found = services.sso_connections.change(
        person=router.person,
        organization=organization,
        connection=connection,
        change=connection_changes.ConnectionChange(
            name=change.name,
            client_secret=change.client_secret,
            domains=change.domains,
            grant=grant,
            enabled=change.enabled,
        ),
        version=change.version,
    )
    return _one_view(organization, found)


@router.delete(ONE, status_code=HTTPStatus.NO_CONTENT)
@described(SsoConnections.remove, caller=Caller.SIGNED_IN)
def remove_sso_connection(organization: OrganizationPath, connection: ConnectionPath) -> Response[None]:
    """Remove a connection to an identity provider.

    Its secret is deleted, too, at once. People who signed in through it keep what they were given, and can
    use another connection or a password, which they can choose with an invite or a code.
    """
    router.services.sso_connections.remove(
        person=router.person, organization=organization, connection=connection
    )
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(f"{ONE}/check")
@described(SsoConnections.check, caller=Caller.SIGNED_IN)
def check_sso_connection(organization: OrganizationPath, connection: ConnectionPath) -> ConnectionCheck:
    """Check a connection to an identity provider.

    Reads the provider's published configuration, and answers with the problems that would keep people from
    signing in.
    """
    return views.connection_check(
        router.services.sso_connections.check(
            person=router.person, organization=organization, connection=connection
        )
    )


@router.get(f"{ONE}/people")
@described(SsoConnections.linked_people)
def list_sso_people(
    organization: OrganizationPath,
    connection: ConnectionPath,
    begins_with: LinkedSearch = "",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> LinkedPersonPage:
    """List the people who signed in through a connection.

    By address. Operators can list them, too.
    """
    services = router.services
    page = services.sso_connections.linked_people(
        person=router.person,
        organization=organization,
        connection=connection,
        begins_with=begins_with,
        limit=limit,
        cursor=cursor,
    )
    people = [views.linked_person(one, ids=services.person_ids) for one in page.items]
    return LinkedPersonPage(items=people, next=page.next)


@router.delete(f"{ONE}/people/<linked>", status_code=HTTPStatus.NO_CONTENT)
@described(SsoConnections.unlink, caller=Caller.SIGNED_IN)
def unlink_sso_person(
    organization: OrganizationPath, connection: ConnectionPath, linked: PersonPath
) -> Response[None]:
    """Unlink a person from an account of the provider.

    Only the first account that signed in with an address can sign in with it, since addresses are reassigned
    when people leave. Unlink an address that was reassigned on purpose. Nothing else is removed.
    """
    services = router.services
    services.sso_connections.unlink(
        person=router.person,
        organization=organization,
        connection=connection,
        email=services.person_ids.email_of(organization, linked),
    )
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.put(DOMAIN)
@described(SsoConnections.confirm, caller=Caller.SIGNED_IN)
def confirm_sso_domain(
    organization: OrganizationPath, connection: ConnectionPath, domain: DomainPath
) -> Connection:
    """Confirm that a domain of a connection is the organization's own.

    For operators, after they have verified it: from now on, whoever signs in at the provider with an address
    of the domain has everything that belongs to the address.
    """
    services = router.services
    found = services.sso_connections.confirm(
        person=router.person, organization=organization, connection=connection, domain=unquote(domain)
    )
    return _one_view(organization, found)


@router.delete(DOMAIN)
@described(SsoConnections.unconfirm, caller=Caller.SIGNED_IN)
def unconfirm_sso_domain(
    organization: OrganizationPath, connection: ConnectionPath, domain: DomainPath
) -> Connection:
    """Revoke the confirmation of a domain.

    For operators. Nobody with an address of the domain can sign in through the connection any more.
    """
    services = router.services
    found = services.sso_connections.unconfirm(
        person=router.person, organization=organization, connection=connection, domain=unquote(domain)
    )
    return _one_view(organization, found)


def _grant(of: sso.Grant) -> Grant:
    return Grant(licenses=tuple(of.licenses), group=of.group)


def _views(organization: str, found: Sequence[OneConnection]) -> list[Connection]:
    """Return the connections with the names of their creators and of what they give: a call for each."""
    services = router.services
    names = router.names(organization, (one.created_by for one in found))
    grants = name_grants(services.context, organization=organization, grants=[one.grant for one in found])
    return [
        views.connection(one, given=given, names=names, origin=services.origin)
        for one, given in zip(found, grants, strict=True)
    ]


def _one_view(organization: str, found: OneConnection) -> Connection:
    (one,) = _views(organization, [found])
    return one
