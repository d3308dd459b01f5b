"""The orders and the searches of lists, page by page over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.test_filters import listed
from tests.support.api_caller import Caller
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, redeem
from tests.support.csv_files import csv_rows
from tests.support.groups import group_of
from tests.support.join_pages import join, person, set_page, withdraw
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import CodeKind

GROUPS = ("Night shift", "nurses", "Day shift")


def both_ways(caller: Caller, path: str, sort: str, field: str, **query: Any) -> list[str]:
    """Return a field in an order, read in small pages, after a check that the other way is its reverse."""
    found = [one[field] for one in listed(caller, path, sort=sort, limit=2, **query)]
    reverse = [one[field] for one in listed(caller, path, sort=f"-{sort}", limit=2, **query)]
    assert reverse == found[::-1]
    return found


def test_groups_are_sorted_by_creation_and_by_name(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    for name in GROUPS:
        group_of(tenant, name=name)
        clock.forward(seconds=1)
    path = f"{base}/groups"

    assert both_ways(manager, path, "created", "name") == [*GROUPS]
    assert both_ways(manager, path, "name", "name") == ["Day shift", "Night shift", "nurses"]
    assert [one["name"] for one in listed(manager, path)] == [*GROUPS]


def test_clients_are_sorted_by_creation_and_by_name(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    for slug in ("north", "south", "east"):
        client_of(tenant, slug)
        clock.forward(seconds=1)
    path = f"{base}/clients"

    assert both_ways(manager, path, "created", "name") == ["North", "South", "East"]
    assert both_ways(manager, path, "name", "name") == ["East", "North", "South"]
    assert [one["name"] for one in listed(manager, path)] == ["North", "South", "East"]


def test_codes_are_sorted_by_creation_text_and_name_and_filtered_at_once(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    for text, name, kind in (
        ("ZEBRA", "autumn", CodeKind.REGISTRATION),
        ("MANGO", "", CodeKind.REGISTRATION),
        ("APPLE", "Spring", CodeKind.REDEMPTION),
        ("BERRY", "", CodeKind.REDEMPTION),
    ):
        code_of(tenant, license_, text=text, name=name, kind=kind)
        clock.forward(seconds=1)
    path = f"{base}/codes"

    assert both_ways(manager, path, "created", "code") == ["ZEBRA", "MANGO", "APPLE", "BERRY"]
    assert [one["code"] for one in listed(manager, path, limit=1)] == ["BERRY", "APPLE", "MANGO", "ZEBRA"]
    assert both_ways(manager, path, "code", "code") == ["APPLE", "BERRY", "MANGO", "ZEBRA"]
    assert both_ways(manager, path, "name", "code") == ["ZEBRA", "APPLE", "BERRY", "MANGO"]
    assert both_ways(manager, path, "name", "code", kind="redemption", state="active") == ["APPLE", "BERRY"]
    assert [one["code"] for one in listed(manager, path, q="b")] == ["BERRY"]


def test_a_renamed_code_moves_in_the_order_of_names(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    code_of(tenant, license_, text="FIRST", name="Alpha")
    second = code_of(tenant, license_, text="SECOND", name="Beta")
    (one,) = (one for one in listed(manager, f"{base}/codes") if one["code"] == second.text)

    assert both_ways(manager, f"{base}/codes", "name", "code") == ["FIRST", "SECOND"]
    assert manager.patch(f"{base}/codes/{one['id']}", {"name": "Aardvark"}).status == 200
    assert both_ways(manager, f"{base}/codes", "name", "code") == ["SECOND", "FIRST"]
    assert manager.patch(f"{base}/codes/{one['id']}", {"name": ""}).status == 200
    assert both_ways(manager, f"{base}/codes", "name", "code") == ["FIRST", "SECOND"]


@pytest.fixture
def asked(manager: Caller, base: str, tenant: Tenant, clock: Clock) -> str:
    """The path of three requests to join, the second of which was refused."""
    set_page(tenant, tenant.license(), approval=True)
    for email in ("ann@x.io", "bo@x.io", "anton@x.io"):
        join(tenant, email)
        clock.forward(seconds=1)
    path = f"{base}/join-requests"
    (bo,) = manager.get(path, email="bo@x.io").json["items"]
    assert manager.post(f"{path}/{bo['id']}/refuse").status == 200
    return path


def test_join_requests_are_sorted_by_the_time_of_asking(manager: Caller, asked: str) -> None:
    assert both_ways(manager, asked, "asked", "email") == ["ann@x.io", "anton@x.io"]
    states = "pending,refused"
    assert both_ways(manager, asked, "asked", "email", state=states) == ["ann@x.io", "bo@x.io", "anton@x.io"]


def test_join_requests_are_found_by_the_beginning_of_an_address_or_a_name(
    manager: Caller, asked: str, tenant: Tenant, count: Count
) -> None:
    def found(**query: Any) -> list[str]:
        return [one["email"] for one in listed(manager, asked, **query)]

    name = person("bo@x.io")
    assert found(q="anto") == ["anton@x.io"]
    assert found(q="bo@") == ["bo@x.io"]
    assert found(q=f"{name.last_name} {name.first_name}".lower(), limit=1) == sorted(
        ["ann@x.io", "anton@x.io", "bo@x.io"]
    )
    assert found(q=name.last_name, state="refused") == ["bo@x.io"]
    assert found(q="nobody") == []
    with count() as cost:
        manager.get(asked, q="ann@")
    assert cost.calls == 2
    withdraw(tenant, "anton@x.io")
    assert found(q="anto") == []
    assert found(q=name.last_name) == ["ann@x.io", "bo@x.io"]


def test_accesses_of_a_license_are_found_by_address_and_name_and_sorted_by_address(
    manager: Caller, base: str, tenant: Tenant, count: Count
) -> None:
    fire, other = tenant.license(20), tenant.license(20)
    for email in ("zoe@x.io", "andy@x.io"):
        tenant.accept(tenant.invite(fire, f"Typed Anders <{email}>"))  # as Ann Lee
    tenant.invite(fire, "Andrea Bell <bell@x.io>")  # only invited: by the name that was typed
    tenant.withdraw(tenant.invite(fire, "Andrew Cole <cole@x.io>"))
    tenant.accept(tenant.invite(other, "andreas@x.io"))
    tenant.invite(other, "Ann Lee <bell@x.io>")  # offers another license, by another name
    path = f"{base}/licenses/{fire.id}/accesses"

    def found(**query: Any) -> list[str]:
        return [one["email"] for one in listed(manager, path, **query)]

    assert found(q="and", limit=1) == ["andy@x.io", "bell@x.io"]
    assert found(q="andrea b") == found(q="BELL") == ["bell@x.io"]
    assert found(q="Lee", limit=1) == found(q="ann lee") == ["andy@x.io", "zoe@x.io"]
    assert found(q="typed") == found(q="andrea", state="active") == found(q="andreas") == []
    assert found(q="cole") == []
    assert found(q="cole", state="released") == ["cole@x.io"]
    assert both_ways(manager, path, "email", "email") == ["andy@x.io", "bell@x.io", "zoe@x.io"]
    assert found() == ["andy@x.io", "zoe@x.io", "bell@x.io"]
    as_csv = csv_rows(manager.get(f"{path}/export", q="bell").content.decode())
    assert [row["email"] for row in as_csv] == ["bell@x.io"]
    with count() as cost:
        manager.get(path, q="bell@")
    assert cost.calls == 5


def test_redemptions_of_a_code_are_found_by_address_and_name(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license(20)
    code, other = code_of(tenant, license_), code_of(tenant, license_, text="OTHER-2027")
    for email in ("ann@x.io", "bo@x.io"):
        redeem(tenant, code, email)
    redeem(tenant, other, "antony@x.io")
    (one,) = manager.get(f"{base}/codes", code=code.text).json["items"]
    path = f"{base}/codes/{one['id']}/uses"

    def found(text: str) -> list[str]:
        return [use["email"] for use in listed(manager, path, q=text, limit=1)]

    assert found("bo@") == ["bo@x.io"]
    assert found("ann lee") == found("LEE") == ["ann@x.io", "bo@x.io"]
    assert found("an") == ["ann@x.io", "bo@x.io"]  # by the address, then by the first name
    assert found("antony") == found("nobody") == []
    as_csv = csv_rows(manager.get(f"{path}/export", q="bo@").content.decode())
    assert [row["email"] for row in as_csv] == ["bo@x.io"]


def test_products_are_found_by_the_beginning_of_their_present_name(operator: Caller, tenant: Tenant) -> None:
    products = [tenant.product(name=name) for name in ("Fire safety", "Écologie", "Firearms")]
    path = "/v1/operator/products"

    def found(text: str) -> list[str]:
        return [one["name"] for one in listed(operator, path, q=text, limit=1)]

    assert found("fire") == ["Fire safety", "Firearms"]
    assert found("ecol") == ["Écologie"]
    assert operator.patch(f"{path}/{products[0].id}", {"name": "Safety at work"}).status == 200
    assert (found("fire"), found("safety")) == (["Firearms"], ["Safety at work"])


@pytest.mark.parametrize("path", ["groups", "clients", "codes", "join-requests"])
def test_an_order_with_a_search_and_an_unknown_one_are_refused(manager: Caller, base: str, path: str) -> None:
    unknown = manager.get(f"{base}/{path}", sort="seats")
    both = manager.get(f"{base}/{path}", q="a", sort="asked" if path == "join-requests" else "created")

    assert (unknown.status, unknown.json["errors"][0]["field"]) == (422, "sort")
    assert (both.status, both.json["code"]) == (422, "sorted_search")


@pytest.mark.parametrize("path", ["groups", "clients", "codes"])
def test_a_cursor_of_another_order_is_refused(manager: Caller, base: str, tenant: Tenant, path: str) -> None:
    license_ = tenant.license()
    for number in range(2):
        group_of(tenant, name=f"Group {number}")
        client_of(tenant, f"client-{number}")
        code_of(tenant, license_, text=f"CODE-{number}")
    page = manager.get(f"{base}/{path}", sort="name", limit=1).json

    refused = manager.get(f"{base}/{path}", sort="-name", limit=1, cursor=page["next"])

    assert (refused.status, refused.json["code"]) == (422, "bad_cursor")
