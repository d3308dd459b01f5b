"""Single sign-on connections: what a crash, a second click and two at once leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from tests.support.crashes import Crash, crashing
from tests.support.identity_provider import IdentityProvider
from tests.support.reading_back import events_of
from tests.support.sso_connections import Connector
from tests.support.tables import REGION
from tests.support.tenant import Tenant
from usher.domain.enrollment.connections import Connection, UnknownConnectionError
from usher.gateways.client_secrets import ClientSecrets
from usher.store.enrollment import connections

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

NOWHERE = IdentityProvider("https://login.acme.example", "https://usher.example/learn/sso/callback")


@pytest.fixture
def manager_of_secrets(tenant: Tenant) -> SecretsManagerClient:  # noqa: ARG001 - moto stands first
    return boto3.client("secretsmanager", region_name=REGION)


@pytest.fixture
def connector(tenant: Tenant, manager_of_secrets: SecretsManagerClient) -> Connector:
    return Connector(tenant, NOWHERE, ClientSecrets(client=manager_of_secrets, prefix="usher/test/sso/"))


def clients_of(connector: Connector, secrets: SecretsManagerClient) -> tuple[object, object]:
    return connector.tenant.context.table.connection.client, secrets


def usable(connector: Connector) -> list[Connection]:
    """Return the connections, each of which has its secret."""
    found = connections.of_organization(connector.tenant.context.table, connector.tenant.id)
    assert all(connector.secrets.get(one.id) for one in found)
    return found


def test_creating_dies_at_any_moment_and_never_leaves_a_connection_without_its_secret(
    connector: Connector, manager_of_secrets: SecretsManagerClient
) -> None:
    aws = clients_of(connector, manager_of_secrets)
    with crashing(*aws, at=None) as counted:
        connector.connect(confirmed=False)
    moments = counted.passed

    for moment in range(1, moments + 1):
        with pytest.raises(Crash), crashing(*aws, at=moment):
            connector.connect(confirmed=False)

    assert len(usable(connector)) == 1 + 1, "the first, and the one that died after its last call"


def test_removing_dies_at_any_moment_and_is_ended_by_doing_it_again(
    connector: Connector, manager_of_secrets: SecretsManagerClient
) -> None:
    tenant, aws = connector.tenant, clients_of(connector, manager_of_secrets)

    def remove(connection: Connection) -> None:
        connector.service.remove(person=tenant.full, organization=tenant.id, connection=connection.id)

    first = connector.connect(confirmed=False)
    with crashing(*aws, at=None) as counted:
        remove(first)
    for moment in range(1, counted.passed + 1):
        connection = connector.connect(confirmed=False)
        with pytest.raises(Crash), crashing(*aws, at=moment) as died:
            remove(connection)
        try:
            remove(connection)
        except UnknownConnectionError:
            assert died.last == "after TransactWriteItems"
        assert connector.secrets.get(connection.id) is None

    assert usable(connector) == []


def test_of_two_changes_at_once_none_is_lost(connector: Connector) -> None:
    tenant, connection = connector.tenant, connector.connect(confirmed=False)

    with tenant.before_next_write(lambda: connector.confirm(connection)):
        after = connector.change(connection, name="New")

    assert (after.name, after.owned) == ("New", frozenset({"acme.example"}))
    assert len(events_of(tenant, "sso_connection.changed")) == 1


def test_a_domain_taken_out_while_it_is_confirmed_is_not_confirmed(connector: Connector) -> None:
    tenant, connection = connector.tenant, connector.connect(confirmed=False)

    with tenant.before_next_write(lambda: connector.confirm(connection)):
        connector.change(connection, domains=["other.example"])
    after = connector.change(connection, domains=["acme.example"])

    assert after.owned == frozenset()


def test_a_connection_removed_twice_at_once_is_removed_once(connector: Connector) -> None:
    tenant, connection = connector.tenant, connector.connect()

    def remove() -> None:
        connector.service.remove(person=tenant.full, organization=tenant.id, connection=connection.id)

    with tenant.before_next_write(remove), pytest.raises(UnknownConnectionError):
        remove()

    assert len(events_of(tenant, "sso_connection.removed")) == 1
