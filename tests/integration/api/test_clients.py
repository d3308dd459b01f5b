"""Clients and sublicenses over HTTP."""

from __future__ import annotations

from typing import Any

from tests.support.api_caller import Caller
from tests.support.tenant import Tenant
from usher.domain.people import Person
from usher.services.invites.answer_invite import AnswerInvite
from usher.store import organizations

CHIEF = Person(email="chief@harbor.example", first_name="Cleo", last_name="Chief")
NEW = {
    "name": "Harbor Works",
    "slug": "harbor",
    "branding": {"color": "#005500", "welcome": "Welcome aboard."},
    "first_manager": {"email": CHIEF.email, "first_name": "Cleo", "last_name": "Chief"},
}


def create(manager: Caller, base: str, **other: Any) -> dict[str, Any]:
    answer = manager.post(f"{base}/clients", {**NEW, **other})
    assert answer.status == 201, answer.text
    created: dict[str, Any] = answer.json
    return created


def carve(manager: Caller, base: str, client: str, license_id: str, seats: int) -> dict[str, Any]:
    answer = manager.post(f"{base}/clients/{client}/sublicenses", {"license": license_id, "seats": seats})
    assert answer.status == 201, answer.text
    carved: dict[str, Any] = answer.json
    return carved


def test_a_client_is_created_read_and_listed(
    manager: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    client = create(manager, base)

    read = limited.get(f"{base}/clients/{client['id']}")
    listed = limited.get(f"{base}/clients")

    assert client["provider"] == tenant.id
    assert client["landing_page"] == "https://usher.example/c/harbor"
    assert client["branding"] == {"color": "#005500", "logo_url": "", "welcome": "Welcome aboard."}
    assert client["time_zone"] == "Europe/Zurich"
    assert read.json == client
    assert listed.json == {"items": [client], "next": None}


def test_a_client_created_twice_with_one_key_is_one(manager: Caller, base: str) -> None:
    sending = manager.sending(idempotency_key="k-1")

    first, second = sending.post(f"{base}/clients", NEW), sending.post(f"{base}/clients", NEW)

    assert (first.status, second.status, second.json) == (201, 201, first.json)
    assert len(manager.get(f"{base}/clients").json["items"]) == 1


def test_sublicenses_are_carved_moved_and_listed(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = create(manager, base)["id"]

    carved = carve(manager, base, client, license_.id, 4)
    at = f"{base}/clients/{client}/sublicenses/{carved['id']}/seats"
    fewer = manager.post(at, {"seats": -1})
    too_many = manager.post(at, {"seats": 8})

    assert carved["parent"] == license_.id
    assert carved["seats"] == {"total": 4, "assigned": 0, "sublicensed": 0, "available": 4}
    assert fewer.json["seats"]["total"] == 3
    assert (too_many.status, too_many.json["code"]) == (409, "no_seats")
    assert too_many.json["shortfall"][0]["missing"] == 1
    assert manager.get(f"{base}/licenses/{license_.id}").json["seats"] == {
        "total": 10,
        "assigned": 0,
        "sublicensed": 3,
        "available": 7,
    }
    assert manager.get(f"{base}/clients/{client}/sublicenses").json["items"] == [fewer.json]


def test_invites_name_client_and_sublicense(manager: Caller, base: str, tenant: Tenant) -> None:
    client = create(manager, base)["id"]
    sublicense = carve(manager, base, client, tenant.license(10).id, 2)["id"]

    answer = manager.post(
        f"{base}/invites", {"client": client, "sublicense": sublicense, "emails": "ann@x.io"}
    )

    (result,) = answer.json["results"]
    assert result["outcome"] == "invited"
    assert [one["id"] for one in result["invite"]["licenses"]] == [sublicense]
    assert manager.get(f"{base}/invites").json["items"] == []
    (own,) = manager.get(f"/v1/organizations/{client}/invites").json["items"]
    assert own["id"] == result["invite"]["id"]


def test_a_sublicense_without_its_client_is_refused(manager: Caller, base: str) -> None:
    answer = manager.post(f"{base}/invites", {"sublicense": "x", "emails": "ann@x.io"})

    assert (answer.status, answer.json["code"]) == (422, "no_client")


def test_a_client_that_is_none_is_refused(manager: Caller, base: str) -> None:
    invited = manager.post(f"{base}/invites", {"client": "x", "sublicense": "y", "emails": "ann@x.io"})
    reported = manager.get(f"{base}/reports/activity", client="x")

    assert [(one.status, one.json["code"]) for one in (invited, reported)] == [(404, "client_not_found")] * 2


def test_the_activity_report_is_by_client(manager: Caller, base: str, tenant: Tenant) -> None:
    client = create(manager, base)["id"]
    sublicense = carve(manager, base, client, tenant.license(10).id, 2)["id"]
    manager.post(f"{base}/invites", {"client": client, "sublicense": sublicense, "emails": "ann@x.io"})
    tenant.invite(tenant.license(1), "bo@x.io")

    of_client = manager.get(f"{base}/reports/activity", client=client)
    own = manager.get(f"{base}/reports/activity")

    assert [row["email"] for row in of_client.json["items"]] == ["ann@x.io"]
    assert [row["email"] for row in own.json["items"]] == ["bo@x.io"]


def test_managers_of_a_client_see_only_it(manager: Caller, caller: Caller, base: str, tenant: Tenant) -> None:
    client = create(manager, base)["id"]
    (place,) = organizations.team(tenant.context.table, client)
    AnswerInvite(tenant.context).accept(person=CHIEF, invite=place.invite, number=1)
    chief = caller.as_(CHIEF)

    own = chief.get(f"/v1/organizations/{client}")
    others = [chief.get(base), chief.get(f"{base}/clients"), chief.get(f"{base}/clients/{client}")]

    assert own.json["name"] == "Harbor Works"
    assert {one.json["code"] for one in others} == {"organization_not_found"}


def test_a_limited_manager_creates_and_carves_nothing(
    manager: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    client = create(manager, base)["id"]

    answers = [
        limited.post(f"{base}/clients", {**NEW, "slug": "pier"}),
        limited.post(f"{base}/clients/{client}/sublicenses", {"license": tenant.license(3).id, "seats": 1}),
        limited.post(f"{base}/clients/{client}/sublicenses/x/seats", {"seats": 1}),
    ]

    assert {(one.status, one.json["code"]) for one in answers} == {(403, "forbidden")}
