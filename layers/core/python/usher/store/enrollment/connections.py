"""Single sign-on: connections, and links of people to their accounts at providers. No secret is stored."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)

from usher.domain.enrollment.connections import MAX_CONNECTIONS, Connection, Link
from usher.domain.enrollment.grants import Grant
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.changes import changes
from usher.store.keys import operators
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, check, delete, put, update


class ConnectionRow(Row):
    """`SSO#id`, `SSO`; listed under its organization, since a sign-in's URL has the id alone."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    name = UnicodeAttribute()
    issuer = UnicodeAttribute()
    client_id = UnicodeAttribute()
    domains: ListAttribute[str] = ListAttribute()
    owned: ListAttribute[str] = ListAttribute()
    licenses: ListAttribute[str] = ListAttribute()
    group = UnicodeAttribute(null=True)
    enabled = BooleanAttribute()
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    version = VersionAttribute()


class LinkRow(Row):
    """`PERSON#email`, `SSO#connection`: the person's account at the provider; listed by connection."""

    connection = UnicodeAttribute()
    organization = UnicodeAttribute()
    email = UnicodeAttribute()
    issuer = UnicodeAttribute()
    subject = UnicodeAttribute()
    since = InstantAttribute()
    ungranted = BooleanAttribute(null=True)


class DomainRow(Row):
    """`DOMAIN#domain`, `SSO#connection`: finds the connections that may sign in a domain's people."""

    connection = UnicodeAttribute()


class ConnectionCountRow(Row):
    """`ORG#o`, `SSO_COUNT`: the number of connections, which makes the limit exact."""

    connections = NumberAttribute()


class UnconfirmedRow(Row):
    """`SSO#id`, `UNCONFIRMED`: stands there while the connection has domains to be confirmed.

    Listed for operators, by when the first of these domains was named.
    """

    connection = UnicodeAttribute()
    organization = UnicodeAttribute()
    since = InstantAttribute()


def ref(connection: str) -> Ref[ConnectionRow]:
    """Return the reference to the connection's item."""
    return Ref(ConnectionRow, keys.connection(connection), keys.SSO)


def link_ref(email: str, connection: str) -> Ref[LinkRow]:
    """Return the reference to the item of a person's link to a connection's provider."""
    return Ref(LinkRow, keys.person(email), keys.connection(connection))


def connection_of(row: ConnectionRow) -> Connection:
    """Read a connection."""
    return Connection(
        id=row.id,
        organization=row.organization,
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        domains=tuple(row.domains),
        owned=frozenset(row.owned),
        grant=Grant(licenses=tuple(row.licenses), group=row.group),
        enabled=row.enabled,
        created_at=row.created_at,
        created_by=row.created_by,
        version=row.version,
    )


def link_of(row: LinkRow) -> Link:
    """Read a person's link to a provider."""
    return Link(
        connection=row.connection,
        organization=row.organization,
        email=row.email,
        issuer=row.issuer,
        subject=row.subject,
        since=row.since,
        granted=not row.ungranted,
    )


def _row(connection: Connection) -> ConnectionRow:
    at = ref(connection.id)
    row = ConnectionRow(
        at.pk,
        at.sk,
        listing_pk=keys.connections_listing(connection.organization),
        listing_sk=connection.id,
        id=connection.id,
        organization=connection.organization,
        name=connection.name,
        issuer=connection.issuer,
        client_id=connection.client_id,
        domains=list(connection.domains),
        owned=sorted(connection.owned),
        licenses=list(connection.grant.licenses),
        group=connection.grant.group,
        enabled=connection.enabled,
        created_at=connection.created_at,
        created_by=connection.created_by,
    )
    if connection.version is not None:  # PynamoDB takes a new item's version as unset, and not as None
        row.version = connection.version
    return row


def _count(organization: str) -> ConnectionCountRow:
    return ConnectionCountRow(keys.organization(organization), keys.SSO_COUNT)


def create(connection: Connection) -> list[Write]:
    """Write a new connection, if the organization has fewer than the most it may have."""
    counted = ConnectionCountRow.connections
    room = counted.does_not_exist() | (counted < MAX_CONNECTIONS)
    return [
        put(_row(connection)),
        update(_count(connection.organization), counted.add(1), condition=room),
        put(_unconfirmed_row(connection, since=connection.created_at)),
    ]


def change(before: Connection, after: Connection, *, now: datetime) -> list[Write]:
    """Write what differs, if the connection has not changed since it was read; 2 items and each domain's."""
    row = _row(before)
    writes = [
        update(row, *changes(row, _row(after))),
        *(put(_domain_row(domain, after.id)) for domain in sorted(after.owned - before.owned)),
        *(delete(_domain_row(domain, after.id)) for domain in sorted(before.owned - after.owned)),
    ]
    if after.unconfirmed and not before.unconfirmed:
        writes.append(put(_unconfirmed_row(after, since=now)))
    if before.unconfirmed and not after.unconfirmed:
        writes.append(delete(_unconfirmed_row(after, since=now)))
    return writes


def _domain_row(domain: str, connection: str) -> DomainRow:
    return DomainRow(keys.domain(domain), keys.connection(connection), connection=connection)


def _unconfirmed_row(connection: Connection, *, since: datetime) -> UnconfirmedRow:
    return UnconfirmedRow(
        keys.connection(connection.id),
        operators.UNCONFIRMED,
        listing_pk=operators.UNCONFIRMED_DOMAINS,
        listing_sk=operators.waiting_connection(since, connection.id),
        connection=connection.id,
        organization=connection.organization,
        since=since,
    )


def remove(connection: Connection) -> list[Write]:
    """Remove a connection, if it exists, with the items of its domains."""
    at = ref(connection.id)
    return [
        *(delete(_domain_row(domain, connection.id)) for domain in sorted(connection.owned)),
        delete(_UnversionedRow(at.pk, at.sk), condition=_UnversionedRow.pk.exists()),
        update(_count(connection.organization), ConnectionCountRow.connections.add(-1)),
        delete(_unconfirmed_row(connection, since=connection.created_at)),
    ]


def is_open(connection: str, domain: str) -> Write:
    """Require, without a change, that people of the domain may sign in through the connection."""
    at = ref(connection)
    enabled = _UnversionedRow.enabled == True  # noqa: E712 - PynamoDB's comparison
    return check(_UnversionedRow(at.pk, at.sk), enabled & _UnversionedRow.owned.contains(domain))


class _UnversionedRow(Row):
    """A connection without its version, for writes that are not edits."""

    enabled = BooleanAttribute()
    owned: ListAttribute[str] = ListAttribute()


def link(given: Link) -> Write:
    """Write a person's link to a provider, if the address has no other one there.

    One with the grant replaces one without.
    """
    at = link_ref(given.email, given.connection)
    row = LinkRow(
        at.pk,
        at.sk,
        listing_pk=keys.connection_people(given.connection),
        listing_sk=given.email,
        connection=given.connection,
        organization=given.organization,
        email=given.email,
        issuer=given.issuer,
        subject=given.subject,
        since=given.since,
        ungranted=None if given.granted else True,
    )
    absent = LinkRow.pk.does_not_exist()
    ungranted = LinkRow.ungranted == True  # noqa: E712 - PynamoDB's comparison
    return put(row, condition=absent | ungranted if given.granted else absent)


def unlink(email: str, connection: str) -> Write:
    """Remove a person's link to a provider, if it exists."""
    at = link_ref(email, connection)
    return delete(LinkRow(at.pk, at.sk), condition=LinkRow.pk.exists())


def get(table: Table, connection: str) -> Connection | None:
    """Read a connection: one call."""
    row = table.get(ref(connection))
    return None if row is None else connection_of(row)


def get_link(table: Table, email: str, connection: str) -> Link | None:
    """Read a person's link to a provider: one call."""
    row = table.get(link_ref(email, connection))
    return None if row is None else link_of(row)


def links_of(
    table: Table, connection: str, *, begins_with: str, limit: int, cursor: str | None
) -> Page[LinkRow]:
    """List the links to a connection's provider whose address begins so, by address: one call.

    Eventually consistent.
    """
    return table.query(
        LinkRow,
        keys.connection_people(connection),
        LinkRow.listing_sk.startswith(begins_with) if begins_with else None,
        index="listing",
        limit=limit,
        cursor=cursor,
    )


def of_domain(table: Table, domain: str) -> list[Connection]:
    """List the connections that may sign in a domain's people, oldest first: one call, two if there are any.

    The domain's items find the connections, whose own items decide.
    """
    found = table.query_all(DomainRow, keys.domain(domain), DomainRow.sk.startswith(keys.SSO_PREFIX))
    refs = [ref(row.connection) for row in found]
    if not refs:
        return []
    rows = table.get_many(refs)
    read = [connection_of(row) for at in refs if (row := rows.get(at)) is not None]
    return [one for one in read if one.enabled and domain in one.owned]


def of_organization(table: Table, organization: str) -> list[Connection]:
    """List an organization's connections, oldest first; eventually consistent."""
    rows = table.query_all(ConnectionRow, keys.connections_listing(organization), index="listing")
    return [connection_of(row) for row in rows]


def unconfirmed(table: Table, *, limit: int, cursor: str | None) -> Page[UnconfirmedRow]:
    """List all organizations' connections with domains to be confirmed, the longest waiting first."""
    return table.query(
        UnconfirmedRow, operators.UNCONFIRMED_DOMAINS, index="listing", limit=limit, cursor=cursor
    )
