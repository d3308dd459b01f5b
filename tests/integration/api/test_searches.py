"""Searches of the team, the licenses, the groups and the clients."""

from __future__ import annotations

from typing import Any

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, redeem, sublicense_of
from tests.support.csv_files import csv_rows
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


def test_codes_are_found_by_their_beginning_or_that_of_their_name(
    limited: Caller, manager: Caller, base: str, tenant: Tenant, count: Count
) -> None:
    fire = tenant.license(9)
    for text, name in (("SPRING-27", "Köln"), ("SPRING-28", ""), ("AUTUMN-27", "Spring leftovers")):
        code_of(tenant, fire, text=text, name=name)
    code_of(tenant, fire, text="SPREE-1", name="spree", cap=1)

    def found(**query: Any) -> list[str]:
        codes: list[str] = []
        while True:
            page = limited.get(f"{base}/codes", **query).json
            codes += [one["code"] for one in page["items"]]
            if page["next"] is None:
                return codes
            query["cursor"] = page["next"]

    with count() as cost:
        assert found(q="spring") == ["SPRING-27", "SPRING-28", "AUTUMN-27"]

    assert cost.calls == 7, "the membership, two ranges with what they found, what they give, who made them"
    assert found(q="spr", limit=1) == ["SPREE-1", "SPRING-27", "SPRING-28", "AUTUMN-27"]
    assert found(q="koln") == ["SPRING-27"]
    assert found(q="nothing") == []
    assert len(found(q=" ")) == 4
    assert found(q="spring", code="SPREE-1") == []

    (one,) = limited.get(f"{base}/codes", code="AUTUMN-27").json["items"]
    renamed = manager.call("PATCH", f"{base}/codes/{one['id']}", body={"name": "Winter"})
    assert renamed.status == 200, renamed.text
    assert found(q="spring") == ["SPRING-27", "SPRING-28"]
    assert found(q="winter") == ["AUTUMN-27"]


def test_codes_are_listed_by_their_states(
    limited: Caller, manager: Caller, base: str, tenant: Tenant, clock: Clock, async_workers: AsyncWorkers
) -> None:
    """That a code has ended is as of the last sweep; until then it is in no state."""
    fire = tenant.license(9)
    for text, fields in (
        ("GOOD", {}),
        ("GOOD-2", {"cap": 2}),
        ("DONE", {"cap": 1}),
        ("OVER", {"ends_on": "2027-01-05"}),
    ):
        code_of(tenant, fire, text=text, **fields)
    off = code_of(tenant, fire, text="SHUT", cap=1)
    redeem(tenant, "DONE")
    redeem(tenant, "SHUT", "bo@x.io")
    (shown,) = limited.get(f"{base}/codes", code=off.text).json["items"]
    assert manager.post(f"{base}/codes/{shown['id']}/disable").status == 200
    clock.forward(days=2)

    def found(**query: str) -> set[str]:
        items = limited.get(f"{base}/codes", **query).json["items"]
        assert all(query["state"].count(one["state"]) for one in items)
        return {one["code"] for one in items}

    assert found(state="active") == {"GOOD", "GOOD-2"}
    assert found(state="ended") == set()
    assert found(state="active,ended") == {"GOOD", "GOOD-2", "OVER"}
    async_workers.sweep()

    assert found(state="active") == {"GOOD", "GOOD-2"}
    assert found(state="disabled") == {"SHUT"}
    assert found(state="ended") == {"OVER"}
    assert found(state="used_up") == {"DONE"}
    assert found(state="ended,used_up") == {"OVER", "DONE"}
    assert found(state="active,used_up", q="go") == {"GOOD", "GOOD-2"}
    assert found(state="ended", q="go") == found(state="ended", code="GOOD") == set()


def test_members_are_found_as_learners_are(
    limited: Caller, manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    fire = tenant.license(9)
    group = group_of(tenant, name="Night shift")
    for email in ("ann@x.io", "anton@x.io", "bo@x.io"):
        tenant.accept(tenant.invite(fire, email))
    clock.forward(days=1)
    added = manager.post(f"{base}/groups/{group.id}/members", {"emails": "ann@x.io, bo@x.io"})
    assert added.status == 201, added.text

    def found(text: str, **query: str) -> list[str]:
        answer = limited.get(f"{base}/groups/{group.id}/members", q=text, **query)
        return [one["email"] for one in answer.json["items"]]

    assert found("ann@") == ["ann@x.io"]
    assert found("anto") == []
    assert found("lee") == found("an") == ["ann@x.io", "bo@x.io"]
    assert found("ann@", email="bo@x.io") == []
    assert limited.get(f"{base}/learners", q="ann@", email="bo@x.io").json["items"] == []
    assert found(" ") == ["ann@x.io", "bo@x.io"]
    (one,) = limited.get(f"{base}/groups/{group.id}/members", q="ann@").json["items"]
    assert one["joined_at"] == "2027-01-05T09:00:00Z", "the group, and not the organization"
    assert limited.get(f"{base}/groups/none/members", q="ann").json["code"] == "group_not_found"


def test_a_providers_lists_are_those_of_a_client_where_one_is_named(
    caller: Caller, manager: Caller, base: str, tenant: Tenant
) -> None:
    client = client_of(tenant)
    sublicense = sublicense_of(tenant, client, tenant.license(9), 3)
    manager.post(
        f"{base}/invites", {"client": client.id, "sublicense": sublicense.id, "emails": "ann@x.io, bo@x.io"}
    )
    other = create_client(tenant, manager="boss@branch.example")

    own = manager.get(f"{base}/invites").json["items"]
    theirs = manager.get(f"{base}/invites", client=client.id, email="ann@x.io").json["items"]
    learners = manager.get(f"{base}/learners", client=client.id)
    unknown = manager.get(f"{base}/invites", client="nobody")
    download = manager.post(f"{base}/downloads", {"what": "invites", "client": client.id}).json["url"]
    file = caller.get(download.removeprefix("https://usher.example"))

    assert own == manager.get(f"{base}/invites", client=other.id).json["items"] == []
    assert [one["email"] for one in theirs] == ["ann@x.io"]
    assert (learners.status, learners.json["items"]) == (200, [])
    assert (unknown.status, unknown.json["code"]) == (404, "client_not_found")
    assert [row["email"] for row in csv_rows(file.text)] == ["bo@x.io", "ann@x.io"]
    assert f"{client.slug}-invites-" in file.headers["Content-Disposition"]
