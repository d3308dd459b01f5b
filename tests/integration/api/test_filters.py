"""Filters of lists and reports that take several values, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, redeem, sublicense_of
from tests.support.csv_files import csv_rows
from tests.support.imports import ImportDriver, csv_of
from tests.support.join_pages import join, set_page
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import CodeKind


def listed(caller: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    """Read a list page by page, which are full but where a filter cut them short."""
    found: list[dict[str, Any]] = []
    while True:
        answer = caller.get(path, **query)
        assert answer.status == 200, answer.text
        found += answer.json["items"]
        if answer.json["next"] is None:
            return found
        query["cursor"] = answer.json["next"]


def test_events_of_several_types_are_listed_in_the_whole_log_and_in_a_trail(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    accepted, withdrawn = (tenant.invite(license_, f"{name}@x.io") for name in "ab")
    clock.forward(seconds=1)
    tenant.accept(accepted)
    clock.forward(seconds=1)
    tenant.withdraw(withdrawn)

    def types(**query: Any) -> list[str]:
        return [one["type"] for one in listed(manager, f"{base}/events", **query)]

    assert types(type="invite.accepted,invite.withdrawn") == ["invite.withdrawn", "invite.accepted"]
    assert types(type=["invite.accepted", "invite.withdrawn"], limit=1) == [
        "invite.withdrawn",
        "invite.accepted",
    ]
    assert types(type="invite.accepted,invite.withdrawn,invites.created", invite=accepted.id) == []


def test_codes_of_several_kinds_are_listed_exported_and_downloaded(
    manager: Caller, caller: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license()
    code_of(tenant, license_, text="OPEN-2027")
    code_of(tenant, license_, kind=CodeKind.REDEMPTION, text="ONCE-2027")
    both = {"OPEN-2027", "ONCE-2027"}

    def codes(**query: Any) -> set[str]:
        return {one["code"] for one in listed(manager, f"{base}/codes", **query)}

    def exported(**query: Any) -> set[str]:
        rows = csv_rows(manager.get(f"{base}/codes/export", **query).content.decode())
        return {row["code"] for row in rows}

    assert codes(kind="registration,redemption") == codes() == both
    assert codes(kind="registration,redemption", q="op") == {"OPEN-2027"}
    assert codes(kind="redemption") == {"ONCE-2027"}
    assert exported(kind="registration,redemption") == both
    assert exported(kind="redemption", state="active") == exported(q="once") == {"ONCE-2027"}
    assert exported(state="disabled,ended") == set()
    link = manager.post(f"{base}/downloads", {"what": "codes", "kind": ["registration", "redemption"]})
    file = caller.get(link.json["url"].removeprefix("https://usher.example"))
    assert {row["code"] for row in csv_rows(file.content.decode())} == both


def test_the_activity_report_has_those_who_came_by_one_of_several_methods(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    tenant.invite(license_, "invited@x.io")
    clock.forward(minutes=1)
    redeem(tenant, code_of(tenant, license_), "coded@x.io")
    clock.forward(minutes=1)
    set_page(tenant, license_)
    join(tenant, "joined@x.io")

    def emails(**query: Any) -> list[str]:
        return [one["email"] for one in listed(manager, f"{base}/reports/activity", **query)]

    assert emails(method="code,join_page") == ["joined@x.io", "coded@x.io"]
    assert emails(method="code,invite", limit=1) == ["coded@x.io", "invited@x.io"]
    assert emails(method="invite") == ["invited@x.io"]
    as_csv = manager.get(f"{base}/reports/activity", method="code,invite", format="csv")
    assert [row["email"] for row in csv_rows(as_csv.content.decode())] == ["coded@x.io", "invited@x.io"]


def test_a_webhooks_deliveries_are_listed_by_several_states(manager: Caller, base: str) -> None:
    hook = manager.post(f"{base}/webhooks", {"url": "https://hooks.acme.example/"}).json["id"]
    assert manager.post(f"{base}/webhooks/{hook}/test").status == 201
    deliveries = f"{base}/webhooks/{hook}/deliveries"

    assert len(listed(manager, deliveries, state="pending,failed")) == 1
    assert listed(manager, deliveries, state="delivered,failed") == []


def summed(caller: Caller, base: str, **query: Any) -> dict[str, int]:
    """Return what the days of a summary come to."""
    answer = caller.get(f"{base}/reports/summary", **query)
    assert answer.status == 200, answer.text
    days = answer.json["days"]
    names = ("invited", "accepted", "declined", "withdrawn", "expired")
    people = {method: sum(day["enrolled"][method] for day in days) for method in ("invite", "code")}
    return {name: sum(day[name] for day in days) for name in names} | {
        "by_invite": people["invite"],
        "by_code": people["code"],
        "seats": days[-1]["seats_used"],
    }


def test_the_summary_is_filtered_by_several_licenses_and_groups(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    fire, aid, other = (
        tenant.license(product=tenant.product(name=name)) for name in ("Fire", "Aid", "Other")
    )
    for license_ in (fire, aid, other):
        tenant.invite(license_, f"{license_.id.lower()}@x.io")
    groups = [
        manager.post(f"{base}/groups", {"name": name}).json["id"] for name in ("Nurses", "Cooks", "Night")
    ]
    for group in groups:
        assert (
            manager.post(f"{base}/invites", {"group": group, "emails": f"{group.lower()}@x.io"}).status == 201
        )
    async_workers.dispatch()

    of_two = manager.get(f"{base}/reports/summary", license=f"{fire.id},{aid.id}").json

    assert [one["id"] for one in of_two["licenses"]] == [fire.id, aid.id]
    assert summed(manager, base, license=f"{fire.id},{aid.id}")["invited"] == 2
    assert summed(manager, base, group=",".join(groups[:2]))["invited"] == 2
    assert summed(manager, base)["invited"] == 6
    for name in ("license", "group"):
        refused = manager.get(f"{base}/reports/summary", **{name: f"{fire.id},unknown"})
        assert (refused.status, [one["field"] for one in refused.json["errors"]]) == (404, [name])


def test_the_summary_of_invites_in_some_states_has_what_became_of_them_by_now(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    accepted, declined, withdrawn, _ = (tenant.invite(license_, f"{name}@x.io") for name in "abcd")
    redeem(tenant, code_of(tenant, license_), "coded@x.io")
    clock.forward(days=1)
    tenant.decline(declined)
    tenant.withdraw(withdrawn)
    tenant.accept(accepted)
    of_first_day = {"from": "2027-01-04", "to": "2027-01-04"}

    assert summed(manager, base, state="accepted")["invited"] == 1
    assert summed(manager, base, state="accepted,declined", **of_first_day)["invited"] == 2
    both = summed(manager, base, state="accepted,declined")
    assert both == {
        "invited": 2,
        "accepted": 1,
        "declined": 1,
        "withdrawn": 0,
        "expired": 0,
        "by_invite": 1,
        "by_code": 0,
        "seats": 3,
    }
    assert summed(manager, base, state="pending") | {"seats": 0} == {**dict.fromkeys(both, 0), "invited": 1}
    waits = manager.get(f"{base}/reports/summary", state="declined").json["days_to_acceptance"]
    assert waits == []


def test_an_expired_invite_counts_as_pending_in_the_summary_as_in_the_report(
    manager: Caller, base: str, tenant: Tenant, clock: Clock, async_workers: AsyncWorkers
) -> None:
    tenant.invite(tenant.license(), "late@x.io")
    clock.forward(days=30)
    async_workers.sweep()

    assert summed(manager, base, state="pending", **{"from": "2027-01-25"})["expired"] == 1
    assert summed(manager, base, state="accepted,declined,withdrawn")["expired"] == 0
    assert [one["email"] for one in listed(manager, f"{base}/reports/activity", state="pending")] == [
        "late@x.io"
    ]


def test_the_summary_of_several_clients_has_them_together(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license(20)
    tenant.invite(license_, "own@x.io")
    north, south = (client_of(tenant, slug) for slug in ("north", "south"))
    for client in (north, south):
        lent = sublicense_of(tenant, client, license_, 5)
        new = {"client": client.id, "sublicense": lent.id, "emails": "staff@x.io"}
        assert manager.post(f"{base}/invites", new).status == 201
    async_workers.dispatch()

    both = manager.get(f"{base}/reports/summary", client=f"{north.id},{south.id}")

    assert both.status == 200
    assert len(both.json["licenses"]) == len(both.json["seats_used"]) == 2
    assert sum(day["invited"] for day in both.json["days"]) == 2
    assert summed(manager, base, client=north.id)["invited"] == 1
    of_one = manager.get(f"{base}/reports/summary", client=[north.id, south.id], license=lent.id).json
    assert [one["id"] for one in of_one["licenses"]] == [lent.id]
    assert sum(day["invited"] for day in of_one["days"]) == 1
    refused = manager.get(f"{base}/reports/summary", client=f"{north.id},{tenant.id}")
    assert (refused.status, [one["field"] for one in refused.json["errors"]]) == (404, ["client"])
    unknown = manager.get(f"{base}/reports/summary", client=north.id, license=license_.id)
    assert (unknown.status, unknown.json["code"]) == (404, "license_not_found")


def test_an_organizations_own_requests_are_listed_by_state(
    manager: Caller, operator: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license()

    def seats(number: int) -> str:
        asked = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": number})
        return str(asked.json["id"])

    answered, taken_back, left = seats(1), seats(2), seats(3)
    operator.post(f"/v1/operator/seat-requests/{answered}/refuse", {"reason": "No."})
    manager.post(f"{base}/seat-requests/{taken_back}/withdraw")
    help_ = manager.post(f"{base}/support-requests", {"kind": "other", "message": "Help"}).json["id"]

    def found(kind: str, **query: Any) -> list[str]:
        return [one["id"] for one in listed(manager, f"{base}/{kind}", **query)]

    assert found("seat-requests") == [left, taken_back, answered]
    assert found("seat-requests", state="open") == [left]
    assert found("seat-requests", state="refused,withdrawn", limit=1) == [taken_back, answered]
    assert found("support-requests", state="open,answered") == [help_]
    assert found("support-requests", state="withdrawn") == []


def test_imports_are_listed_by_state_found_by_their_files_name_and_sorted(
    manager: Caller, base: str, imports: ImportDriver, clock: Clock
) -> None:
    path = f"{base}/imports"
    for name in ("Staff 2026.csv", "Équipe.csv", "staff 2027.csv"):
        assert manager.post(path, {"file_name": name}).status == 201
        clock.forward(seconds=1)
    newest = imports.create()
    imports.upload(newest, csv_of("ann@x.io"))
    imports.check(newest)
    imports.cancel(imports.work(newest))

    def names(**query: Any) -> list[str]:
        return [one["file_name"] for one in listed(manager, path, **query)]

    assert names(limit=1) == ["people.csv", "staff 2027.csv", "Équipe.csv", "Staff 2026.csv"]
    assert names(sort="created", limit=3) == names()[::-1]
    assert names(state="canceled,finished") == ["people.csv"]
    assert names(state="awaiting_file", sort="created") == ["Staff 2026.csv", "Équipe.csv", "staff 2027.csv"]
    assert names(q="STAFF", limit=1) == ["Staff 2026.csv", "staff 2027.csv"]
    assert names(q="equi") == ["Équipe.csv"]
    assert names(q="p", state="awaiting_file") == []
    refused = manager.get(path, q="staff", sort="created")
    assert (refused.status, refused.json["code"]) == (422, "sorted_search")


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("events", "type"),
        ("codes", "kind"),
        ("codes/export", "kind"),
        ("reports/activity", "method"),
        ("reports/activity", "state"),
        ("reports/summary", "state"),
        ("webhooks/any/deliveries", "state"),
        ("seat-requests", "state"),
        ("support-requests", "state"),
        ("imports", "state"),
        ("imports", "sort"),
    ],
)
def test_an_unknown_value_is_refused_with_the_parameter_named(
    manager: Caller, base: str, path: str, parameter: str
) -> None:
    refused = manager.get(f"{base}/{path}", **{parameter: "unknown"})

    assert refused.status == 422
    assert [one["field"] for one in refused.json["errors"]] == [parameter]
