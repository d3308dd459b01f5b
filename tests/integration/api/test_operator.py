"""What operators do over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.clock import Clock
from tests.support.tenant import Tenant

NEW = {
    "name": "Beta Ltd",
    "slug": "beta",
    "time_zone": "Europe/Zurich",
    "first_manager": {"email": "Bea@beta.example", "first_name": "Bea", "last_name": "Boss"},
}


def _grant(product_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "order_id": "order-A",
        "product": product_id,
        "flex": False,
        "seats": 5,
        "valid_from": "2027-01-01",
        "valid_until": "2028-01-01",
        **changed,
    }


def test_products_are_created_and_listed(operator: Caller) -> None:
    answer = operator.post("/v1/operator/products", {"name": "First Aid", "kind": "course"})

    assert answer.status == 201
    assert answer.json == {
        "id": answer.json["id"],
        "name": "First Aid",
        "kind": "course",
        "url": "",
        "retires_at": None,
    }
    assert answer.json in operator.get("/v1/operator/products").json["items"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "", "kind": "course"}, "bad_name"),
        ({"name": "A", "kind": "film"}, "invalid"),
        ({"name": "A", "kind": "course", "url": "http://plain.example"}, "bad_product_url"),
        ({"name": "A\ud800", "kind": "course"}, "invalid"),
        ({"name": "A", "kind": "course", "price": 1}, "invalid"),
    ],
)
def test_a_product_that_makes_no_sense_is_refused(operator: Caller, body: dict[str, Any], code: str) -> None:
    answer = operator.post("/v1/operator/products", body)

    assert answer.json["code"] == code
    assert operator.get("/v1/operator/products").json["items"] == []


def test_a_product_is_retired_on_a_date_that_can_be_moved_and_taken_back(
    operator: Caller, tenant: Tenant
) -> None:
    path = f"/v1/operator/products/{tenant.product().id}/retire"

    def retires_at() -> list[Any]:
        return [one["retires_at"] for one in operator.get("/v1/operator/products").json["items"]]

    first = operator.post(path, {"retires_on": "2027-06-30"})
    listed = retires_at()
    moved = operator.post(path, {"retires_on": "2027-07-31T02:00:00+02:00"})
    kept = [operator.call("DELETE", path).status for _ in range(2)]

    assert (first.status, first.json["retires_at"]) == (200, "2027-06-30T00:00:00Z")
    assert listed == ["2027-06-30T00:00:00Z"]
    assert moved.json["retires_at"] == "2027-07-31T00:00:00Z"
    assert kept == [204, 204]
    assert retires_at() == [None]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"retires_on": "2027-01-04"}, 422, "bad_retirement"),
        ({"retires_on": "30 June"}, 422, "bad_date"),
        ({"retires_on": None}, 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
def test_a_retirement_that_makes_no_sense_is_refused(
    operator: Caller, tenant: Tenant, body: dict[str, Any], status: int, code: str
) -> None:
    answer = operator.post(f"/v1/operator/products/{tenant.product().id}/retire", body)

    assert (answer.status, answer.json["code"]) == (status, code)


def test_the_same_retirement_with_its_key_is_answered_again(operator: Caller, tenant: Tenant) -> None:
    path = f"/v1/operator/products/{tenant.product().id}/retire"
    keyed = operator.sending(idempotency_key="K")

    first = keyed.post(path, {"retires_on": "2027-06-30"})
    operator.call("DELETE", path)
    again = keyed.post(path, {"retires_on": "2027-06-30"})
    other = keyed.post(path, {"retires_on": "2027-07-01"})

    assert again.json == first.json
    assert other.json["code"] == "idempotency_key_reused"
    assert operator.get("/v1/operator/products").json["items"][0]["retires_at"] is None


def test_a_retired_product_is_granted_no_more(operator: Caller, tenant: Tenant, clock: Clock) -> None:
    product = tenant.product().id
    operator.post(f"/v1/operator/products/{product}/retire", {"retires_on": "2027-06-30"})
    clock.now = datetime(2027, 6, 30, tzinfo=UTC)

    answer = operator.post(f"/v1/operator/organizations/{tenant.id}/licenses", _grant(product))

    assert (answer.status, answer.json["code"]) == (409, "product_retired")
    assert answer.json["next_action"]


def test_only_operators_retire_products_that_there_are(
    operator: Caller, manager: Caller, tenant: Tenant
) -> None:
    path = f"/v1/operator/products/{tenant.product().id}/retire"

    assert manager.post(path, {"retires_on": "2027-06-30"}).status == 403
    assert manager.call("DELETE", path).status == 403
    assert operator.call("DELETE", "/v1/operator/products/none/retire").json["code"] == "product_not_found"
    assert operator.post("/v1/operator/products/none/retire", {"retires_on": "2027-06-30"}).status == 404


def test_an_organization_is_created_with_its_first_manager_invited(operator: Caller) -> None:
    answer = operator.post("/v1/operator/organizations", NEW)

    assert answer.status == 201
    assert answer.json == {
        "id": answer.json["id"],
        "slug": "beta",
        "name": "Beta Ltd",
        "time_zone": "Europe/Zurich",
        "language": "en",
        "branding": {"color": "#1f4e79", "logo_url": "", "welcome": ""},
        "invite_days": 10,
        "require_group": False,
        "provider": None,
        "closed_at": None,
        "suspension": None,
        "created_at": "2027-01-04T09:00:00Z",
        "version": 1,
    }
    listed = operator.get("/v1/operator/organizations").json["items"]
    assert {**answer.json, "provider_name": None} in listed


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"slug": "acme"}, 409, "slug_taken"),
        ({"slug": "Not a slug"}, 422, "bad_slug"),
        ({"time_zone": "Mars/Olympus"}, 422, "unknown_time_zone"),
        ({"invite_days": 91}, 422, "bad_settings"),
        ({"invite_days": "9"}, 422, "invalid"),
        ({"branding": {"color": "red"}}, 422, "bad_settings"),
        ({"first_manager": {"email": "x", "first_name": "A", "last_name": "B"}}, 422, "bad_address"),
        ({"first_manager": {"email": "a@x.io", "first_name": "", "last_name": "B"}}, 422, "bad_name"),
    ],
)
def test_an_organization_that_makes_no_sense_is_refused(
    operator: Caller, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = operator.post("/v1/operator/organizations", {**NEW, **changed})

    assert (answer.status, answer.json["code"]) == (status, code)
    assert len(operator.get("/v1/operator/organizations").json["items"]) == 1


def test_an_order_grants_once_and_is_answered_each_time(operator: Caller, tenant: Tenant) -> None:
    path, body = f"/v1/operator/organizations/{tenant.id}/licenses", _grant(tenant.product().id)

    first = operator.post(path, body)
    again = operator.post(path, body)
    other = operator.post(path, {**body, "seats": 6})

    assert first.status == 201
    assert again.json == first.json
    assert other.status == 409
    assert other.json["code"] == "order_reused"
    assert operator.get(path).json == {"items": [first.json], "next": None}


def test_seats_are_added_and_free_ones_taken_away(operator: Caller, tenant: Tenant) -> None:
    license_ = tenant.license(seats=5)
    tenant.invite(license_)
    path = f"/v1/operator/organizations/{tenant.id}/licenses/{license_.id}"

    more = operator.post(f"{path}/top-up", {"order_id": "B", "seats": 5})
    fewer = operator.post(f"{path}/shrink", {"order_id": "C", "seats": 9})
    too_few = operator.post(f"{path}/shrink", {"order_id": "D", "seats": 1})
    none = operator.post(f"{path}/top-up", {"order_id": "E", "seats": 0})
    below = operator.post(f"{path}/shrink", {"order_id": "F", "seats": -1})

    assert more.status == 200
    assert more.json["seats"]["total"] == 10
    shrunk = {"total": 1, "assigned": 1, "reserved": None, "sublicensed": 0, "available": 0}
    assert fewer.json["seats"] == shrunk
    assert (too_few.status, too_few.json["code"]) == (409, "seats_in_use")
    assert (none.status, none.json["code"]) == (422, "bad_license")
    assert (below.status, below.json["code"]) == (422, "bad_license")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"product": "none"}, 404, "product_not_found"),
        ({"order_id": ""}, 422, "bad_order"),
        ({"seats": 0}, 422, "bad_license"),
        ({"seats": True}, 422, "invalid"),
        ({"seats": 2.5}, 422, "invalid"),
        ({"valid_until": "2026-01-01"}, 422, "bad_license"),
        ({"valid_from": "soon"}, 422, "bad_date"),
        ({"starts_at": "2027-02-01"}, 422, "bad_license"),
    ],
)
def test_a_license_that_makes_no_sense_is_refused(
    operator: Caller, tenant: Tenant, changed: dict[str, Any], status: int, code: str
) -> None:
    path = f"/v1/operator/organizations/{tenant.id}/licenses"

    answer = operator.post(path, _grant(tenant.product().id, **changed))

    assert (answer.status, answer.json["code"]) == (status, code)
    assert operator.get(path).json["items"] == []


def test_an_unknown_organization_is_not_found(operator: Caller, tenant: Tenant) -> None:
    path = "/v1/operator/organizations/none/licenses"

    assert operator.get(path).status == 404
    assert operator.post(path, _grant(tenant.product().id)).json["code"] == "organization_not_found"
    assert operator.post(f"{path}/none/top-up", {"order_id": "B", "seats": 5}).status == 404


@pytest.mark.parametrize("path", ["products", "organizations", "organizations/any/licenses"])
def test_managers_are_no_operators(manager: Caller, path: str) -> None:
    answer = manager.get(f"/v1/operator/{path}")

    assert answer.status == 403
    assert answer.json["code"] == "forbidden"
