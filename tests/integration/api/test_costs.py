"""What an operation costs through the API (DESIGN 5): the edge adds no call of its own."""

from __future__ import annotations

from tests.integration.api.conftest import API_KEY
from tests.support.api_caller import Caller
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tenant import Tenant


def test_inviting_one_address(manager: Caller, base: str, tenant: Tenant, count: Count) -> None:
    body = {"license": tenant.license().id, "emails": "a@x.io"}

    with count() as cost:
        answer = manager.post(f"{base}/invites", body)

    assert answer.status == 201
    assert (cost.calls, cost.items) == (3, 5)


def test_inviting_a_hundred_addresses(manager: Caller, base: str, tenant: Tenant, count: Count) -> None:
    body = {"license": tenant.license(seats=100).id, "emails": [f"a{n}@x.io" for n in range(100)]}

    with count() as cost:
        answer = manager.post(f"{base}/invites", body)

    assert answer.status == 201
    transactions = cost.operations.count("TransactWriteItems")
    assert cost.calls == 6
    assert cost.items == 1 + 3 * 100 + transactions


def test_changing_an_invite(manager: Caller, base: str, tenant: Tenant, count: Count, clock: Clock) -> None:
    invite = tenant.invite(tenant.license())
    clock.forward(hours=1)
    path = f"{base}/invites/{invite.id}"

    for method, route, body in (
        ("POST", f"{path}/resend", None),
        ("PATCH", path, {"access_start": "2027-03-01"}),
        ("POST", f"{path}/withdraw", None),
    ):
        with count() as cost:
            answer = manager.call(method, route, body=body)

        assert answer.status == 200
        assert cost.calls <= 3
        assert cost.items <= 5


def test_a_page_of_invites(manager: Caller, base: str, tenant: Tenant, count: Count) -> None:
    tenant.invite(tenant.license())

    with count() as cost:
        answer = manager.get(f"{base}/invites", state="pending")

    assert len(answer.json["items"]) == 1
    assert (cost.calls, cost.items) == (2, 0)


def test_an_entitlement(caller: Caller, tenant: Tenant, count: Count) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))

    with count() as cost:
        answer = caller.sending(x_api_key=API_KEY).get(
            "/v1/entitlements", email="ann@x.io", product=license_.terms.product.id
        )

    assert answer.json["entitled"] is True
    assert (cost.calls, cost.items) == (1, 0)


def test_a_request_refused_at_the_edge_costs_nothing(manager: Caller, base: str, count: Count) -> None:
    with count() as cost:
        manager.post(f"{base}/invites", {"emails": "a@x.io", "colour": "red"})
        manager.post(f"{base}/invites", "{")
        manager.get(f"{base}/invites", limit=0)
        manager.as_(None).get("/v1/me")

    assert cost.calls == 0
