"""Views of single sign-on connections."""

from __future__ import annotations

from collections.abc import Iterable

from functions.api.schemas import sso
from functions.api.views.common import NameOf
from functions.api.views.grants import gives
from usher.domain.enrollment.connections import Connection, Link
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.sso_login import (
    SSO_PAGE,
    ConnectionOverError,
    DomainNotConfirmedError,
    console_sign_in,
    sso_callback,
)
from usher.domain.instants import rfc3339
from usher.gateways.person_ids import PersonIds
from usher.services.enrollment.connection_changes import ConnectionCheck
from usher.services.enrollment.named_grants import NamedGrant


def connection(of: Connection, *, given: NamedGrant, names: NameOf, origin: str) -> sso.Connection:
    """A connection, with the redirect URI to register at its provider and the names of what it gives."""
    return sso.Connection(
        id=of.id,
        organization=of.organization,
        name=of.name,
        issuer=of.issuer,
        client_id=of.client_id,
        domains=[sso.ConnectionDomain(domain=one, confirmed=one in of.owned) for one in of.domains],
        grant=grant(of.grant),
        gives=gives(given),
        enabled=of.enabled,
        redirect_uri=origin + sso_callback(of.id),
        sign_in_page=f"{origin}{SSO_PAGE}{of.id}",
        console_sign_in_page=origin + console_sign_in(of.id),
        created_at=rfc3339(of.created_at),
        created_by=of.created_by,
        created_by_name=names(of.created_by),
        version=of.version or 0,
    )


def grant(of: Grant) -> sso.Grant:
    """What a first sign-in gives."""
    return sso.Grant(licenses=list(of.licenses), group=of.group)


def linked_person(of: Link, *, ids: PersonIds) -> sso.LinkedPerson:
    """A person who signed in through a connection, without the provider's name for them."""
    return sso.LinkedPerson(
        person=ids.id_of(of.organization, of.email),
        email=of.email,
        since=rfc3339(of.since),
        enrolled=of.granted,
    )


def connection_check(of: ConnectionCheck) -> sso.ConnectionCheck:
    """The problems that keep people from signing in: the provider's, and the connection's own."""
    problems = [sso.ConnectionProblem(code=one.code, detail=one.detail) for one in of.problems]
    problems += [
        sso.ConnectionProblem(code=DomainNotConfirmedError.code, detail=f"{domain} is not confirmed yet.")
        for domain in of.connection.domains
        if domain not in of.connection.owned
    ]
    if not of.connection.enabled:
        problems.append(sso.ConnectionProblem(code=ConnectionOverError.code, detail="It is switched off."))
    return sso.ConnectionCheck(ok=not problems, problems=problems)


def sign_in_methods(of: Iterable[Connection], *, origin: str) -> sso.SignInMethods:
    """The ways to sign in: through the connections, and by password."""
    connections = [sso.SignInConnection(name=one.name, url=origin + console_sign_in(one.id)) for one in of]
    methods = [sso.SignInMethod.SINGLE_SIGN_ON] if connections else []
    return sso.SignInMethods(methods=[*methods, sso.SignInMethod.PASSWORD], connections=connections)
