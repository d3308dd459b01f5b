"""Figures over HTTP: the overview, the counts beside lists, and clients at a glance."""

from __future__ import annotations

import pytest

from tests.integration.api.test_clients import carve, create
from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.join_pages import approve, join, set_page
from tests.support.tenant import Tenant, create_tenant
from usher.domain.enrollment.join_pages import WhenFull
from usher.services.outbox.sweep import Sweep
from usher.store import requests

NO_INVITES = {
    "pending": 0,
    "expiring_soon": 0,
    "expired": 0,
    "bounced": 0,
    "accepted": 0,
    "declined": 0,
    "withdrawn": 0,
}


def test_an_organization_to_which_nothing_happened_is_all_zeros(manager: Caller, base: str) -> None:
    assert manager.get(f"{base}/overview").json == {
        "seats": [],
        "invites": NO_INVITES,
        "learners": 0,
        "open_requests": {"seats": 0, "support": 0},
        "join_requests": {"pending": 0, "waiting": 0},
        "imports_running": 0,
        "last_activity": None,
        "as_of": None,
    }


def test_the_overview_shows_an_organization_at_a_glance(
    manager: Caller,
    limited: Caller,
    base: str,
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
) -> None:
    license_ = tenant.license(10)
    tenant.invite(license_, "old@x.io")
    clock.forward(days=11)
    Sweep(tenant.context).sweep()
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    tenant.invite(license_, "bob@x.io")
    manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 5, "message": "More!"})
    manager.post(f"{base}/support-requests", {"kind": "other", "message": "How?"})
    async_workers.dispatch()

    overview = limited.get(f"{base}/overview").json
    assert overview["seats"] == manager.get(f"{base}/licenses").json["items"]
    (held,) = (one["seats"] for one in overview["seats"])
    assert (held["assigned"], held["reserved"]) == (2, 1)
    assert overview["invites"] == {**NO_INVITES, "pending": 1, "expired": 1, "accepted": 1}
    assert overview["learners"] == 1
    assert overview["open_requests"] == {"seats": 1, "support": 1}
    assert overview["last_activity"] == overview["as_of"] == "2027-01-15T09:00:00Z"


def test_the_overview_costs_three_calls(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers, count: Count
) -> None:
    license_ = tenant.license(60)
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(60)])
    async_workers.dispatch()
    with count() as cost:
        manager.get(f"{base}/overview")

    assert cost.calls == 3


PATHS: list[tuple[str, dict[str, str]]] = [
    ("overview", {}),
    ("invites", {"counts": "true"}),
    ("clients", {}),
]


@pytest.mark.parametrize(("path", "query"), PATHS)
def test_another_organizations_figures_are_not_found(
    manager: Caller, tenant: Tenant, path: str, query: dict[str, str]
) -> None:
    other = create_tenant(tenant.context, slug="other")
    answer = manager.get(f"/v1/organizations/{other.id}/{path}", **query)

    assert (answer.status, answer.json["code"]) == (404, "organization_not_found")


@pytest.mark.parametrize(("path", "query"), PATHS)
@pytest.mark.parametrize(("scope", "status"), [("read", 200), ("invite", 403)])
def test_a_program_reads_figures_with_a_key_that_may_read(
    manager: Caller, base: str, path: str, query: dict[str, str], scope: str, status: int
) -> None:
    key = manager.post(f"{base}/api-keys", {"name": "Board", "scopes": [scope]}).json["key"]

    assert manager.with_key(key).get(f"{base}/{path}", **query).status == status


def test_invites_are_counted_beside_their_list_whatever_its_filters(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers, count: Count
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    tenant.withdraw(tenant.invite(license_, "bob@x.io"))
    tenant.invite(license_, "cid@x.io")
    async_workers.dispatch()
    with count() as plain:
        without = manager.get(f"{base}/invites", state="declined").json
    with count() as counted:
        page = manager.get(f"{base}/invites", state="declined", counts="true").json
    merged = manager.get(f"{base}/invites", counts="true", limit=1).json

    assert "counts" not in without
    assert page["items"] == []
    assert page["counts"] == {**NO_INVITES, "pending": 1, "accepted": 1, "withdrawn": 1}
    assert merged["counts"] == page["counts"]
    assert counted.calls == plain.calls == 2, "the figures are read with the caller's membership"


def test_requests_are_counted_beside_their_lists(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    at, asked = f"{base}/licenses/{tenant.license().id}/seat-requests", {"seats": 5, "message": "More!"}
    first, second, _ = (manager.post(at, asked).json["id"] for _ in range(3))
    operator.post(f"/v1/operator/seat-requests/{first}/approve", {})
    manager.post(f"{base}/seat-requests/{second}/withdraw")
    filed = manager.post(f"{base}/support-requests", {"kind": "other", "message": "How?"}).json["id"]
    manager.post(f"{base}/support-requests", {"kind": "other", "message": "Why?"})
    operator.post(f"/v1/operator/support-requests/{filed}/answer", {"answer": "So.", "grant": False})
    async_workers.dispatch()

    seats = manager.get(f"{base}/seat-requests", counts="true").json
    support = manager.get(f"{base}/support-requests", counts="true").json
    assert seats["counts"] == {"open": 1, "approved": 1, "refused": 0, "withdrawn": 1}
    assert support["counts"] == {"open": 1, "answered": 1, "withdrawn": 0}
    assert "counts" not in manager.get(f"{base}/seat-requests").json
    assert "counts" not in manager.get(f"{base}/support-requests").json


def test_operators_count_and_filter_the_requests_of_all_organizations(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, count: Count
) -> None:
    other = create_tenant(tenant.context, slug="other")
    at = [(manager, f"{base}/licenses/{tenant.license().id}"), (manager.as_(other.full), "")]
    at[1] = (at[1][0], f"/v1/organizations/{other.id}/licenses/{other.license().id}")
    first, second, third = (
        who.post(f"{path}/seat-requests", {"seats": 5}).json["id"] for who, path in (*at, at[0])
    )
    wanted = "/v1/operator/seat-requests"
    operator.post(f"{wanted}/{first}/approve", {})

    with count() as cost:
        page = operator.get(wanted, counts="true", limit=1).json
    both = operator.get(wanted, state="approved,open").json
    paged = [one["id"] for one in operator.get(wanted, state="open,approved", limit=2).json["items"]]

    assert page["counts"] == {"open": 2, "approved": 1, "refused": 0, "withdrawn": 0}
    assert [one["id"] for one in both["items"]] == [first, second, third]
    assert paged == [first, second]
    assert [one["id"] for one in operator.get(wanted).json["items"]] == [second, third]
    assert "counts" not in both
    assert cost.operations.count("Query") == 5, "the page, and each of the four states"
    support = operator.get("/v1/operator/support-requests", counts="true").json
    assert support["counts"] == {"open": 0, "answered": 0, "withdrawn": 0}


def test_requests_of_all_organizations_are_counted_so_far_and_no_further(
    operator: Caller, manager: Caller, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        asked = {"kind": "other", "message": f"Help {number}"}
        assert manager.post(f"{base}/support-requests", asked).status == 201
    monkeypatch.setattr(requests, "MOST_COUNTED", 2)

    page = operator.get("/v1/operator/support-requests", counts="true").json

    assert page["counts"] == {"open": 2, "answered": 0, "withdrawn": 0}
    assert len(page["items"]) == 3


def test_requests_to_join_are_counted_beside_their_list(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    set_page(tenant, tenant.license(1), approval=True, when_full=WhenFull.WAITING_LIST)
    for email in ("ann@x.io", "bob@x.io", "cid@x.io"):
        join(tenant, email)
    approve(tenant, "ann@x.io")
    approve(tenant, "bob@x.io")
    async_workers.dispatch()

    counts = {"pending": 1, "waiting": 1, "admitted": 1, "refused": 0}
    assert manager.get(f"{base}/join-requests", counts="true").json["counts"] == counts
    of_one = manager.get(f"{base}/join-requests", counts="true", email="cid@x.io").json
    assert of_one["counts"] == counts
    assert "counts" not in manager.get(f"{base}/join-requests").json
    assert manager.get(f"{base}/overview").json["join_requests"] == {"pending": 1, "waiting": 1}


def test_imports_are_counted_beside_their_list(
    manager: Caller, base: str, async_workers: AsyncWorkers
) -> None:
    created = [manager.post(f"{base}/imports", {"file_name": f"{n}.csv"}).json["id"] for n in range(3)]
    manager.post(f"{base}/imports/{created[0]}/cancel")
    async_workers.dispatch()

    counts = manager.get(f"{base}/imports", counts="true").json["counts"]
    assert counts["awaiting_file"] == 2
    assert counts["canceled"] == 1
    assert manager.get(f"{base}/overview").json["imports_running"] == 0


def test_clients_show_their_seats_learners_and_last_activity(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count
) -> None:
    license_ = tenant.license(10)
    client = create(manager, base)["id"]
    quiet = create(manager, base, slug="quiet", first_manager=None)["id"]
    sublicense = carve(manager, base, client, license_.id, 4)["id"]
    async_workers.dispatch()
    clock.forward(hours=1)
    at = f"/v1/organizations/{client}"
    manager.post(f"{at}/invites", {"license": sublicense, "emails": "ann@x.io"})
    async_workers.dispatch()
    with count() as cost:
        first, second = manager.get(f"{base}/clients").json["items"]
    read = manager.get(f"{base}/clients/{client}").json

    assert first["id"] == client
    assert first["seats"] == {"total": 4, "assigned": 1, "available": 3}
    assert first["learners"] == 0
    assert first["last_activity"] == "2027-01-04T10:00:00Z"
    assert second["id"] == quiet
    assert second["seats"] == {"total": 0, "assigned": 0, "available": 0}
    assert second["last_activity"] == "2027-01-04T09:00:00Z", "it was created"
    assert read == first
    assert cost.calls == 3, "the membership, the clients, and all their figures"
