"""Single sign-on: an organization's connections to identity providers, and what operators confirm of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from usher.domain.addresses import BadAddressError, normalize
from usher.domain.destinations import Networks
from usher.domain.enrollment.connections import (
    CHECKS,
    BadClientError,
    BadDomainsError,
    BadIssuerError,
    Connection,
    TooManyConnectionsError,
    UnknownConnectionError,
    UnknownDomainError,
    UnknownLinkError,
    read_client_secret,
    read_domains,
    read_issuer,
)
from usher.domain.enrollment.grants import BadGrantError, Grant
from usher.domain.enrollment.mail_providers import BadDomainError, PublicMailDomainError, read_domain
from usher.domain.enrollment.rate_limits import LimitReachedError
from usher.domain.enrollment.sso_login import SignOnError
from usher.domain.errors import ForbiddenError, refusals_of, refuses
from usher.domain.events.event import EventData
from usher.domain.events.sso import (
    ConnectionRef,
    SsoConnectionChanged,
    SsoConnectionCreated,
    SsoConnectionRemoved,
    SsoDomainConfirmed,
    SsoDomainUnconfirmed,
    SsoPersonUnlinked,
)
from usher.domain.organizations import Permission
from usher.domain.people import BadNameError, Person, clean_name
from usher.gateways.client_secrets import ClientSecrets
from usher.services.authorization import AUTHORIZE, authorize, require_operator
from usher.services.context import Context
from usher.services.enrollment.enrollment import Enrollment
from usher.services.enrollment.rate_limits import spend
from usher.services.receipts import AnsweredMeanwhileError, Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store.enrollment import connections
from usher.store.transaction import ConditionFailedError, Write, commit

if TYPE_CHECKING:
    from usher.gateways.providers import Providers


@dataclass(frozen=True, kw_only=True)
class NewConnection:
    """What a manager types."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: Sequence[str]
    grant: Grant
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class ConnectionChange:
    """What a manager changes; None is left as it is."""

    name: str | None = None
    client_secret: str | None = None
    domains: Sequence[str] | None = None
    grant: Grant | None = None
    enabled: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found on asking a connection's provider: nothing where it can be signed in through."""

    connection: Connection
    problems: tuple[SignOnError, ...]


class SsoConnections:
    """An organization's connections, for its full managers; operators confirm whose the domains are."""

    def __init__(
        self,
        context: Context,
        *,
        secrets: ClientSecrets,
        providers: Callable[[], Providers],
        own_networks: Networks,
    ) -> None:
        """Keep clients' secrets in `secrets`; `providers` is called once a provider has to be asked."""
        self._context = context
        self._secrets = secrets
        self._providers = providers
        self._own_networks = own_networks

    @refuses(
        *AUTHORIZE,
        TooManyConnectionsError,
        BadNameError,
        BadIssuerError,
        BadClientError,
        BadDomainError,
        BadDomainsError,
        PublicMailDomainError,
        BadGrantError,
        *refusals_of(Enrollment.require_grantable),
    )
    def create(
        self, *, person: Person, organization: str, new: NewConnection, receipt: Receipt
    ) -> Connection:
        """Create a connection. Nobody can sign in through it before one of its domains is confirmed.

        Its secret is written first: one that is left without a connection, by a crash in between, is read
        by nobody.

        Raises:
            TooManyConnectionsError: exactly, whoever creates one at the same time.
        """
        authorize(self._context, person=person, organization=organization, permission=Permission.MANAGE_SSO)
        connection = Connection(
            id=self._context.new_id(),
            organization=organization,
            name=clean_name(new.name),
            issuer=read_issuer(new.issuer, own_networks=self._own_networks),
            client_id=new.client_id,
            domains=read_domains(new.domains),
            grant=new.grant,
            enabled=new.enabled,
            created_at=self._context.now(),
            created_by=person.email,
        )
        secret = read_client_secret(new.client_secret)
        self._require_grantable(connection)
        created = SsoConnectionCreated(
            connection=connection_ref(connection), issuer=connection.issuer, domains=connection.domains
        )
        writes = [
            *connections.create(connection),
            self._event(person, connection, created),
        ]
        self._secrets.put(connection.id, secret)
        try:
            receipt.commit(self._context, writes, connection)
        except (ConditionFailedError, AnsweredMeanwhileError) as refused:
            self._secrets.remove(connection.id)
            if isinstance(refused, ConditionFailedError):
                raise TooManyConnectionsError from refused
            raise
        return connection

    @refuses(*AUTHORIZE)
    def listed(self, *, person: Person, organization: str) -> list[Connection]:
        """List the connections, oldest first: two calls."""
        authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            operators=True,
        )
        return connections.of_organization(self._context.table, organization)

    @refuses(*AUTHORIZE, UnknownConnectionError)
    def connection(
        self,
        *,
        person: Person,
        organization: str,
        connection: str,
        permission: Permission = Permission.READ,
    ) -> Connection:
        """Read a connection: one call."""
        at = connections.ref(connection)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=permission,
            also=[at],
            operators=permission is Permission.READ,
        )
        row = membership.rows.get(at)
        if row is None or row.organization != organization:
            raise UnknownConnectionError("The organization has no such connection.")
        return connections.connection_of(row)

    @refuses(
        *AUTHORIZE,
        UnknownConnectionError,
        BadNameError,
        BadClientError,
        BadDomainError,
        BadDomainsError,
        PublicMailDomainError,
        BadGrantError,
        *refusals_of(Enrollment.require_grantable),
    )
    @retry_on_conflict
    def change(
        self, *, person: Person, organization: str, connection: str, change: ConnectionChange
    ) -> Connection:
        """Change a connection: issuer and client id stay.

        A domain that is taken out has to be confirmed again if it comes back. Who signed in already keeps
        what they were given.
        """
        secret = None if change.client_secret is None else read_client_secret(change.client_secret)
        before = self._managed(person, organization, connection)
        domains = before.domains if change.domains is None else read_domains(change.domains)
        after = replace(
            before,
            name=before.name if change.name is None else clean_name(change.name),
            domains=domains,
            owned=before.owned & frozenset(domains),
            grant=before.grant if change.grant is None else change.grant,
            enabled=before.enabled if change.enabled is None else change.enabled,
        )
        if change.grant is not None:
            self._require_grantable(after)
        changed = [
            name
            for name in ("name", "domains", "grant", "enabled")
            if getattr(before, name) != getattr(after, name)
        ]
        if secret is not None:
            self._secrets.put(before.id, secret)
            changed.append("client_secret")
        if not changed:
            return before
        data = SsoConnectionChanged(connection=connection_ref(after), changed=tuple(changed))
        self._commit_change(person, before, after, data)
        return after

    @refuses(*AUTHORIZE, UnknownConnectionError)
    def remove(self, *, person: Person, organization: str, connection: str) -> None:
        """Remove a connection; nobody signs in through it from then on, and what people have stays theirs.

        Its secret goes first: done again after a crash in between, this ends what it had begun.

        Raises:
            UnknownConnectionError: there is none, or somebody else removed it.
        """
        found = self._managed(person, organization, connection)
        self._secrets.remove(found.id)
        event = self._event(person, found, SsoConnectionRemoved(connection=connection_ref(found)))
        try:
            commit(self._context.table, [*connections.remove(found), event])
        except ConditionFailedError as stale:
            raise UnknownConnectionError("The organization has no such connection.") from stale

    @refuses(*AUTHORIZE, UnknownConnectionError, UnknownLinkError, BadAddressError)
    def unlink(self, *, person: Person, organization: str, connection: str, email: str) -> None:
        """Forget who has an address at the provider: whoever has it next may sign in with it."""
        found = self._managed(person, organization, connection)
        address = normalize(email)
        event = self._event(person, found, SsoPersonUnlinked(connection=connection_ref(found), email=address))
        try:
            commit(self._context.table, [connections.unlink(address, found.id), event])
        except ConditionFailedError as stale:
            raise UnknownLinkError("Nobody with this address signed in through the connection.") from stale

    @refuses(*AUTHORIZE, UnknownConnectionError, LimitReachedError)
    def check(self, *, person: Person, organization: str, connection: str) -> Checked:
        """Ask the provider what it publishes, and say what of it would keep people from signing in.

        Raises:
            LimitReachedError: it was asked too often.
        """
        found = self.connection(person=person, organization=organization, connection=connection)
        spend(self._context, CHECKS, organization)
        providers = self._providers()
        try:
            providers.keys(providers.metadata(found.issuer, fresh=True), fresh=True)
        except SignOnError as problem:
            return Checked(connection=found, problems=(problem,))
        return Checked(connection=found, problems=())

    @refuses(
        ForbiddenError, UnknownConnectionError, UnknownDomainError, BadDomainError, PublicMailDomainError
    )
    def confirm(self, *, person: Person, organization: str, connection: str, domain: str) -> Connection:
        """Confirm, as an operator, that a domain of the connection is the organization's own.

        Whoever the provider says they are, with an address of this domain, is signed in as that from then on.
        """
        return self._owned(person, organization, connection, read_domain(domain), owned=True)

    @refuses(
        ForbiddenError, UnknownConnectionError, UnknownDomainError, BadDomainError, PublicMailDomainError
    )
    def unconfirm(self, *, person: Person, organization: str, connection: str, domain: str) -> Connection:
        """Take back, as an operator, what was confirmed of a domain."""
        return self._owned(person, organization, connection, read_domain(domain), owned=False)

    @retry_on_conflict
    def _owned(
        self, person: Person, organization: str, connection: str, domain: str, *, owned: bool
    ) -> Connection:
        require_operator(person)
        before = connections.get(self._context.table, connection)
        if before is None or before.organization != organization:
            raise UnknownConnectionError("The organization has no such connection.")
        if domain not in before.domains:
            raise UnknownDomainError(f"The connection does not name {domain}.")
        after = replace(before, owned=before.owned | {domain} if owned else before.owned - {domain})
        if after != before:
            kind = SsoDomainConfirmed if owned else SsoDomainUnconfirmed
            data = kind(connection=connection_ref(after), domain=domain)
            self._commit_change(person, before, after, data)
        return after

    def _managed(self, person: Person, organization: str, connection: str) -> Connection:
        return self.connection(
            person=person, organization=organization, connection=connection, permission=Permission.MANAGE_SSO
        )

    def _require_grantable(self, connection: Connection) -> None:
        Enrollment(self._context).require_grantable(
            organization=connection.organization, grant=connection.grant
        )

    def _commit_change(self, person: Person, before: Connection, after: Connection, data: EventData) -> None:
        """Commit a change with its event, unless somebody else changed the connection meanwhile."""
        commit(
            self._context.table,
            [connections.change(before, after), self._event(person, after, data)],
        )

    def _event(self, person: Person, connection: Connection, data: EventData) -> Write:
        return record_event(self._context, data, organization=connection.organization, actor=person.email)


def connection_ref(connection: Connection) -> ConnectionRef:
    """Refer to the connection in an event."""
    return ConnectionRef(id=connection.id, name=connection.name)
