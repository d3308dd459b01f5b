"""The summary for charts, and the text that announces invites."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.clients import create_client
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.licenses import License

NOBODY = {method.value: 0 for method in EnrollmentMethod}
NOTHING: dict[str, Any] = {
    "invited": 0,
    "accepted": 0,
    "declined": 0,
    "withdrawn": 0,
    "expired": 0,
    "enrolled": NOBODY,
}


@pytest.fixture
def license_(tenant: Tenant, clock: Clock, async_workers: AsyncWorkers) -> License:
    """Four invites on Monday; one declined on Tuesday, one accepted on Wednesday, a new seat on Thursday."""
    license_ = tenant.license()
    tenant.invite(license_, "a@x.io")
    declined, accepted, withdrawn = (tenant.invite(license_, f"{name}@x.io") for name in "bcd")
    clock.forward(days=1)
    tenant.decline(declined)
    clock.forward(days=1, hours=1)
    tenant.accept(accepted)
    tenant.withdraw(withdrawn)
    clock.forward(days=1)
    tenant.resend(tenant.invite(license_, "e@x.io"))
    clock.forward(days=20)
    async_workers.sweep()
    async_workers.dispatch()
    return license_


def _days(caller: Caller, base: str, **query: Any) -> dict[str, dict[str, Any]]:
    answer = caller.get(f"{base}/reports/summary", **query)
    assert answer.status == 200, answer.text
    return {day.pop("day"): day for day in answer.json["days"]}


@pytest.mark.usefixtures("license_")
def test_each_day_says_what_came_of_invites_and_the_seats_in_use_at_its_end(
    limited: Caller, base: str
) -> None:
    days = _days(limited, base, **{"from": "2027-01-03"})

    assert list(days)[:6] == [f"2027-01-0{day}" for day in range(3, 9)]
    assert days["2027-01-03"] == {**NOTHING, "seats_used": 0}
    assert days["2027-01-04"] == {**NOTHING, "invited": 4, "seats_used": 4}
    assert days["2027-01-05"] == {**NOTHING, "declined": 1, "seats_used": 3}
    assert days["2027-01-06"] == {
        **NOTHING,
        "accepted": 1,
        "withdrawn": 1,
        "enrolled": {**NOBODY, "invite": 1},
        "seats_used": 2,
    }
    assert days["2027-01-07"] == {**NOTHING, "invited": 1, "seats_used": 3}
    assert days["2027-01-26"] == {**NOTHING, "seats_used": 3}
    assert days["2027-01-27"] == {**NOTHING, "expired": 2, "seats_used": 1}
    assert list(days)[-1] == "2027-01-27"


@pytest.mark.usefixtures("license_")
def test_a_stretch_of_time_counts_what_lies_in_it_and_knows_the_seats_all_the_same(
    manager: Caller, base: str
) -> None:
    assert _days(manager, base, **{"from": "2027-01-05", "to": "2027-01-06"}) == {
        "2027-01-05": {**NOTHING, "declined": 1, "seats_used": 3},
        "2027-01-06": {
            **NOTHING,
            "accepted": 1,
            "withdrawn": 1,
            "enrolled": {**NOBODY, "invite": 1},
            "seats_used": 2,
        },
    }


def test_it_says_how_long_people_took_and_what_each_license_has(
    license_: License, manager: Caller, base: str
) -> None:
    answer = manager.get(f"{base}/reports/summary").json

    assert answer["since"] == "2026-12-28T10:00:01Z"
    assert answer["until"] == "2027-01-27T10:00:01Z"
    assert answer["days_to_acceptance"] == [{"days": 2, "count": 1}]
    (one,) = answer["licenses"]
    assert one["id"] == license_.id
    assert one["seats"] == {"total": 10, "assigned": 1, "reserved": None, "sublicensed": 0, "available": 9}


def test_a_seat_taken_anew_by_resending_one_for_oneself_and_one_released_count(
    license_: License,
    tenant: Tenant,
    manager: Caller,
    operator: Caller,
    base: str,
    async_workers: AsyncWorkers,
) -> None:
    (pending,) = manager.get(f"{base}/invites", email="a@x.io").json["items"]
    manager.post(f"{base}/invites/{pending['id']}/resend")
    manager.post(f"{base}/licenses/{license_.id}/self-assign")
    async_workers.dispatch()
    assert _days(manager, base)["2027-01-27"]["seats_used"] == 3
    ask = {"kind": "release_seat", "message": "x", "email": tenant.full.email, "license": license_.id}
    request = manager.post(f"{base}/support-requests", ask).json["id"]
    operator.post(f"/v1/operator/support-requests/{request}/answer", {"answer": "Yes.", "grant": True})
    async_workers.dispatch()

    days = _days(manager, base)

    assert days["2027-01-27"]["seats_used"] == 2
    assert days["2027-01-26"]["seats_used"] == 3
    assert days["2027-01-03"]["seats_used"] == 0


def test_the_end_of_access_gives_seats_back(
    license_: License, manager: Caller, base: str, clock: Clock, async_workers: AsyncWorkers
) -> None:
    clock.now = license_.terms.valid_until
    async_workers.sweep()
    async_workers.dispatch()

    days = _days(manager, base, **{"from": "2027-12-30"})

    assert {day: of["seats_used"] for day, of in days.items()} == {
        "2027-12-30": 1,
        "2027-12-31": 1,
        "2028-01-01": 0,
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "2027-02-01"}, "bad_window"),
        ({"from": "2025-01-01", "to": "2025-02-01"}, "bad_window"),
        ({"from": "soon"}, "bad_date"),
    ],
)
def test_a_stretch_of_time_that_makes_no_sense_is_refused(
    manager: Caller, base: str, query: dict[str, str], code: str
) -> None:
    refused = manager.get(f"{base}/reports/summary", **query)

    assert (refused.status, refused.json["code"]) == (422, code)


@pytest.mark.usefixtures("license_")
def test_a_summary_of_too_many_events_is_refused_and_says_what_to_choose(
    manager: Caller, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.reports.MOST_EVENTS", 3)

    refused = manager.get(f"{base}/reports/summary", **{"from": "2027-01-03", "state": "pending"})

    assert (refused.status, refused.json["code"]) == (422, "summary_too_large")
    assert [one["field"] for one in refused.json["errors"]] == ["from"]
    assert "shorter" in refused.json["next_action"]
    assert manager.get(f"{base}/reports/summary", **{"from": "2027-01-03"}).status == 200


def test_a_text_announces_the_invites_in_the_organizations_name(
    limited: Caller, caller: Caller, base: str, tenant: Tenant
) -> None:
    answer = limited.get(f"{base}/announcement")

    assert answer.status == 200
    assert answer.json["subject"] == "Your invitation to training from Acme"
    assert "in the name of Acme" in answer.json["text"]
    assert "within 10 days" in answer.json["text"]
    assert caller.as_(tenant.operator).get(f"{base}/announcement").status == 404


@pytest.mark.usefixtures("license_")
def test_it_is_filtered_by_license_and_group(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    aid = tenant.license(product=tenant.product(name="First aid"))
    tenant.invite(aid, "f@x.io")
    nurses = manager.post(f"{base}/groups", {"name": "Nurses"}).json["id"]
    assert manager.post(f"{base}/invites", {"groups": [nurses], "emails": "g@x.io"}).status == 201
    manager.post(f"{base}/licenses/{aid.id}/self-assign")
    async_workers.dispatch()
    day = "2027-01-27"

    every = _days(manager, base)[day]
    of_aid = _days(manager, base, license=aid.id)[day]
    of_nurses = _days(manager, base, group=nurses)[day]
    of_both = _days(manager, base, group=nurses, license=aid.id)[day]

    assert (every["invited"], every["enrolled"]["self_assignment"]) == (2, 1)
    assert (of_aid["invited"], of_aid["enrolled"]["self_assignment"], of_aid["seats_used"]) == (1, 1, 2)
    assert (of_nurses["invited"], of_nurses["enrolled"]["self_assignment"]) == (1, 0)
    assert of_nurses["seats_used"] == every["seats_used"]
    assert (of_both["invited"], of_both["enrolled"]["self_assignment"]) == (0, 0)
    answer = manager.get(f"{base}/reports/summary", license=aid.id).json
    assert [one["id"] for one in answer["licenses"]] == [aid.id]
    assert [one["license"] for one in answer["seats_used"]] == [aid.id]


def test_a_providers_manager_reads_the_summary_of_a_client(
    manager: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    branch = create_client(tenant, manager="boss@branch.example")

    of_client = manager.get(f"{base}/reports/summary", client=branch.id)

    assert of_client.status == 200
    assert of_client.json["licenses"] == []
    assert sum(day["invited"] for day in of_client.json["days"]) == 0
    assert [one["id"] for one in manager.get(f"{base}/reports/summary").json["licenses"]] == [license_.id]
