"""Previews of invites over HTTP."""

from __future__ import annotations

from tests.support.api_caller import Caller
from tests.support.codes import client_of, sublicense_of
from tests.support.tenant import Tenant


def test_a_preview_has_the_documented_shape(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license(seats=25)
    tenant.invite(license_, "asked@x.io")
    body = {
        "license": license_.id,
        "emails": "Ann Lee <ann@x.io>, bob@, asked@x.io, bob@",
        "skip_invalid": True,
    }

    answer = manager.post(f"{base}/invites/preview", body)

    assert answer.status == 200
    preview = answer.json
    new, bad, asked, again = preview.pop("results")
    assert asked.pop("invite")["state"] == "pending"
    assert new == {
        "email": "ann@x.io",
        "outcome": "invited",
        "invite": None,
        "reason": None,
        "reason_code": None,
        "suggestion": None,
        "retry_after": None,
        "first_name": "Ann",
        "last_name": "Lee",
        "times": 0,
    }
    assert (asked["outcome"], bad["outcome"], bad["email"]) == ("already_invited", "invalid", "bob@")
    assert (bad["reason_code"], again["outcome"], again["times"]) == ("nothing_after_at_sign", "duplicate", 1)
    assert bad["reason"]
    assert preview == {
        "totals": {"invited": 1, "already": 1, "invalid": 1, "too_many_emails": 0, "duplicates": 1},
        "seats": [
            {
                "license": license_.id,
                "product": {"id": license_.terms.product.id, "name": "Fire safety", "kind": "course"},
                "available": 24,
                "needed": 1,
                "left": 23,
                "missing": 0,
                "starts_at": None,
            }
        ],
        "access_start": None,
        "expires_at": "2027-01-14T09:00:00Z",
        "refusal": None,
    }
    assert manager.get(f"{base}/invites").json["items"][0]["email"] == "asked@x.io"
    assert len(manager.get(f"{base}/invites").json["items"]) == 1


def test_a_refusal_to_come_is_a_problem_within_the_preview(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license(seats=1)

    answer = manager.post(f"{base}/invites/preview", {"license": license_.id, "emails": "a@x.io b@x.io"})

    assert (answer.status, answer.json["refusal"]["code"]) == (200, "no_seats")
    assert answer.json["refusal"]["shortfall"][0]["missing"] == 1
    assert answer.json["refusal"]["next_action"]


def test_a_preview_is_refused_as_inviting_is(
    manager: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    body = {"license": tenant.license().id, "emails": "a@x.io"}

    forbidden = limited.post(f"{base}/invites/preview", body)
    elsewhere = manager.post("/v1/organizations/01KAP3V8Q2M4X7Y9Z1B5C6D8E0/invites/preview", body)
    two = manager.post(f"{base}/invites/preview", {**body, "group": "G"})
    unknown = manager.post(f"{base}/invites/preview", {**body, "license": "nope"})

    assert (forbidden.status, forbidden.json["code"]) == (403, "forbidden")
    assert (elsewhere.status, elsewhere.json["code"]) == (404, "organization_not_found")
    assert (two.status, two.json["code"]) == (422, "two_targets")
    assert (unknown.status, unknown.json["code"]) == (404, "license_not_found")


def test_invites_of_a_client_are_previewed_in_the_client(manager: Caller, base: str, tenant: Tenant) -> None:
    client = client_of(tenant)
    sublicense = sublicense_of(tenant, client, tenant.license(9), seats=3)

    answer = manager.post(
        f"{base}/invites/preview",
        {"client": client.id, "sublicense": sublicense.id, "emails": "a@x.io"},
    )

    assert answer.status == 200
    assert (answer.json["seats"][0]["license"], answer.json["seats"][0]["left"]) == (sublicense.id, 2)
