"""Sign-in through an organization's identity provider (DESIGN 6, sso)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from usher.domain.enrollment.connections import Claims, Connection, Link
from usher.domain.enrollment.mail_providers import domain_of
from usher.domain.enrollment.sso_login import (
    Attempt,
    BadSetupError,
    ConnectionOverError,
    DomainNotConfirmedError,
    ProviderFailedError,
    ProviderUnreachableError,
    SignOnError,
    SignOnLostError,
)
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import UsherError, refuses
from usher.domain.events.sso import LearnerProvisioned
from usher.domain.licenses import NotEnoughSeatsError
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.gateways.client_secrets import ClientSecrets
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.enrollment.enrollment import UNGRANTABLE, Enrollment, EnrollmentResult, EnrollmentRoute
from usher.services.enrollment.sso_connections import connection_ref
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import organizations
from usher.store.enrollment import connections
from usher.store.transaction import ConditionFailedError, Write, commit

if TYPE_CHECKING:
    from usher.gateways.providers import Providers

_ID = re.compile(r"[0-9A-Z]{26}")


@dataclass(frozen=True, kw_only=True)
class SsoLoginResult:
    """A person who signed in.

    Attributes:
        first: whether this sign-in enrolled the person with the connection's grant.
        withheld: why it could not; the next sign-in tries again.
    """

    person: Person
    connection: Connection
    first: bool = False
    withheld: UsherError | None = None


class SsoLogin:
    """Signs people in through the connections of their organizations."""

    def __init__(
        self, context: Context, *, secrets: ClientSecrets, providers: Callable[[], Providers]
    ) -> None:
        """Read OAuth clients' secrets from `secrets`; call `providers` when a provider is first needed."""
        self._context = context
        self._secrets = secrets
        self._providers = providers
        self._enrollment = Enrollment(context)

    def offered(self, *, organization: str) -> list[Connection]:
        """List the connections through which an organization's people may sign in, oldest first: one call."""
        every = connections.of_organization(self._context.table, organization)
        return [one for one in every if one.enabled and one.owned]

    @refuses(
        ConnectionOverError,
        DomainNotConfirmedError,
        ProviderUnreachableError,
        ProviderFailedError,
        BadSetupError,
    )
    def begin(self, *, connection: str, to: str = "") -> tuple[str, Attempt]:
        """Return the provider's address for the browser, and the attempt to keep in a cookie.

        `to` is what is signed in to: CONSOLE, GUIDE or LEARN.
        """
        location, attempt = self._providers().begin(self._open(connection))
        return location, replace(attempt, to=to)

    @refuses(SignOnError)
    def finish(
        self, *, connection: str, attempt: Attempt | None, answer: Mapping[str, str]
    ) -> SsoLoginResult:
        """Sign the person in by the provider's answer, which the browser brings.

        The first sign-in enrolls the person with the connection's grant, in one transaction with the link to
        their identity at the provider; later ones write nothing.

        Raises:
            SignOnError: its subclasses say why; nothing was changed.
        """
        return self._sign_in(*self.identify(connection=connection, attempt=attempt, answer=answer))

    @refuses(SignOnError)
    def identify(
        self, *, connection: str, attempt: Attempt | None, answer: Mapping[str, str]
    ) -> tuple[Connection, Claims]:
        """Return the provider's claims about the person who comes back, with the connection.

        Raises:
            SignOnError: see finish.
        """
        if attempt is None:
            raise SignOnLostError("The browser brought nothing of the sign-in with it.")
        if attempt.connection != connection:
            raise SignOnLostError("The answer belongs to another way to sign in than the one begun last.")
        opened = self._open(connection)
        secret = self._secrets.get(opened.id)
        if secret is None:
            raise BadSetupError("The client's secret is missing.")
        return opened, self._providers().finish(opened, attempt=attempt, secret=secret, answer=answer)

    def organization(self, *, connection: str) -> Organization | None:
        """Return the connection's organization, for a page's branding: two calls, one for an unknown id."""
        found = self._find(connection)
        return None if found is None else organizations.get(self._context.table, found.organization)

    def _open(self, connection: str) -> Connection:
        found = self._find(connection)
        if found is None:
            raise ConnectionOverError("There is no such connection.")
        found.require_open()
        return found

    def _find(self, connection: str) -> Connection | None:
        """Read a connection: one call, none for a text that is no id, since it may be too long for a key."""
        return connections.get(self._context.table, connection) if _ID.fullmatch(connection) else None

    @retry_on_conflict
    def _sign_in(self, opened: Connection, claims: Claims) -> SsoLoginResult:
        """Sign in a person whose identity is linked, and enroll one who signs in for the first time."""
        person = opened.person(claims)
        known = connections.get_link(self._context.table, person.email, opened.id)
        if known is not None:
            known.require(opened.issuer, claims.subject)
        if known is not None and known.granted:
            return SsoLoginResult(person=person, connection=opened)
        return self._first_sign_in(opened, person, claims)

    def _first_sign_in(self, connection: Connection, person: Person, claims: Claims) -> SsoLoginResult:
        """Enroll the person with the connection's grant; where that is refused, sign in and write nothing."""
        linked = connections.link(
            Link(
                connection=connection.id,
                organization=connection.organization,
                email=person.email,
                issuer=connection.issuer,
                subject=claims.subject,
                since=self._context.now(),
            )
        )
        opened = connections.is_open(connection.id, domain_of(person.email))
        refuse = partial(_refuse, linked=linked, opened=opened)
        provisioned = partial(LearnerProvisioned, connection=connection_ref(connection))
        route = EnrollmentRoute(
            organization=connection.organization,
            method=EnrollmentMethod.SINGLE_SIGN_ON,
            grant=connection.grant,
            event=provisioned,
            writes=lambda _enrolled: [linked, opened],
            refuse=refuse,
        )
        try:
            enrolled = self._enrollment.enroll(person=person, route=route)
        except (NotEnoughSeatsError, *UNGRANTABLE) as withheld:
            return SsoLoginResult(person=person, connection=connection, withheld=withheld)
        if not enrolled.new:
            self._link_alone(connection, enrolled, [linked, opened], refuse)
        return SsoLoginResult(person=person, connection=connection, first=True)

    def _link_alone(
        self,
        connection: Connection,
        enrolled: EnrollmentResult,
        writes: list[Write],
        refuse: Callable[[ConditionFailedError], None],
    ) -> None:
        """Record the first sign-in of a person who has all of the connection's grant."""
        data = LearnerProvisioned(
            connection=connection_ref(connection),
            email=enrolled.email,
            group=None,
            accesses=(),
            seat_changes=(),
            enrolled=False,
        )
        event = record_event(self._context, data, organization=connection.organization, actor=enrolled.email)
        try:
            commit(self._context.table, [*writes, event])
        except ConditionFailedError as stale:
            refuse(stale)
            raise


def _refuse(stale: ConditionFailedError, *, linked: Write, opened: Write) -> None:
    if opened in stale:
        raise ConnectionOverError(
            "The connection was just switched off, or its domain taken back."
        ) from stale
    if linked in stale:
        raise stale  # the same address signed in at the same moment
