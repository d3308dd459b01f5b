"""Operators give a license a later end over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.clock import Clock
from tests.support.tenant import Tenant, create_tenant
from usher.domain.licenses import License

LATER = {"order_id": "order-E", "valid_until": "2029-01-01"}


@pytest.fixture
def held(tenant: Tenant) -> License:
    return tenant.license()


def path(license_: License, organization: str | None = None) -> str:
    return f"/v1/operator/organizations/{organization or license_.terms.organization}/licenses/{license_.id}"


def test_a_license_is_extended_once_for_an_order(operator: Caller, held: License) -> None:
    listed = path(held).rpartition("/")[0]
    (before,) = operator.get(listed).json["items"]

    first = operator.patch(path(held), LATER)
    again = operator.patch(path(held), LATER)
    reused = operator.patch(path(held), {**LATER, "valid_until": "2030-01-01"})

    assert (first.status, again.status) == (200, 200)
    assert first.json == again.json == {**before, "valid_until": "2028-12-31T23:00:00Z"}
    assert operator.get(listed).json["items"] == [first.json]
    assert (reused.status, reused.json["code"]) == (409, "order_reused")


def test_its_managers_see_the_new_end_and_the_event(
    operator: Caller, manager: Caller, tenant: Tenant, held: License
) -> None:
    operator.patch(path(held), LATER)

    seen = manager.get(f"/v1/organizations/{tenant.id}/licenses/{held.id}")
    events = manager.get(f"/v1/organizations/{tenant.id}/events", type="license.extended").json["items"]

    assert seen.json["valid_until"] == "2028-12-31T23:00:00Z"
    assert [one["data"]["valid_until"] for one in events] == ["2028-12-31T23:00:00Z"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**LATER, "valid_until": "2027-12-31"}, 409, "not_an_extension"),
        ({**LATER, "valid_until": "2028-01-01"}, 409, "not_an_extension"),
        ({**LATER, "valid_until": "next year"}, 422, "bad_date"),
        ({**LATER, "order_id": ""}, 422, "bad_order"),
        ({**LATER, "valid_from": "2026-01-01"}, 422, "invalid"),
        ({"valid_until": "2029-01-01"}, 422, "invalid"),
        ({"order_id": "order-E"}, 422, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused_and_says_what_to_do(
    operator: Caller, held: License, body: dict[str, Any], status: int, code: str
) -> None:
    answer = operator.patch(path(held), body)

    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["next_action"]


def test_a_license_that_is_about_to_end_is_granted_anew(
    operator: Caller, held: License, clock: Clock
) -> None:
    clock.now = datetime(2027, 12, 31, 22, 30, tzinfo=UTC)

    answer = operator.patch(path(held), LATER)

    assert (answer.status, answer.json["code"]) == (409, "license_ending")
    assert answer.json["next_action"] == "Grant a new license of the same product."


def test_nobody_else_may_and_another_organizations_license_is_not_found(
    operator: Caller, manager: Caller, caller: Caller, tenant: Tenant, held: License
) -> None:
    other = create_tenant(tenant.context, slug="other")

    assert manager.patch(path(held), LATER).status == 403
    assert caller.patch(path(held), LATER).status == 401
    elsewhere = operator.patch(path(held, other.id), LATER)
    assert (elsewhere.status, elsewhere.json["code"]) == (404, "license_not_found")
