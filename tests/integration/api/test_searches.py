"""Searches of the team, the licenses, the groups and the clients."""

from __future__ import annotations

from typing import Any

from tests.support.api_caller import Caller
from tests.support.codes import client_of
from tests.support.groups import group_of
from tests.support.tenant import Tenant
from usher.domain.organizations import Role
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers


def test_managers_are_found_by_the_beginning_of_an_address_or_a_name(
    limited: Caller, base: str, tenant: Tenant
) -> None:
    TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email="zoe@x.io",
        first_name="Zoë",
        last_name="Limón",
        role=Role.LIMITED,
        receipt=Receipt(),
    )

    def found(**query: str) -> list[str]:
        return [one["email"] for one in limited.get(f"{base}/team", **query).json["items"]]

    assert found(q="lim") == ["limited@acme.example", "zoe@x.io"]
    assert found(q="limon z") == found(q="ZOE") == ["zoe@x.io"]
    assert found(q="nobody") == []
    assert len(found(q=" ")) == 3
    assert found(q="zoe", email="limited@acme.example") == []


def test_licenses_are_found_by_a_word_of_their_product(manager: Caller, base: str, tenant: Tenant) -> None:
    for name in ("Fire safety", "Sécurité incendie", "Firearms"):
        tenant.license(product=tenant.product(name=name))

    def found(text: str) -> list[str]:
        answer = manager.get(f"{base}/licenses", q=text)
        return [one["product"]["name"] for one in answer.json["items"]]

    assert found("fire") == ["Fire safety", "Firearms"]
    assert found("safe") == found("fire s") == ["Fire safety"]
    assert found("securite") == ["Sécurité incendie"]
    assert found("afety") == []


def test_groups_are_found_by_the_beginning_of_their_name(manager: Caller, base: str, tenant: Tenant) -> None:
    for name in ("Night shift", "nurses", "Day shift", "Nightingales"):
        group_of(tenant, name=name)

    def found(text: str, **query: Any) -> list[str]:
        names = []
        answer = manager.get(f"{base}/groups", q=text, **query).json
        while True:
            names += [one["name"] for one in answer["items"]]
            if answer["next"] is None:
                return names
            answer = manager.get(f"{base}/groups", q=text, cursor=answer["next"], **query).json

    assert found("N") == found("n", limit=1) == ["Night shift", "Nightingales", "nurses"]
    assert found("NIGHT") == found(" night ") == ["Night shift", "Nightingales"]
    assert found("shift") == []
    assert found("\ufdfa" * 80) == []
    cursor = manager.get(f"{base}/groups", q="n", limit=1).json["next"]
    assert manager.get(f"{base}/groups", q="d", cursor=cursor).json["code"] == "bad_cursor"


def test_a_renamed_or_deleted_group_is_found_by_its_present_name_alone(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    renamed, deleted = group_of(tenant, name="Nurses"), group_of(tenant, name="Nobody")
    manager.patch(f"{base}/groups/{renamed.id}", {"name": "Doctors"})
    manager.call("DELETE", f"{base}/groups/{deleted.id}")

    assert manager.get(f"{base}/groups", q="n").json["items"] == []
    assert [one["id"] for one in manager.get(f"{base}/groups", q="doc").json["items"]] == [renamed.id]


def test_clients_are_found_by_the_beginning_of_their_name(manager: Caller, base: str, tenant: Tenant) -> None:
    for slug in ("harbor", "hamlet", "hill"):
        client_of(tenant, slug)
    renamed = client_of(tenant, "port")
    manager.patch(f"/v1/organizations/{renamed.id}", {"name": "Häfen"})

    def found(text: str, **query: Any) -> list[str]:
        return [one["name"] for one in manager.get(f"{base}/clients", q=text, **query).json["items"]]

    assert found("ha") == ["Häfen", "Hamlet", "Harbor"]
    assert found("HÄF") == ["Häfen"]
    assert found("port") == found("acme") == []
    first = manager.get(f"{base}/clients", q="ha", limit=2).json
    assert found("ha", limit=2, cursor=first["next"]) == ["Harbor"]
    assert manager.get(f"{base}/clients", q="h", cursor=first["next"]).json["code"] == "bad_cursor"
    assert len(manager.get(f"{base}/clients", q=" ").json["items"]) == 4
