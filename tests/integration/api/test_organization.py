"""What managers see and change of their organization over HTTP, but for invites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import API_KEY
from tests.support.api_caller import Caller
from tests.support.clock import Clock
from tests.support.tenant import Tenant, create_tenant
from usher.domain.licenses import ProductKind
from usher.domain.people import Person
from usher.services.enrollment.redeem_code import RedeemCode

STRANGER = Person(email="stranger@x.io", first_name="Sam", last_name="Strange")


def test_settings_are_read_and_changed(manager: Caller, base: str) -> None:
    changed = manager.patch(base, {"name": "Acme AG", "branding": {"color": "#AA0000"}, "invite_days": 20})

    assert changed.status == 200
    assert changed.json["branding"] == {"color": "#aa0000", "logo_url": "", "welcome": ""}
    assert changed.json["time_zone"] == "Europe/Zurich"
    assert changed.json["language"] == "en"
    assert manager.patch(base, {"language": "en"}).json == changed.json
    assert manager.get(base).json == changed.json


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"invite_days": 0}, "bad_settings"),
        ({"name": ""}, "bad_name"),
        ({"time_zone": "Mars/Olympus"}, "unknown_time_zone"),
        ({"language": "tlh"}, "invalid"),
        ({"branding": {"logo_url": "http://plain.example"}}, "bad_settings"),
        ({"slug": "Not a slug"}, "bad_slug"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    manager: Caller, base: str, body: dict[str, Any], code: str
) -> None:
    before = manager.get(base).json

    answer = manager.patch(base, body)

    assert (answer.status, answer.json["code"]) == (422, code)
    assert manager.get(base).json == before


def test_the_landing_pages_address_is_changed_and_the_old_one_is_free_at_once(
    manager: Caller, operator: Caller, base: str, tenant: Tenant
) -> None:
    other = {
        "name": "Other",
        "slug": "acme",
        "time_zone": "UTC",
        "first_manager": {"email": "o@x.io", "first_name": "O", "last_name": "O"},
    }

    taken = operator.post("/v1/operator/organizations", other)
    changed = manager.patch(base, {"slug": "acme-group"})
    created = operator.post("/v1/operator/organizations", other)
    back = manager.patch(base, {"slug": "acme"})

    assert taken.json["code"] == "slug_taken"
    assert (changed.status, changed.json["slug"]) == (200, "acme-group")
    assert created.status == 201
    assert (back.status, back.json["code"]) == (409, "slug_taken")
    redeem_code = RedeemCode(tenant.context)
    assert redeem_code.organization(slug="acme-group").id == tenant.id
    assert redeem_code.organization(slug="acme").id == created.json["id"]


def test_of_two_who_want_one_slug_at_once_one_gets_it(manager: Caller, base: str, tenant: Tenant) -> None:
    other = create_tenant(tenant.context, slug="other")
    elsewhere = manager.as_(other.full)

    with tenant.before_next_write(lambda: elsewhere.patch(f"/v1/organizations/{other.id}", {"slug": "best"})):
        refused = manager.patch(base, {"slug": "best"})

    assert (refused.status, refused.json["code"]) == (409, "slug_taken")
    assert manager.get(base).json["slug"] == "acme"
    assert RedeemCode(tenant.context).organization(slug="best").id == other.id


def test_a_providers_manager_renames_a_client_and_moves_its_landing_page(manager: Caller, base: str) -> None:
    client = manager.post(f"{base}/clients", {"name": "Harbor", "slug": "harbor"}).json["id"]

    changed = manager.patch(f"/v1/organizations/{client}", {"name": "Port", "slug": "port"})

    assert (changed.status, changed.json["name"]) == (200, "Port")
    assert manager.get(f"{base}/clients/{client}").json["landing_page"] == "https://usher.example/c/port"


def test_a_limited_manager_changes_no_settings(limited: Caller, base: str) -> None:
    assert limited.patch(base, {"name": "Mine"}).status == 403
    assert limited.get(base).json["name"] == "Acme"


def test_licenses_have_the_documented_shape(limited: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license(kind=ProductKind.SUBSCRIPTION, flex=True, starts_at="2027-02-01")

    answer = limited.get(f"{base}/licenses")

    product = {"id": license_.terms.product.id, "name": "Fire safety", "kind": "subscription"}
    assert answer.json == {
        "items": [
            {
                "id": license_.id,
                "product": product,
                "flex": True,
                "seats": {"total": 10, "assigned": 0, "reserved": 0, "sublicensed": 0, "available": 10},
                "parent": None,
                "valid_from": "2026-12-31T23:00:00Z",
                "valid_until": "2027-12-31T23:00:00Z",
                "starts_at": "2027-01-31T23:00:00Z",
            }
        ],
        "next": None,
    }
    assert limited.get(f"{base}/licenses/{license_.id}").json == answer.json["items"][0]
    assert limited.get(f"{base}/licenses/none").json["code"] == "license_not_found"


def test_a_seat_taken_for_oneself_starts_at_once_and_once(
    manager: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license(seats=1)
    path = f"{base}/licenses/{license_.id}/self-assign"

    taken = manager.post(path)

    assert taken.status == 201
    assert taken.json["state"] == "active"
    assert taken.json["starts_at"] == "2027-01-04T09:00:00Z"
    assert taken.json["email"] == tenant.full.email
    assert manager.post(path).json["code"] == "already_assigned"
    assert limited.post(path).status == 403


def test_learners_are_those_who_accepted(
    manager: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "ann+one@x.io", access_start="2027-02-01"))
    tenant.invite(license_, "ben@x.io")

    listed = manager.get(f"{base}/learners").json["items"]
    one = manager.get(f"{base}/learners/{listed[0]['id']}")

    ann = {
        "id": id_of("ann+one@x.io"),
        "email": "ann+one@x.io",
        "first_name": "Ann",
        "last_name": "Lee",
        "joined_at": "2027-01-04T09:00:00Z",
    }
    assert listed == [{**ann, "accesses": None, "groups": None}]
    assert one.json["accesses"][0]["state"] == "scheduled"
    assert one.json["accesses"][0]["starts_at"] == "2027-01-31T23:00:00Z"
    assert one.json["accesses"][0]["person"] == ann["id"]
    assert manager.get(f"{base}/learners/{id_of('ben@x.io')}").json["code"] == "learner_not_found"
    assert manager.get(f"{base}/learners/ben").json["code"] == "learner_not_found"


def test_a_learner_is_looked_up_by_address(manager: Caller, base: str, tenant: Tenant) -> None:
    tenant.accept(tenant.invite(tenant.license(), "ann@x.io"))

    found = manager.get(f"{base}/learners", email=" ANN@x.io")
    nobody = manager.get(f"{base}/learners", email="ben@x.io")
    malformed = manager.get(f"{base}/learners", email="ben")

    assert [one["email"] for one in found.json["items"]] == ["ann@x.io"]
    assert found.json["next"] is None
    assert nobody.json == {"items": [], "next": None}
    assert malformed.json["code"] == "bad_address"


def test_the_team_grows_by_invitation(manager: Caller, limited: Caller, base: str) -> None:
    body = {"email": "Tim@acme.example", "first_name": "Tim", "last_name": "Two", "role": "limited_manager"}

    invited = manager.post(f"{base}/team", body)

    assert invited.status == 201
    assert invited.json["state"] == "pending"
    assert invited.json in manager.get(f"{base}/team").json["items"]
    assert manager.post(f"{base}/team", body).json["code"] == "already_manager"
    assert manager.post(f"{base}/team", {**body, "role": "boss"}).json["code"] == "invalid"
    assert limited.post(f"{base}/team", {**body, "email": "x@x.io"}).status == 403


def test_events_are_listed_newest_first_and_by_type(manager: Caller, base: str, tenant: Tenant) -> None:
    tenant.invite(tenant.license())

    every = manager.get(f"{base}/events")
    one = manager.get(f"{base}/events", type="invites.created")

    assert every.json["items"][0]["type"] == "invites.created"
    assert every.json["items"][0]["actor"] == tenant.full.email
    assert one.json["items"] == every.json["items"][:1]
    assert manager.get(f"{base}/events", limit=1).json["next"]
    assert manager.get(f"{base}/events", type="party").json["errors"][0]["field"] == "type"


@pytest.mark.parametrize("path", ["", "/licenses", "/invites", "/learners", "/team", "/events"])
def test_an_organization_is_nothing_to_strangers(caller: Caller, base: str, path: str) -> None:
    answer = caller.as_(STRANGER).get(base + path)

    assert answer.status == 404
    assert answer.json["code"] == "organization_not_found"


@pytest.mark.parametrize(
    "path", ["/licenses", "/invites", "/learners", "/codes", "/groups", "/join-page", "/reports/activity"]
)
def test_of_an_organization_operators_read_its_team_settings_and_events_alone(
    caller: Caller, tenant: Tenant, base: str, path: str
) -> None:
    operator = caller.as_(tenant.operator)

    assert operator.get(base + path).status == 404
    assert [operator.get(base + one).status for one in ("/team", "", "/events")] == [200] * 3


class TestEntitlements:
    PATH = "/v1/entitlements"

    def test_tells_whether_the_person_may_use_the_product(
        self, caller: Caller, tenant: Tenant, clock: Clock
    ) -> None:
        license_ = tenant.license()
        invite = tenant.invite(license_, access_start="2027-02-01")
        platform = caller.sending(x_api_key=API_KEY)
        product = license_.terms.product.id

        pending = platform.get(self.PATH, email="ann@x.io", product=product).json
        tenant.accept(invite)
        accepted = platform.get(self.PATH, email="ANN@x.io", product=product).json
        clock.forward(days=30)
        started = platform.get(self.PATH, email="ann@x.io", product=product).json

        nothing_yet = {"starts_at": None, "ends_at": None, "organization": tenant.id}
        times = {
            "starts_at": "2027-01-31T23:00:00Z",
            "ends_at": "2027-12-31T23:00:00Z",
            "organization": tenant.id,
        }
        assert pending == {"entitled": False, "state": "reserved", **nothing_yet}
        assert accepted == {"entitled": False, "state": "scheduled", **times}
        assert started == {"entitled": True, "state": "active", **times}

    def test_a_reservation_that_lapsed_is_released_swept_or_not(
        self, caller: Caller, tenant: Tenant, clock: Clock
    ) -> None:
        license_ = tenant.license()
        tenant.invite(license_)
        clock.forward(days=10)

        answer = caller.sending(x_api_key=API_KEY).get(
            self.PATH, email="ann@x.io", product=license_.terms.product.id
        )

        assert answer.json["state"] == "released"

    def test_knows_nothing_of_strangers(self, caller: Caller, tenant: Tenant) -> None:
        answer = caller.sending(x_api_key=API_KEY).get(
            self.PATH, email="who@x.io", product=tenant.product().id
        )

        assert answer.json == {
            "entitled": False,
            "state": None,
            "starts_at": None,
            "ends_at": None,
            "organization": None,
        }

    @pytest.mark.parametrize("key", ["", "platform-kez", "platform-key2", "schl\u00fcssel"])
    def test_asks_for_the_key(self, caller: Caller, key: str) -> None:
        answer = caller.sending(x_api_key=key).get(self.PATH, email="ann@x.io", product="p")

        assert answer.status == 401
        assert answer.json["code"] == "wrong_api_key"

    def test_names_what_is_missing(self, caller: Caller) -> None:
        answer = caller.sending(x_api_key=API_KEY).get(self.PATH)

        assert [one["field"] for one in answer.json["errors"]] == ["email", "product"]
