"""Clients and sublicenses over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.tenant import Tenant
from usher.domain.enrollment.join_pages import UnknownJoinPageError
from usher.domain.invites import UnknownInviteError
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.people import Person
from usher.services.enrollment.join_page_flow import JoinPageFlow
from usher.services.enrollment.redeem_code import RedeemCode
from usher.services.invites.answer_invite import AnswerInvite
from usher.store import managers

CHIEF = Person(email="chief@harbor.example", first_name="Cleo", last_name="Chief")
NEW: dict[str, Any] = {
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
    assert carved["seats"] == {
        "total": 4,
        "assigned": 0,
        "reserved": None,
        "sublicensed": 0,
        "available": 4,
    }
    assert fewer.json["seats"]["total"] == 3
    assert (too_many.status, too_many.json["code"]) == (409, "no_seats")
    assert too_many.json["shortfall"][0]["missing"] == 1
    assert manager.get(f"{base}/licenses/{license_.id}").json["seats"] == {
        "total": 10,
        "assigned": 0,
        "reserved": 0,
        "sublicensed": 3,
        "available": 7,
    }
    listed = {**fewer.json, "seats": {**fewer.json["seats"], "reserved": 0}}
    assert manager.get(f"{base}/clients/{client}/sublicenses").json["items"] == [listed]


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
    (place,) = managers.team(tenant.context.table, client)
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


class TestClosing:
    """A client is closed once its seats are back, and nobody comes to it any more."""

    @pytest.fixture
    def client(self, manager: Caller, base: str) -> str:
        return str(create(manager, base)["id"])

    @pytest.fixture
    def one(self, base: str, client: str) -> str:
        """The path of the client."""
        return f"{base}/clients/{client}"

    def test_a_client_with_seats_is_not_closed_and_the_refusal_names_them(
        self, manager: Caller, base: str, client: str, one: str, tenant: Tenant
    ) -> None:
        sublicense = carve(manager, base, client, tenant.license(5).id, 3)["id"]

        refused = manager.post(f"{one}/close")

        assert (refused.status, refused.json["code"]) == (409, "client_holds_seats")
        assert refused.json["sublicenses"] == [{"sublicense": sublicense, "seats": 3, "free": 3}]
        assert manager.get(one).json["closed_at"] is None

    def test_a_client_that_gave_its_seats_back_is_closed_and_again(
        self, manager: Caller, base: str, client: str, one: str, tenant: Tenant
    ) -> None:
        sublicense = carve(manager, base, client, tenant.license(5).id, 3)["id"]
        back = manager.post(f"{one}/sublicenses/{sublicense}/seats", {"seats": -3})

        closed, again = manager.post(f"{one}/close"), manager.post(f"{one}/close")

        assert back.status == 200
        assert (closed.status, closed.json["closed_at"]) == (200, "2027-01-04T09:00:00Z")
        assert again.json == closed.json
        assert [one["type"] for one in manager.get(f"{base}/events", type="client.closed").json["items"]] == [
            "client.closed"
        ]

    def test_in_a_closed_client_everything_is_read_and_nothing_changed(
        self, manager: Caller, client: str, one: str, tenant: Tenant
    ) -> None:
        manager.post(f"{one}/close")
        own = f"/v1/organizations/{client}"

        changes = [
            manager.patch(own, {"name": "Port"}),
            manager.post(f"{own}/team", {**NEW["first_manager"], "email": "x@x.io", "role": "full_manager"}),
            manager.post(f"{own}/groups", {"name": "Crew", "licenses": []}),
            manager.call("PUT", f"{own}/join-page", body={"enabled": True, "slug": "harbor-academy"}),
            manager.post(f"{one}/sublicenses", {"license": tenant.license(5).id, "seats": 1}),
        ]

        assert {(answer.status, answer.json["code"]) for answer in changes} == {(409, "organization_closed")}
        assert manager.get(own).json["closed_at"]
        assert manager.get(f"{own}/learners").status == 200
        assert manager.post(f"{own}/erasures", {"email": "nobody@x.io"}).json["code"] == "nothing_held"

    def test_nobody_comes_to_a_closed_client(
        self, manager: Caller, client: str, one: str, tenant: Tenant
    ) -> None:
        own = f"/v1/organizations/{client}"
        manager.call("PUT", f"{own}/join-page", body={"enabled": True, "slug": "harbor-academy"})
        pending = managers.manager(tenant.context.table, client, CHIEF.email)
        assert pending is not None
        manager.post(f"{one}/close")
        context = tenant.context
        person = Person(email="ann@x.io", first_name="Ann", last_name="Lee")

        with pytest.raises(UnknownOrganizationError):
            RedeemCode(context).organization(slug="harbor")
        with pytest.raises(UnknownJoinPageError):
            JoinPageFlow(context).read_page(slug="harbor-academy")
        with pytest.raises(UnknownOrganizationError):
            JoinPageFlow(context).join(person=person, organization=client)
        with pytest.raises(UnknownInviteError):
            AnswerInvite(context).preview(invite=pending.invite)

    def test_of_a_closing_and_a_sublicense_at_once_one_stands(
        self, manager: Caller, base: str, client: str, one: str, tenant: Tenant
    ) -> None:
        license_ = tenant.license(5)

        with tenant.before_next_write(lambda: carve(manager, base, client, license_.id, 3)):
            closed = manager.post(f"{one}/close")

        assert (closed.status, closed.json["code"]) == (409, "client_holds_seats")

    def test_only_a_full_manager_of_the_provider_closes(
        self, limited: Caller, caller: Caller, client: str, one: str, tenant: Tenant
    ) -> None:
        pending = managers.manager(tenant.context.table, client, CHIEF.email)
        assert pending is not None
        AnswerInvite(tenant.context).accept(person=CHIEF, invite=pending.invite, number=1)

        assert limited.post(f"{one}/close").status == 403
        assert caller.as_(CHIEF).post(f"{one}/close").status == 404
