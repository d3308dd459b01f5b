"""Single sign-on connections of an organization, and the confirmation of their domains by operators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from usher.domain.destinations import Networks
from usher.domain.enrollment.connections import (
    CHECKS,
    BadClientError,
    BadDomainsError,
    BadIssuerError,
    Connection,
    Link,
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
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.rate_limits import LimitReachedError
from usher.domain.versions import ChangedMeanwhileError, written
from usher.gateways.client_secrets import ClientSecrets
from usher.services.authorization import AUTHORIZE, Membership, authorize, require_operator
from usher.services.context import Context
from usher.services.enrollment.connection_changes import ConnectionChange, ConnectionCheck, NewConnection
from usher.services.enrollment.enrollment import Enrollment
from usher.services.paging import ResultPage
from usher.services.rate_limits import spend
from usher.services.receipts import AnsweredMeanwhileError, Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.services.versions import require_version
from usher.store.enrollment import connections
from usher.store.transaction import ConditionFailedError, Write, commit

if TYPE_CHECKING:
    from usher.gateways.providers import Providers

_CHANGES = (SsoConnectionChanged, SsoDomainConfirmed, SsoDomainUnconfirmed)


class SsoConnections:
    """Manages an organization's connections, for its full managers; operators confirm their domains."""

    def __init__(
        self,
        context: Context,
        *,
        secrets: ClientSecrets,
        providers: Callable[[], Providers],
        own_networks: Networks,
    ) -> None:
        """Keep OAuth clients' secrets in `secrets`; call `providers` when a provider is first needed."""
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

        The secret is written first: after a crash in between, nothing reads a secret without a connection.

        Raises:
            TooManyConnectionsError: the organization has as many as it may; exact under concurrency.
        """
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.MANAGE_SSO
        )
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
        self._require_grantable(membership.organization, connection.grant)
        created = SsoConnectionCreated(
            connection=connection_ref(connection), issuer=connection.issuer, domains=connection.domains
        )
        writes = [
            *connections.create(connection),
            self._event(person, connection, created),
        ]
        self._secrets.put(connection.id, secret)
        try:
            receipt.commit(self._context, writes, written(connection))
        except (ConditionFailedError, AnsweredMeanwhileError) as refused:
            self._secrets.remove(connection.id)
            if isinstance(refused, ConditionFailedError):
                raise TooManyConnectionsError from refused
            raise
        return written(connection)

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
        _, found = self._read(person, organization, connection, permission)
        return found

    def _read(
        self, person: Person, organization: str, connection: str, permission: Permission
    ) -> tuple[Membership, Connection]:
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
        return membership, connections.connection_of(row)

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
        ChangedMeanwhileError,
    )
    @retry_on_conflict
    def change(
        self,
        *,
        person: Person,
        organization: str,
        connection: str,
        change: ConnectionChange,
        version: int | None = None,
    ) -> Connection:
        """Change a connection; issuer and client id cannot be changed.

        A domain that is removed has to be confirmed again when it is added again. People who have signed in
        keep what they were given.

        Raises:
            ChangedMeanwhileError: the connection has another `version`; without one, any is changed.
        """
        secret = None if change.client_secret is None else read_client_secret(change.client_secret)
        membership, before = self._read(person, organization, connection, Permission.MANAGE_SSO)
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
            self._require_grantable(membership.organization, after.grant)
        changed = [
            name
            for name in ("name", "domains", "grant", "enabled")
            if getattr(before, name) != getattr(after, name)
        ]
        if secret is not None:
            changed.append("client_secret")
        if not changed:
            return before
        require_version(
            self._context,
            before,
            version,
            organization=organization,
            is_change=lambda data: isinstance(data, _CHANGES) and data.connection.id == connection,
        )
        data = SsoConnectionChanged(connection=connection_ref(after), changed=tuple(changed))
        stands = self._commit_change(person, before, after, data)
        if secret is not None:  # after the commit, so that a change that is refused replaces no secret
            self._secrets.put(before.id, secret)
        return stands

    @refuses(*AUTHORIZE, UnknownConnectionError)
    def remove(self, *, person: Person, organization: str, connection: str) -> None:
        """Remove a connection; nobody can sign in through it from then on, and people keep what they have.

        The secret is removed first: after a crash in between, removing the connection again completes it.

        Raises:
            UnknownConnectionError: there is none, or it was removed meanwhile.
        """
        found = self._for_change(person, organization, connection)
        self._secrets.remove(found.id)
        event = self._event(person, found, SsoConnectionRemoved(connection=connection_ref(found)))
        try:
            commit(self._context.table, [*connections.remove(found), event])
        except ConditionFailedError as stale:
            raise UnknownConnectionError("The organization has no such connection.") from stale

    @refuses(*AUTHORIZE, UnknownConnectionError, BadCursorError)
    def linked_people(
        self,
        *,
        person: Person,
        organization: str,
        connection: str,
        begins_with: str,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[Link]:
        """List the people who signed in through the connection, by address: two calls.

        `begins_with` narrows them to addresses that begin so; it is empty for all of them.
        """
        _, found = self._read(person, organization, connection, Permission.READ)
        page = connections.links_of(
            self._context.table,
            found.id,
            begins_with=begins_with.strip().lower(),
            limit=limit,
            cursor=cursor,
        )
        return ResultPage(items=[connections.link_of(row) for row in page.rows], next=page.next)

    @refuses(*AUTHORIZE, UnknownConnectionError, UnknownLinkError)
    def unlink(self, *, person: Person, organization: str, connection: str, email: str) -> None:
        """Remove the link of an address to its person at the provider, so that its next owner can sign in."""
        found = self._for_change(person, organization, connection)
        event = self._event(person, found, SsoPersonUnlinked(connection=connection_ref(found), email=email))
        try:
            commit(self._context.table, [connections.unlink(email, found.id), event])
        except ConditionFailedError as stale:
            raise UnknownLinkError("Nobody with this address signed in through the connection.") from stale

    @refuses(*AUTHORIZE, UnknownConnectionError, LimitReachedError)
    def check(self, *, person: Person, organization: str, connection: str) -> ConnectionCheck:
        """Read the provider's published metadata and keys, and return what would keep people from signing in.

        Raises:
            LimitReachedError: the organization's connections were checked too often.
        """
        found = self.connection(person=person, organization=organization, connection=connection)
        spend(self._context, CHECKS, organization)
        providers = self._providers()
        try:
            providers.keys(providers.metadata(found.issuer, fresh=True), fresh=True)
        except SignOnError as problem:
            return ConnectionCheck(connection=found, problems=(problem,))
        return ConnectionCheck(connection=found, problems=())

    @refuses(
        ForbiddenError, UnknownConnectionError, UnknownDomainError, BadDomainError, PublicMailDomainError
    )
    def confirm(self, *, person: Person, organization: str, connection: str, domain: str) -> Connection:
        """Confirm, as an operator, that a domain of the connection belongs to the organization.

        From then on the provider is trusted about addresses of this domain.
        """
        return self._set_confirmed(person, organization, connection, read_domain(domain), owned=True)

    @refuses(
        ForbiddenError, UnknownConnectionError, UnknownDomainError, BadDomainError, PublicMailDomainError
    )
    def unconfirm(self, *, person: Person, organization: str, connection: str, domain: str) -> Connection:
        """Withdraw, as an operator, the confirmation of a domain."""
        return self._set_confirmed(person, organization, connection, read_domain(domain), owned=False)

    @retry_on_conflict
    def _set_confirmed(
        self, person: Person, organization: str, connection: str, domain: str, *, owned: bool
    ) -> Connection:
        require_operator(person)
        before = connections.get(self._context.table, connection)
        if before is None or before.organization != organization:
            raise UnknownConnectionError("The organization has no such connection.")
        if domain not in before.domains:
            raise UnknownDomainError(f"The connection does not name {domain}.")
        after = replace(before, owned=before.owned | {domain} if owned else before.owned - {domain})
        if after == before:
            return before
        kind = SsoDomainConfirmed if owned else SsoDomainUnconfirmed
        data = kind(connection=connection_ref(after), domain=domain)
        return self._commit_change(person, before, after, data)

    def _for_change(self, person: Person, organization: str, connection: str) -> Connection:
        return self.connection(
            person=person, organization=organization, connection=connection, permission=Permission.MANAGE_SSO
        )

    def _require_grantable(self, organization: Organization, grant: Grant) -> None:
        Enrollment(self._context).require_grantable(organization=organization, grant=grant)

    def _commit_change(
        self, person: Person, before: Connection, after: Connection, data: EventData
    ) -> Connection:
        """Commit a change with its event, and return the connection as written.

        Raises:
            ConflictError: the connection was changed meanwhile.
        """
        commit(
            self._context.table,
            [
                *connections.change(before, after, now=self._context.now()),
                self._event(person, after, data),
            ],
        )
        return written(after)

    def _event(self, person: Person, connection: Connection, data: EventData) -> Write:
        return record_event(self._context, data, organization=connection.organization, actor=person.email)


def connection_ref(connection: Connection) -> ConnectionRef:
    """Return the reference to the connection for an event."""
    return ConnectionRef(id=connection.id, name=connection.name)
