"""Two managers who change the same thing at once: of what both read, one change stands, and one is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.test_sso import NEW
from tests.support.api_caller import Answer, Caller
from tests.support.clients import create_client
from tests.support.tenant import Tenant

Thing = tuple[str, dict[str, Any], dict[str, Any]]
"""The path of a thing, and two changes of it."""


def a_code(manager: Caller, base: str, tenant: Tenant) -> Thing:
    body = {"kind": "registration", "code": "SPRING", "licenses": [tenant.license().id]}
    return f"{base}/codes/{manager.post(f'{base}/codes', body).json['id']}", {"cap": 5}, {"name": "Spring"}


def a_group(manager: Caller, base: str, tenant: Tenant) -> Thing:  # noqa: ARG001 - as the others
    one = manager.post(f"{base}/groups", {"name": "Night shift"}).json
    return f"{base}/groups/{one['id']}", {"name": "Day shift"}, {"name": "Late shift"}


def a_webhook(manager: Caller, base: str, tenant: Tenant) -> Thing:  # noqa: ARG001 - as the others
    one = manager.post(f"{base}/webhooks", {"url": "https://hooks.acme.example/usher"}).json
    return f"{base}/webhooks/{one['id']}", {"description": "To LMS"}, {"enabled": False}


def a_connection(manager: Caller, base: str, tenant: Tenant) -> Thing:  # noqa: ARG001 - as the others
    one = manager.post(f"{base}/sso-connections", NEW).json
    return f"{base}/sso-connections/{one['id']}", {"name": "Acme"}, {"client_secret": "another secret"}


def a_client(manager: Caller, base: str, tenant: Tenant) -> Thing:  # noqa: ARG001 - as the others
    client = create_client(tenant, manager="ann@x.io")
    return f"/v1/organizations/{client.id}", {"branding": {"color": "#0b6e6e"}}, {"language": "de"}


def the_organization(manager: Caller, base: str, tenant: Tenant) -> Thing:  # noqa: ARG001 - as the others
    return base, {"name": "Acme AG"}, {"require_group": True}


@pytest.mark.parametrize("create", [a_code, a_group, a_webhook, a_connection, a_client, the_organization])
def test_the_second_change_of_what_both_read_is_refused_and_says_who_was_first(
    manager: Caller, base: str, tenant: Tenant, create: Callable[[Caller, str, Tenant], Thing]
) -> None:
    path, one, other = create(manager, base, tenant)
    read = manager.get(path).json["version"]

    first = manager.patch(path, {**one, "version": read})
    repeated = manager.patch(path, {**one, "version": read})
    second = manager.patch(path, {**other, "version": read})
    told = second.json["version"]
    again = manager.patch(path, {**other, "version": told})
    whatever = manager.patch(path, one)

    assert (first.status, first.json["version"]) == (200, read + 1)
    assert repeated.json == first.json, "what is so already was done by the first try"
    assert (second.status, second.json["code"], told) == (409, "changed_meanwhile", read + 1)
    assert second.json["next_action"] == "Look at it as it is now, and make your changes to that."
    assert [second.json[name] for name in ("changed_by", "changed_by_name", "changed_at")] == [
        tenant.full.email,
        "Max Full",
        "2027-01-04T09:00:00Z",
    ]
    assert (again.status, again.json["version"]) == (200, read + 2)
    assert (whatever.status, manager.get(path).json) == (200, whatever.json), "without one the last wins"


@pytest.mark.parametrize("create", [a_code, a_group, a_webhook, a_connection, a_client, the_organization])
def test_what_changes_between_the_read_and_the_write_is_not_overwritten(
    manager: Caller, base: str, tenant: Tenant, create: Callable[[Caller, str, Tenant], Thing]
) -> None:
    path, one, other = create(manager, base, tenant)
    read = manager.get(path).json["version"]
    rivals: list[Answer] = []

    with tenant.before_next_write(lambda: rivals.append(manager.patch(path, {**one, "version": read}))):
        refused = manager.patch(path, {**other, "version": read})

    assert [rival.status for rival in rivals] == [200]
    assert (refused.status, refused.json["code"]) == (409, "changed_meanwhile")
    assert manager.get(path).json == rivals[0].json


def test_a_code_that_was_switched_has_changed(manager: Caller, base: str, tenant: Tenant) -> None:
    path, _, other = a_code(manager, base, tenant)
    switched = manager.post(f"{path}/disable").json

    refused = manager.patch(path, {**other, "version": 0})

    assert switched["version"] == 1
    assert (refused.status, refused.json["version"]) == (409, 1)


def test_a_refused_change_of_a_connection_replaces_no_secret(
    manager: Caller, base: str, tenant: Tenant, secrets_manager: Any
) -> None:
    path, one, other = a_connection(manager, base, tenant)
    name = next(
        found["Name"] for found in secrets_manager.list_secrets()["SecretList"] if "/sso/" in found["Name"]
    )

    with tenant.before_next_write(lambda: manager.patch(path, {**one, "version": 1})):
        refused = manager.patch(path, {**other, "version": 1})

    assert refused.status == 409
    assert secrets_manager.get_secret_value(SecretId=name)["SecretString"] == NEW["client_secret"]
