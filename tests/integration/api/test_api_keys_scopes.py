"""API keys are accepted on every manager route that their scope allows, and on no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest

from functions.api.openapi import document
from tests.support.api_caller import Answer, Caller
from tests.support.team import BOB, Team
from tests.support.tenant import Tenant
from usher.domain.integrations.api_keys import ApiKey, digest_of, text_of
from usher.domain.organizations import KEY_PERMISSIONS, Permission, Role
from usher.domain.people import ApiKeyCredential
from usher.store.integrations import api_keys
from usher.store.transaction import commit

FOR_MANAGERS: list[dict[str, list[str]]] = [{"bearer": []}, {"organizationKey": []}]
FOR_PEOPLE: list[dict[str, list[str]]] = [{"bearer": []}]

Program = Callable[[frozenset[Permission]], Caller]
"""Returns a program whose key has just these scopes."""


@dataclass(frozen=True)
class Operation:
    """An operation of the OpenAPI document, and a request that its own examples make."""

    name: str
    security: list[dict[str, list[str]]]
    method: str
    path: str
    query: dict[str, Any]
    body: Any

    def sent_by(self, caller: Caller) -> Answer:
        return caller.call(self.method, self.path, query=self.query, body=self.body)


def operations(tenant: Tenant) -> Iterator[Operation]:
    for path, methods in document()["paths"].items():
        for method, described in methods.items():
            asked = [one for one in described.get("parameters", []) if one["in"] == "query"]
            content = described.get("requestBody", {}).get("content", {})
            known = {"organization": tenant.id, "license": tenant.id, "template": "reminder"}
            filled = path
            for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
                filled = filled.replace(f"{{{name}}}", known.get(name, tenant.id))
            yield Operation(
                name=f"{method.upper()} {path}",
                security=described["security"],
                method=method.upper(),
                path=filled,
                query={one["name"]: "x" for one in asked if one.get("required")},
                body=next((json.dumps(one["example"]) for one in content.values()), None),
            )


@pytest.fixture
def with_scopes(caller: Caller, tenant: Tenant) -> Program:
    made: dict[frozenset[Permission], Caller] = {}

    def make(scopes: frozenset[Permission]) -> Caller:
        if scopes not in made:
            credential = ApiKeyCredential(
                organization=tenant.id, id=tenant.context.new_id(), secret=f"{len(made):064x}"
            )
            key = ApiKey(
                id=credential.id,
                organization=tenant.id,
                name="Test",
                scopes=scopes,
                digest=digest_of(credential.secret),
                created_at=tenant.context.now(),
                created_by=tenant.full.email,
            )
            commit(tenant.context.table, api_keys.create(key))
            made[scopes] = caller.with_key(text_of(credential))
        return made[scopes]

    return make


def needed(operation: Operation, with_scopes: Program) -> str:
    """Ask the operation itself which scope it needs."""
    for scope in (Permission.READ, Permission.INVITE):
        answer = operation.sent_by(with_scopes(frozenset({scope})))
        if answer.status == HTTPStatus.FORBIDDEN:
            return str(answer.json.get("permission", answer.json["code"]))
    return "none"


@pytest.mark.usefixtures("bucket")
def test_every_manager_route_takes_a_key_of_its_scope_and_of_no_other(
    tenant: Tenant, with_scopes: Program
) -> None:
    wrong: dict[str, Any] = {}
    every = [one for one in operations(tenant) if one.security == FOR_MANAGERS]
    for operation in every:
        scope = needed(operation, with_scopes)
        if scope not in KEY_PERMISSIONS:
            wrong[operation.name] = f"needs the scope {scope}, which no key can have"
            continue
        without = operation.sent_by(with_scopes(KEY_PERMISSIONS - {scope}))
        allowed = operation.sent_by(with_scopes(frozenset({Permission(scope)})))
        if (without.status, without.json.get("permission")) != (HTTPStatus.FORBIDDEN, scope):
            wrong[operation.name] = f"{scope} is not what it needs: {without.text}"
        if allowed.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or allowed.status >= 500:
            wrong[operation.name] = f"{scope} does not open it: {allowed.text}"

    assert wrong == {}
    assert len(every) > 30


def test_every_other_route_of_signed_in_people_takes_no_key(tenant: Tenant, with_scopes: Program) -> None:
    every = with_scopes(KEY_PERMISSIONS)

    opened = {
        operation.name: answer.text
        for operation in operations(tenant)
        if operation.security == FOR_PEOPLE
        and (answer := operation.sent_by(every)).json.get("code") != "key_not_accepted"
    }

    assert opened == {}


def test_every_manager_route_refuses_a_key_that_is_none(caller: Caller, tenant: Tenant) -> None:
    nobody = caller.with_key(
        text_of(ApiKeyCredential(organization=tenant.id, id=tenant.context.new_id(), secret="0" * 64))
    )

    answers = {
        operation.name: operation.sent_by(nobody).status
        for operation in operations(tenant)
        if operation.security == FOR_MANAGERS
    }

    assert set(answers.values()) == {HTTPStatus.UNAUTHORIZED}, answers


def test_a_key_is_the_organizations_and_stays_when_its_maker_is_removed(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    team, keys = Team(tenant), f"{base}/api-keys"
    team.accept(team.invite(role=Role.FULL))
    key = manager.as_(BOB).post(keys, {"name": "Payroll", "scopes": ["read"]}).json["key"]

    team.team_members.remove(person=tenant.full, organization=tenant.id, email=BOB.email)

    assert manager.as_(BOB).get(base).status == HTTPStatus.NOT_FOUND
    assert manager.with_key(key).get(base).status == HTTPStatus.OK
    assert manager.get(keys).json["items"][0]["created_by"] == BOB.email, "so that it can be revoked"
