"""Single sign-on: from the button to the provider, back, and in (DESIGN 6, sso)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from usher.domain.errors import UsherError, refuses
from usher.domain.events.sso import LearnerProvisioned
from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.gateways.client_secrets import ClientSecrets
from usher.services.context import Context
from usher.services.enrollment.enrollment import Enrollment, EnrollmentResult, EnrollmentRoute
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
    """Somebody who is in.

    Attributes:
        first: whether they were given what a first sign-in is given.
        withheld: why it could not be given; it is tried again the next time.
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
        """Read clients' secrets from `secrets`; `providers` is called once a provider has to be asked."""
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
    def begin(self, *, connection: str) -> tuple[str, Attempt]:
        """Return where the browser goes, and what it has to carry. Nothing is changed."""
        return self._providers().begin(self._open(connection))

    @refuses(SignOnError)
    def finish(
        self, *, connection: str, attempt: Attempt | None, answer: Mapping[str, str]
    ) -> SsoLoginResult:
        """Take what the connection's provider sent the browser back with, and let the person in.

        The first time they are given what the connection gives, in one transaction with who they are at the
        provider; from then on they are signed in and nothing else.

        Raises:
            SignOnError: see its kinds; nothing was changed.
        """
        if attempt is None:
            raise SignOnLostError("The browser brought nothing of the sign-in with it.")
        if attempt.connection != connection:
            raise SignOnLostError("The answer belongs to another way to sign in than the one begun last.")
        opened = self._open(connection)
        secret = self._secrets.get(opened.id)
        if secret is None:
            raise BadSetupError("The client's secret is missing.")
        claims = self._providers().finish(opened, attempt=attempt, secret=secret, answer=answer)
        return self._let_in(opened, claims)

    def home(self, *, connection: str) -> Organization | None:
        """Return whose the connection is, for the look of a page: two calls, one where there is none."""
        found = self._find(connection)
        return None if found is None else organizations.get(self._context.table, found.organization)

    def _open(self, connection: str) -> Connection:
        found = self._find(connection)
        if found is None:
            raise ConnectionOverError("There is no such connection.")
        found.require_open()
        return found

    def _find(self, connection: str) -> Connection | None:
        """Read a connection; of what is no id, and may be longer than a key can be, nothing is asked for."""
        return connections.get(self._context.table, connection) if _ID.fullmatch(connection) else None

    @retry_on_conflict
    def _let_in(self, opened: Connection, claims: Claims) -> SsoLoginResult:
        """Sign in who is known at the provider, and let in who comes the first time."""
        person = opened.person(claims)
        known = connections.get_link(self._context.table, person.email, opened.id)
        if known is not None:
            known.require(opened.issuer, claims.subject)
            return SsoLoginResult(person=person, connection=opened)
        return self._first(opened, person, claims)

    def _first(self, connection: Connection, person: Person, claims: Claims) -> SsoLoginResult:
        """Give what a first sign-in is given; where that cannot be, sign in and write nothing."""
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
        door = EnrollmentRoute(
            organization=connection.organization,
            grant=connection.grant,
            event=provisioned,
            writes=lambda _admitted: [linked, opened],
            refuse=refuse,
        )
        try:
            admitted = self._enrollment.admit(person=person, door=door)
        except (NotEnoughSeatsError, LicenseOverError, UnknownLicenseError, UnknownGroupError) as withheld:
            return SsoLoginResult(person=person, connection=connection, withheld=withheld)
        if not admitted.new:
            self._link_alone(connection, admitted, [linked, opened], refuse)
        return SsoLoginResult(person=person, connection=connection, first=True)

    def _link_alone(
        self,
        connection: Connection,
        admitted: EnrollmentResult,
        writes: list[Write],
        refuse: Callable[[ConditionFailedError], None],
    ) -> None:
        """Note the first sign-in of somebody who has all that it gives."""
        data = LearnerProvisioned(
            connection=connection_ref(connection),
            email=admitted.email,
            group=None,
            accesses=(),
            seat_changes=(),
        )
        event = record_event(self._context, data, organization=connection.organization, actor=admitted.email)
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
