"""How the people of a domain sign in, before anybody has signed in (decision 61)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api_caller import Caller
from tests.support.call_counts import Count
from tests.support.identity_provider import IdentityProvider
from tests.support.sso_connections import Connector
from tests.support.tenant import Tenant, create_tenant
from usher.gateways.client_secrets import ClientSecrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

NO_PROVIDER = IdentityProvider(issuer="https://login.acme.example", back="")
"""A provider that nobody asks."""


def test_discovery_tells_by_the_domain_how_people_sign_in(
    caller: Caller, tenant: Tenant, secrets_manager: SecretsManagerClient, count: Count
) -> None:
    connector = Connector(
        tenant, NO_PROVIDER, ClientSecrets(client=secrets_manager, prefix="usher/test/sso/")
    )
    connection = connector.connect(domains=["acme.example", "acme.io"], confirmed=False)

    def found(email: str) -> tuple[list[str], list[dict[str, str]]]:
        answer = caller.post("/v1/session/discover", {"email": email})
        assert answer.status == 200, answer.text
        return answer.json["methods"], answer.json["connections"]

    url = f"https://usher.example/learn/sso/{connection.id}?to=console"
    way = (["single_sign_on", "password"], [{"name": "Acme ID", "url": url}])
    none: tuple[list[str], list[dict[str, str]]] = (["password"], [])
    assert found("manager@acme.example") == none  # nobody confirmed the domain
    connection = connector.confirm(connection)
    with count() as cost:
        assert found("manager@acme.example") == way
    assert cost.calls == 2
    assert found(" Nobody.At.All@ACME.example ") == way  # whether the address is known is not told
    assert found("manager@acme.io") == found("manager@sub.acme.example") == found("ann@x.io") == none

    connector.change(connection, enabled=False)
    assert found("manager@acme.example") == none
    connector.change(connection, enabled=True)
    assert found("manager@acme.example") == way
    connection = connector.confirm(connection, owned=False)
    assert found("manager@acme.example") == none
    with count() as cost:
        found("manager@acme.example")
    assert cost.calls == 1  # the domain's item is gone
    connection = connector.confirm(connection)
    connector.change(connection, domains=["acme.io"])
    assert found("manager@acme.example") == none
    connection = connector.change(connection, domains=["acme.example"])
    connector.confirm(connection)
    assert found("manager@acme.example") == way
    connector.service.remove(person=tenant.full, organization=tenant.id, connection=connection.id)
    with count() as cost:
        assert found("manager@acme.example") == none
    assert cost.calls == 1


def test_discovery_lists_the_connections_of_several_organizations(
    caller: Caller, tenant: Tenant, secrets_manager: SecretsManagerClient
) -> None:
    secrets = ClientSecrets(client=secrets_manager, prefix="usher/test/sso/")
    one = Connector(tenant, NO_PROVIDER, secrets).connect()
    two = Connector(create_tenant(tenant.context, slug="other"), NO_PROVIDER, secrets).connect()

    found = caller.post("/v1/session/discover", {"email": "ann@acme.example"}).json["connections"]

    assert [each["url"].rpartition("/")[2] for each in found] == [
        f"{each.id}?to=console" for each in (one, two)
    ]


@pytest.mark.parametrize("body", [{}, {"email": "nobody"}, {"email": ""}, {"email": 7}])
def test_discovery_refuses_what_is_no_address(caller: Caller, body: dict[str, Any]) -> None:
    refused = caller.post("/v1/session/discover", body)

    assert refused.status == 422
    assert [one["field"] for one in refused.json["errors"]] == ["email"]
