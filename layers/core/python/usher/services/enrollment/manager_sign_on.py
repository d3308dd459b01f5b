"""Single sign-on of managers to the console (docs/decisions/0061)."""

from __future__ import annotations

from collections.abc import Mapping

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.enrollment.connections import Claims, Connection, Link
from usher.domain.enrollment.mail_providers import domain_of
from usher.domain.enrollment.sso_login import (
    Attempt,
    ConnectionOverError,
    NoManagerError,
    SignOnError,
)
from usher.domain.errors import refuses
from usher.domain.events.sso import SsoManagerLinked
from usher.domain.organizations import Manager, ManagerState
from usher.domain.people import Person
from usher.gateways.identity import Identity, SignedIn
from usher.lazy_dataclasses import dataclass
from usher.services.challenge_login import ChallengeLogin
from usher.services.context import Context
from usher.services.enrollment.sso_connections import connection_ref
from usher.services.enrollment.sso_login import SsoLogin
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import managers, organizations
from usher.store.enrollment import connections
from usher.store.transaction import ConditionFailedError, commit


class SignInDiscovery:
    """Tells by an address's domain how its people sign in; never whether the address is known."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(BadAddressError)
    def connections(self, *, email: str) -> list[Connection]:
        """List the connections that may sign in the address, oldest first: two calls at most."""
        return connections.of_domain(self._context.table, domain_of(read_address(email)))


@dataclass(frozen=True, kw_only=True)
class ManagerSignOnResult:
    """A manager who signed in through a provider.

    Attributes:
        organization: the id of the organization that the person manages.
        first: the connection signed the person in for the first time, as a manager or a learner.
    """

    signed_in: SignedIn
    organization: str
    first: bool


class ManagerSignOn:
    """Signs managers in to the API through a connection of their organization, or of its provider."""

    def __init__(
        self, context: Context, *, sso_login: SsoLogin, identity: Identity, challenges: ChallengeLogin
    ) -> None:
        self._context = context
        self._sso_login = sso_login
        self._identity = identity
        self._challenges = challenges

    @refuses(SignOnError)
    def finish(
        self, *, connection: str, attempt: Attempt | None, answer: Mapping[str, str]
    ) -> ManagerSignOnResult:
        """Start a session of the API by the provider's answer, which the browser brings.

        Nobody becomes a manager by it: the team's item alone makes one. A manager without an account is given
        one. The first sign-in links the address to the person at the provider; nothing is granted.

        Raises:
            NoManagerError: the person is in no team that the connection may sign in to.
            PasswordNeededError: the account is an operator's, or was disabled.
            SignOnError: its other subclasses say why.
        """
        opened, claims = self._sso_login.identify(connection=connection, attempt=attempt, answer=answer)
        person = opened.person(claims)
        manager = self._manager(opened, person)
        self._challenges.require_no_operator(email=person.email)
        first = self._link(opened, person, claims)
        self._identity.ensure_account(
            email=person.email,
            first_name=person.first_name or manager.first_name,
            last_name=person.last_name or manager.last_name,
        )
        signed_in = self._challenges.sign_in(email=person.email)
        return ManagerSignOnResult(signed_in=signed_in, organization=manager.organization, first=first)

    def _manager(self, connection: Connection, person: Person) -> Manager:
        """Return the person as an active manager within the connection's reach: two calls.

        The listing finds the places, and the items decide.
        """
        table = self._context.table
        places = [one.organization for one in managers.manager_memberships(table, person.email)]
        rows = table.get_many(
            [
                ref
                for place in places
                for ref in (organizations.ref(place), managers.manager_ref(place, person.email))
            ]
        )
        for place in places:
            organization = rows.get(organizations.ref(place))
            row = rows.get(managers.manager_ref(place, person.email))
            if organization is None or row is None:
                continue
            manager = managers.manager_of(row)
            reach = {place, organization.provider}
            if manager.state is ManagerState.ACTIVE and connection.organization in reach:
                return manager
        raise NoManagerError("Your address is in no team that this way to sign in is for.")

    @retry_on_conflict
    def _link(self, connection: Connection, person: Person, claims: Claims) -> bool:
        """Require the person at the provider to be the one of before; return whether it is the first time.

        Who it is the first time is recorded.

        Raises:
            AnotherPersonError: the address belonged to somebody else at the provider.
            ConnectionOverError: the connection was just switched off.
        """
        known = connections.get_link(self._context.table, person.email, connection.id)
        if known is not None:
            known.require(connection.issuer, claims.subject)
            return False
        linked = connections.link(
            Link(
                connection=connection.id,
                organization=connection.organization,
                email=person.email,
                issuer=connection.issuer,
                subject=claims.subject,
                since=self._context.now(),
                granted=False,
            )
        )
        opened = connections.is_open(connection.id, domain_of(person.email))
        event = record_event(
            self._context,
            SsoManagerLinked(connection=connection_ref(connection), email=person.email),
            organization=connection.organization,
            actor=person.email,
        )
        try:
            commit(self._context.table, [linked, opened, event])
        except ConditionFailedError as stale:
            if opened in stale:
                raise ConnectionOverError(
                    "The connection was just switched off, or its domain taken back."
                ) from stale
            raise
        return True
