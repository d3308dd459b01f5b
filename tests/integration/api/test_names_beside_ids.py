"""Answers name whoever did something beside their address; the caller's own name costs no call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.api.schemas.common import Shape
from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.codes import code_of
from tests.support.groups import group_of
from tests.support.team import Team
from tests.support.tenant import Tenant
from usher.domain.people import Person


@pytest.fixture
def bob(tenant: Tenant) -> Person:
    """A second full manager."""
    return Team(tenant).joined()


def named(answer: dict[str, Any], field: str = "created_by") -> tuple[str | None, str | None]:
    return answer[field], answer[f"{field}_name"]


def shapes_below(kind: type[Shape] = Shape) -> Iterator[type[Shape]]:
    for one in kind.__subclasses__():
        yield one
        yield from shapes_below(one)


def test_each_field_that_says_who_has_a_name_beside_it() -> None:
    found = {
        (shape.__name__, name)
        for shape in shapes_below()
        for name in shape.model_fields
        if name.endswith("_by") or name == "by"
    }
    unnamed = {
        (shape.__name__, name)
        for shape in shapes_below()
        for name in shape.model_fields
        if (shape.__name__, name) in found and f"{name}_name" not in shape.model_fields
    }

    assert len(found) > 15
    assert unnamed == set()


def test_commands_on_invites_name_the_creator(
    manager: Caller, caller: Caller, base: str, tenant: Tenant, bob: Person
) -> None:
    license_ = tenant.license()
    body = {"emails": ["ann@x.io"], "license": license_.id}
    (created,) = manager.post(f"{base}/invites", body).json["results"]
    invite, by_bob = created["invite"], caller.as_(bob)
    moved = by_bob.patch(f"{base}/invites/{invite['id']}", {"access_start": "2027-02-01"})
    (again,) = by_bob.post(f"{base}/invites", body).json["results"]
    (foreseen,) = by_bob.post(f"{base}/invites/preview", body).json["results"]
    (done,) = by_bob.post(f"{base}/invites/bulk", {"action": "withdraw", "invites": [invite["id"]]}).json[
        "results"
    ]

    for answer in (invite, moved.json, again["invite"], foreseen["invite"], done["invite"]):
        assert named(answer) == (tenant.full.email, "Max Full")


def test_the_callers_own_name_costs_no_call(
    manager: Caller, caller: Caller, base: str, tenant: Tenant, bob: Person, count: Count
) -> None:
    license_ = tenant.license()
    with count() as inviting:
        (created,) = manager.post(f"{base}/invites", {"emails": ["ann@x.io"], "license": license_.id}).json[
            "results"
        ]
    one = f"{base}/invites/{created['invite']['id']}"
    with count() as withdrawing:
        withdrawn = manager.post(f"{one}/withdraw")
    with count() as resending:
        other = caller.as_(bob).get(one)

    assert named(created["invite"]) == named(withdrawn.json) == (tenant.full.email, "Max Full")
    assert (inviting.calls, withdrawing.calls) == (3, 2), "as in DESIGN 5"
    assert resending.calls == 2, "the caller with the invite, and the other's name"
    assert named(other.json) == named(created["invite"])


def test_a_programs_own_name_costs_no_call(manager: Caller, base: str, tenant: Tenant, count: Count) -> None:
    made = manager.post(f"{base}/api-keys", {"name": "Portal", "scopes": ["read", "invite"]}).json
    program, license_ = manager.with_key(made["key"]), tenant.license()
    program.get(base)  # the first use in an hour is recorded

    with count() as cost:
        answer = program.post(f"{base}/invites", {"emails": ["ann@x.io"], "license": license_.id})

    assert answer.json["results"][0]["invite"]["created_by_name"] == "Portal"
    assert cost.calls == 3
    assert named(made) == (tenant.full.email, "Max Full")


def test_a_name_that_was_changed_is_the_present_one_at_once(
    manager: Caller, base: str, tenant: Tenant, registered: Callable[[Person], Person]
) -> None:
    registered(tenant.full)
    license_ = tenant.license()
    manager.patch("/v1/me", {"first_name": "Maxima", "last_name": "Full"})  # the token keeps the old name

    (created,) = manager.post(f"{base}/invites", {"emails": ["ann@x.io"], "license": license_.id}).json[
        "results"
    ]

    assert created["invite"]["created_by_name"] == "Maxima Full"


def test_lists_read_the_names_of_a_page_in_one_call(
    manager: Caller, caller: Caller, base: str, tenant: Tenant, bob: Person, count: Count
) -> None:
    by_bob, license_ = caller.as_(bob), tenant.license()
    for who, text in ((manager, "ONE-2027"), (by_bob, "TWO-2027"), (by_bob, "THREE-2027")):
        who.post(f"{base}/codes", {"kind": "registration", "license": license_.id, "code": text})
    with count() as own:
        manager.get(f"{base}/codes", code="ONE-2027")
    with count() as cost:
        page = manager.get(f"{base}/codes").json

    assert sorted(one["created_by_name"] for one in page["items"]) == ["Bob Roe", "Bob Roe", "Max Full"]
    assert (own.calls, cost.calls) == (2, 4)


def test_whoever_left_is_shown_by_the_address_alone(
    manager: Caller, caller: Caller, base: str, tenant: Tenant, bob: Person
) -> None:
    group = group_of(tenant, tenant.license())
    made = caller.as_(bob).post(f"{base}/codes", {"kind": "registration", "group": group.id}).json
    Team(tenant).team_members.remove(person=tenant.full, organization=tenant.id, email=bob.email)

    after = manager.get(f"{base}/codes/{made['id']}").json

    assert named(made) == (bob.email, "Bob Roe")
    assert named(after) == (bob.email, None)


def test_a_providers_manager_is_named_in_its_clients(manager: Caller, tenant: Tenant) -> None:
    client = create_client(tenant, manager="ann@client.example")
    path = f"/v1/organizations/{client.id}/webhooks"
    made = manager.post(path, {"url": "https://hooks.example/usher"})

    assert named(made.json) == (tenant.full.email, "Max Full")
    assert [named(one) for one in manager.get(path).json["items"]] == [named(made.json)]


def test_a_learner_in_full_has_invites_with_their_creators(
    caller: Caller, base: str, tenant: Tenant, bob: Person
) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    tenant.invite(tenant.license())
    (learner,) = caller.as_(bob).get(f"{base}/learners").json["items"]

    detail = caller.as_(bob).get(f"{base}/learners/{learner['id']}").json

    assert [named(one) for one in detail["invites"]] == [(tenant.full.email, "Max Full")]


def test_the_event_log_names_the_actors_of_a_page(
    manager: Caller, operator: Caller, base: str, tenant: Tenant
) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    page = manager.get(f"{base}/events").json

    assert page["actor_names"] == {
        "ann@x.io": "Ann Lee",
        "limited@acme.example": "Lia Lim",
        "manager@acme.example": "Max Full",
        "operator@usher.example": None,
    }
    assert operator.get(f"{base}/events").json == page


def test_reports_name_who_invited_and_who_enrolled(
    caller: Caller, base: str, tenant: Tenant, bob: Person
) -> None:
    tenant.invite(tenant.license())
    code_of(tenant, tenant.license())

    (row,) = caller.as_(bob).get(f"{base}/reports/activity").json["items"]
    sheet = caller.as_(bob).get(f"{base}/reports/activity", format="csv").text.splitlines()

    assert (named(row, "invited_by"), named(row, "enrolled_by")) == (
        (tenant.full.email, "Max Full"),
        (None, None),
    )
    assert "invited_by,invited_by_name" in sheet[0]
    assert f"{tenant.full.email},Max Full" in sheet[1]


def test_requests_have_the_products_present_name_and_the_operators(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license()
    async_workers.dispatch()
    tenant.accept(tenant.invite(license_))
    wanted = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 2}).json
    asked = manager.post(
        f"{base}/support-requests",
        {"kind": "release_seat", "message": "Left.", "email": "ann@x.io", "license": license_.id},
    ).json
    product = license_.terms.product.id
    operator.post(f"/v1/operator/seat-requests/{wanted['id']}/refuse", {"reason": "Not this year."})
    operator.patch(f"/v1/operator/products/{product}", {"name": "Fire safety 2"})
    async_workers.settle()

    (seat,) = manager.get(f"{base}/seat-requests").json["items"]
    (support,) = manager.get(f"{base}/support-requests").json["items"]

    assert asked["product"] == wanted["product"] == {"id": product, "name": "Fire safety", "kind": "course"}
    assert seat["product"] == support["product"] == {"id": product, "name": "Fire safety 2", "kind": "course"}
    assert (seat["reply"]["by"], seat["reply"]["by_name"]) == ("operator@usher.example", "Olga Orr")
