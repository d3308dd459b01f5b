"""The activity report and the summary of people who came without an invite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, redeem, sublicense_of
from tests.support.groups import add, group_of
from tests.support.groups import join as join_group
from tests.support.join_pages import approve, join, set_page
from tests.support.tenant import Tenant
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.licenses import License
from usher.domain.organizations import Organization
from usher.services.operator_commands import OperatorCommands
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment

DAY = "2027-01-04"


@pytest.fixture
def fire(tenant: Tenant, clock: Clock, async_workers: AsyncWorkers) -> License:
    """A license whose seats went in every way, a minute apart."""
    fire, other = tenant.license(6), tenant.license(product=tenant.product(name="First aid"))
    tenant.accept(tenant.invite(fire, "invited@x.io"))
    clock.forward(minutes=1)
    redeem(tenant, code_of(tenant, fire), "coded@x.io")
    clock.forward(minutes=1)
    set_page(tenant, fire)
    join(tenant, "joined@x.io")
    clock.forward(minutes=1)
    set_page(tenant, fire, approval=True)
    join(tenant, "approved@x.io")
    approve(tenant, "approved@x.io")
    clock.forward(minutes=1)
    nurses = group_of(tenant, other, name="Nurses")
    join_group(tenant, nurses, "nurse@x.io")
    clock.forward(minutes=1)
    add(tenant, nurses, fire)
    clock.forward(minutes=1)
    SelfAssignment(tenant.context).assign(
        person=tenant.full, organization=tenant.id, license_id=fire.id, receipt=Receipt()
    )
    set_page(tenant, fire, when_full=WhenFull.WAITING_LIST)
    join(tenant, "waited@x.io")
    clock.forward(minutes=1)
    OperatorCommands(tenant.context).resize_license(
        person=tenant.operator, organization=tenant.id, license_id=fire.id, order_id="more", seats=4
    )
    async_workers.settle()
    return fire


def _rows(caller: Caller, base: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = caller.get(f"{base}/reports/activity", **query)
        assert page.status == 200, page.text
        assert len(page.json["items"]) <= query.get("limit", 50)
        found += page.json["items"]
        if page.json["next"] is None:
            return found
        query["cursor"] = page.json["next"]


def _names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["email"].partition("@")[0] for row in rows]


def test_everybody_with_a_seat_has_a_row_that_says_how_they_came(
    limited: Caller, base: str, fire: License, tenant: Tenant
) -> None:
    rows = _rows(limited, base, license=fire.id)

    assert [(row["email"], row["method"], row["source"], row["enrolled_by"]) for row in rows] == [
        ("waited@x.io", "join_page", "", "system"),
        (tenant.full.email, "self_assignment", "", tenant.full.email),
        ("nurse@x.io", "group", "", tenant.full.email),
        ("approved@x.io", "join_page", "", tenant.full.email),
        ("joined@x.io", "join_page", "acme-academy", "joined@x.io"),
        ("coded@x.io", "code", "WELCOME-2027", "coded@x.io"),
        ("invited@x.io", "invite", "", "invited@x.io"),
    ]
    (license_,) = (one for one in limited.get(f"{base}/licenses").json["items"] if one["id"] == fire.id)
    assert len(rows) == license_["seats"]["assigned"]
    assert {row["access"] for row in rows} == {"active"}


def test_a_row_of_somebody_without_an_invite_has_what_people_read_beside_the_ids(
    manager: Caller, base: str, fire: License, id_of: Callable[[str], str]
) -> None:
    (row,) = _rows(manager, base, method="code")

    assert row["event"] is not None
    assert {name: value for name, value in row.items() if value is not None and name != "event"} == {
        "method": "code",
        "source": "WELCOME-2027",
        "person": id_of("coded@x.io"),
        "email": "coded@x.io",
        "first_name": "Ann",
        "last_name": "Lee",
        "client": "",
        "product": "Fire safety",
        "group": "",
        "license": fire.id,
        "license_from": "2026-12-31T23:00:00Z",
        "license_until": "2027-12-31T23:00:00Z",
        "enrolled_at": "2027-01-04T09:01:00Z",
        "enrolled_by": "coded@x.io",
        "enrolled_by_name": "Ann Lee",
        "access": "active",
        "access_start": "2027-01-04T09:01:00Z",
    }


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_it_is_filtered_by_method_group_license_and_date(
    manager: Caller, base: str, fire: License, limit: int
) -> None:
    def names(**query: Any) -> list[str]:
        return _names(_rows(manager, base, limit=limit, **query))

    nurses = manager.get(f"{base}/groups").json["items"][0]["id"]
    assert names(method="join_page") == ["waited", "approved", "joined"]
    assert names(method="self_assignment") == ["manager"]
    assert names(method="single_sign_on") == []
    assert names(method="invite") == ["nurse", "invited"]
    assert names(group=nurses) == ["nurse", "nurse"]
    assert names(group=nurses, license=fire.id) == ["nurse"]
    window = {"from": "2027-01-04T09:01:00Z", "to": "2027-01-04T09:03:00Z"}
    assert names(**window) == ["joined", "coded"]
    assert names(**{"from": "2027-01-05"}) == []
    assert len(names()) == 8


@pytest.mark.parametrize("limit", [1, 3, 4])
def test_the_members_of_a_group_are_cut_into_pages_like_all_else(
    manager: Caller, base: str, tenant: Tenant, count: Count, limit: int
) -> None:
    group = group_of(tenant)
    people = [f"a{n}@x.io" for n in range(7)]
    join_group(tenant, group, *people)
    fire, aid = tenant.license(), tenant.license()
    for license_ in (fire, aid):
        add(tenant, group, license_)

    rows = _rows(manager, base, method="group", limit=limit)
    with count() as cost:
        manager.get(f"{base}/reports/activity", method="group", limit=limit)

    assert [row["license"] for row in rows] == [aid.id] * 7 + [fire.id] * 7
    assert sorted(row["email"] for row in rows) == sorted(people * 2)
    assert sorted(cost.operations) == ["BatchGetItem"] * 2 + ["Query"] * 2
    invited = _rows(manager, base, method="invite", limit=limit)
    assert {(row["license"], row["group"], row["state"]) for row in invited} == {
        (None, "Night shift", "accepted")
    }
    assert len(invited) == 7


def test_a_seat_that_was_given_back_and_taken_anew_is_told_by_the_newer_row(
    tenant: Tenant, manager: Caller, operator: Caller, base: str, clock: Clock
) -> None:
    license_ = tenant.license()
    redeem(tenant, code_of(tenant, license_), "ann@x.io")
    ask = {"kind": "release_seat", "message": "x", "email": "ann@x.io", "license": license_.id}
    request = manager.post(f"{base}/support-requests", ask).json["id"]
    operator.post(f"/v1/operator/support-requests/{request}/answer", {"answer": "Yes.", "grant": True})
    (released,) = _rows(manager, base)
    clock.forward(days=1)
    redeem(tenant, code_of(tenant, license_, text="AGAIN-2027"), "ann@x.io")

    newer, older = _rows(manager, base)

    assert (released["access"], released["access_ended_at"]) == ("released", "2027-01-04T09:00:00Z")
    assert (newer["source"], newer["access"]) == ("AGAIN-2027", "active")
    assert (older["access"], older["access_start"], older["license_from"]) == (
        None, None, "2026-12-31T23:00:00Z",
    )  # fmt: skip


def test_a_client_is_named(manager: Caller, base: str, tenant: Tenant) -> None:
    client: Organization = client_of(tenant)
    license_ = sublicense_of(tenant, client, tenant.license(), 2)
    redeem_path = f"/v1/organizations/{client.id}/codes"
    made = manager.post(redeem_path, {"kind": "registration", "license": license_.id, "code": "HARBOR-27"})
    assert made.status == 201, made.text
    redeem(tenant, "HARBOR-27", "coded@x.io", organization=client.id)

    (row,) = _rows(manager, base, client=client.id)
    answer = manager.get(f"{base}/reports/activity", client=client.id, format="csv")

    assert (row["client"], row["email"]) == ("Harbor", "coded@x.io")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="harbor-activity-{DAY}.csv"'
    assert _rows(manager, base) == []


@pytest.mark.usefixtures("fire")
def test_the_summary_counts_everybody_by_how_they_came(manager: Caller, base: str) -> None:
    day = manager.get(f"{base}/reports/summary", **{"from": DAY}).json["days"][0]

    assert day["enrolled"] == {
        "invite": 2,
        "code": 1,
        "join_page": 3,
        "single_sign_on": 0,
        "group": 1,
        "assignment": 0,
        "self_assignment": 1,
    }
    assert (day["accepted"], day["seats_used"]) == (2, 8)


def test_the_summary_has_the_seats_of_each_license_over_time(
    manager: Caller,
    base: str,
    fire: License,
    tenant: Tenant,
    clock: Clock,
    async_workers: AsyncWorkers,
) -> None:
    clock.forward(days=1)
    tenant.invite(fire, "later@x.io")
    async_workers.dispatch()

    summary = manager.get(f"{base}/reports/summary", **{"from": "2027-01-03"}).json

    assert [day["day"] for day in summary["days"]] == ["2027-01-03", DAY, "2027-01-05"]
    used = {one["license"]: (one["product"], one["seats"]) for one in summary["seats_used"]}
    assert used.pop(fire.id) == ("Fire safety", [0, 7, 8])
    assert list(used.values()) == [("First aid", [0, 1, 1])]
    assert [day["seats_used"] for day in summary["days"]] == [0, 8, 9]


def test_learners_put_into_a_group_or_given_a_license_by_hand_have_rows(
    manager: Caller, base: str, tenant: Tenant, clock: Clock, async_workers: AsyncWorkers
) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    fire, aid = tenant.license(), tenant.license(product=tenant.product(name="First aid"))
    group, empty = group_of(tenant, fire, name="Nurses"), group_of(tenant, name="Choir")
    clock.forward(minutes=1)
    manager.post(f"{base}/licenses/{aid.id}/assign", {"emails": "ann@x.io"})
    for one in (group, empty):
        clock.forward(minutes=1)
        manager.post(f"{base}/groups/{one.id}/members", {"emails": "ann@x.io"})

    async_workers.dispatch()

    rows = _rows(manager, base)[:3]
    day = manager.get(f"{base}/reports/summary", **{"from": DAY}).json["days"][0]

    assert [(row["method"], row["group"], row["license"]) for row in rows] == [
        ("group", "Choir", None),
        ("group", "Nurses", fire.id),
        ("assignment", "", aid.id),
    ]
    assert {row["enrolled_by"] for row in rows} == {tenant.full.email}
    assert (day["enrolled"]["group"], day["enrolled"]["assignment"]) == (2, 1)
