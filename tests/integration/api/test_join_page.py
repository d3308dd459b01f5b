"""The join page over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api_caller import Answer, Caller
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.join_pages import group_of, join, set_page
from tests.support.reading_back import events_of, lacking, seats
from tests.support.tenant import Tenant
from usher.domain.enrollment.join_pages import WhenFull

SETTINGS: dict[str, Any] = {"enabled": True, "slug": "acme-academy"}


@pytest.fixture
def page(base: str) -> str:
    """The path of the settings."""
    return f"{base}/join-page"


@pytest.fixture
def requests(base: str) -> str:
    """The path of the requests."""
    return f"{base}/join-requests"


def test_the_settings_are_read_and_replaced_whole(manager: Caller, page: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    before = manager.get(page)
    full: dict[str, Any] = {
        "enabled": True,
        "slug": "acme-academy",
        "domains": ["Acme.example"],
        "addresses": ["ann@x.io"],
        "licenses": [license_.id],
        "group": None,
        "approval": True,
        "when_full": "waiting_list",
        "language": "de",
    }

    put = manager.call("PUT", page, body=full)
    lean = manager.call("PUT", page, body={"enabled": False, "slug": "acme-school"})

    assert (before.status, before.json["enabled"], before.json["slug"]) == (200, False, "acme")
    assert put.json["url"].endswith("/join/acme-academy")
    gives = put.json["gives"]
    as_put = {"url": put.json["url"], "gives": gives, "version": 1}
    assert {**put.json, "domains": ["Acme.example"]} == {**full, **as_put}
    assert [(one["id"], one["product"]["name"]) for one in gives["licenses"]] == [
        (one, "Fire safety") for one in full["licenses"]
    ]
    assert put.json["domains"] == ["acme.example"]
    assert lean.json == manager.get(page).json
    assert lean.json == {
        "enabled": False,
        "slug": "acme-school",
        "domains": [],
        "addresses": [],
        "licenses": [],
        "group": None,
        "approval": False,
        "when_full": "refuse",
        "gives": {"licenses": [], "group": None},
        "language": None,
        "url": lean.json["url"],
        "version": 2,
    }
    assert before.json["version"] == 0


def test_of_two_managers_at_once_the_second_is_told_and_overwrites_nothing(
    manager: Caller, page: str
) -> None:
    def put(slug: str, version: int | None) -> Answer:
        return manager.call("PUT", page, body={"enabled": True, "slug": slug, "version": version})

    first = put("acme-academy", 0)
    second = put("acme-school", 0)
    repeated = put("acme-academy", 0)
    whatever = put("acme-school", None)
    third = put("acme-college", 2)

    assert (first.status, first.json["version"]) == (200, 1)
    assert (second.status, second.json["code"], second.json["version"]) == (409, "join_page_changed", 1)
    assert repeated.json == first.json, "what is so already was done by the first try"
    assert (whatever.status, whatever.json["version"]) == (200, 2)
    assert (third.status, third.json["slug"], third.json["version"]) == (200, "acme-college", 3)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"slug": "A B"}, 422, "bad_slug"),
        ({"domains": ["gmail.com"]}, 422, "public_mail_domain"),
        ({"domains": ["acme"]}, 422, "bad_domain"),
        ({"domains": [f"d{n}.example" for n in range(101)]}, 422, "too_many_domains"),
        ({"addresses": ["ann"]}, 422, "bad_address"),
        ({"addresses": [f"a{n}@x.io" for n in range(501)]}, 422, "too_many_named"),
        ({"licenses": ["x", "x"]}, 422, "bad_grant"),
        ({"licenses": ["x"]}, 404, "license_not_found"),
        ({"group": "x"}, 404, "group_not_found"),
        ({"when_full": "explode"}, 422, "invalid"),
        ({"enabled": None}, 422, "invalid"),
    ],
)
def test_what_is_refused_says_why(
    manager: Caller, page: str, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = manager.call("PUT", page, body={**SETTINGS, **changed})

    assert (answer.status, answer.json["code"]) == (status, code)
    assert manager.get(page).json["enabled"] is False


def test_limited_managers_and_strangers_change_nothing(
    manager: Caller, page: str, requests: str, tenant: Tenant
) -> None:
    limited, stranger = manager.as_(tenant.limited), manager.as_(tenant.operator)

    assert limited.call("PUT", page, body=SETTINGS).status == 403
    assert limited.get(page).status == limited.get(requests).status == 200
    assert stranger.get(page).status == stranger.call("PUT", page, body=SETTINGS).status == 404
    assert stranger.get(requests).status == 404


def test_requests_are_listed_by_state_in_the_order_of_asking(
    manager: Caller,
    requests: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    set_page(tenant, approval=True)
    for n in range(4):
        join(tenant, f"p{n}@x.io")

    first = manager.get(requests, limit=3).json
    second = manager.get(requests, limit=3, cursor=first["next"]).json

    assert [one["email"] for one in first["items"] + second["items"]] == [f"p{n}@x.io" for n in range(4)]
    assert first["items"][0] == {
        "id": id_of("p0@x.io"),
        "email": "p0@x.io",
        "first_name": "Ann",
        "last_name": "Lee",
        "state": "pending",
        "asked_at": "2027-01-04T09:00:00Z",
        "answered_at": None,
        "answered_by": None,
        "answered_by_name": None,
    }
    assert manager.get(requests, state="refused").json["items"] == []
    assert manager.get(requests, state="sleepy").status == 422


def test_several_states_are_one_list_in_the_order_of_asking(
    manager: Caller,
    requests: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
    clock: Clock,
    count: Count,
) -> None:
    set_page(tenant, approval=True)
    for n in range(5):
        join(tenant, f"p{n}@x.io")
        clock.forward(minutes=1)
    for n in (0, 3):
        manager.post(f"{requests}/{id_of(f'p{n}@x.io')}/refuse")

    def found(**query: Any) -> list[str]:
        emails: list[str] = []
        while True:
            page = manager.get(requests, **query).json
            emails += [one["email"] for one in page["items"]]
            if page["next"] is None:
                return emails
            query["cursor"] = page["next"]

    with count() as cost:
        manager.get(requests, state="pending,waiting")

    assert found(state="refused,pending") == found(state="pending,refused", limit=2)
    assert found(state="refused,pending", limit=2) == [f"p{n}@x.io" for n in range(5)]
    assert found(state="refused") == ["p0@x.io", "p3@x.io"]
    assert found() == ["p1@x.io", "p2@x.io", "p4@x.io"]
    assert manager.get(requests, email="p0@x.io", state="refused,admitted").json["items"] != []
    assert cost.operations == ["BatchGetItem", "Query", "Query"]
    other = manager.get(requests, state="pending", limit=1).json["next"]
    assert manager.get(requests, state="refused", cursor=other).json["code"] == "bad_cursor"


def test_a_request_is_looked_up_by_address_whatever_its_state(
    manager: Caller, requests: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    set_page(tenant, approval=True)
    join(tenant, "ann@x.io")
    manager.post(f"{requests}/{id_of('ann@x.io')}/refuse")

    found = manager.get(requests, email="Ann@X.io").json

    assert [(one["id"], one["state"]) for one in found["items"]] == [(id_of("ann@x.io"), "refused")]
    assert found["next"] is None
    assert manager.get(requests, email="ann@x.io", state="pending").json["items"] == []
    assert manager.get(requests, email="bo@x.io").json["items"] == []
    assert manager.get(requests, email="bo").json["code"] == "bad_address"


def test_approving_and_refusing(
    manager: Caller,
    requests: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_, approval=True)
    join(tenant, "ann+x@x.io")
    join(tenant, "bo@x.io")

    approved = manager.post(f"{requests}/{id_of('ann+x@x.io')}/approve")
    refused = manager.post(f"{requests}/{id_of('bo@x.io')}/refuse")

    assert (approved.status, approved.json["state"]) == (200, "admitted")
    assert (approved.json["answered_by"], approved.json["answered_by_name"]) == (
        tenant.full.email,
        "Max Full",
    )
    assert (refused.status, refused.json["state"]) == (200, "refused")
    assert seats(tenant, license_) == (2, 1, 1)
    again = manager.post(f"{requests}/{id_of('bo@x.io')}/refuse")
    assert (again.status, again.json["code"]) == (409, "join_request_answered")
    unknown = manager.post(f"{requests}/{id_of('cy@x.io')}/approve")
    assert (unknown.status, unknown.json["code"]) == (404, "join_request_not_found")


def test_approving_twice_with_the_key_enrolls_once(
    manager: Caller,
    requests: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_, approval=True)
    join(tenant)
    idempotent = manager.sending(idempotency_key="k")

    first = idempotent.post(f"{requests}/{id_of('ann@x.io')}/approve")
    second = idempotent.post(f"{requests}/{id_of('ann@x.io')}/approve")

    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(events_of(tenant, "join.approved")) == 1


@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_the_key_works_where_nothing_is_given_and_where_somebody_stands_in_line(
    manager: Caller,
    requests: str,
    tenant: Tenant,
    answer: str,
    id_of: Callable[[str], str],
) -> None:
    license_ = tenant.license(1)
    tenant.invite(license_, "x@x.io")
    set_page(tenant, license_, approval=True, when_full=WhenFull.WAITING_LIST)
    join(tenant)
    idempotent = manager.sending(idempotency_key="k")

    first = idempotent.post(f"{requests}/{id_of('ann@x.io')}/{answer}")
    second = idempotent.post(f"{requests}/{id_of('ann@x.io')}/{answer}")

    assert first.json == second.json
    assert first.json["state"] == {"approve": "waiting", "refuse": "refused"}[answer]


def test_approving_when_seats_are_out_names_the_shortfall(
    manager: Caller,
    requests: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    license_ = tenant.license(1)
    set_page(tenant, license_, approval=True)
    join(tenant)
    tenant.invite(license_, "x@x.io")

    answer = manager.sending(idempotency_key="k").post(f"{requests}/{id_of('ann@x.io')}/approve")

    assert (answer.status, answer.json["code"]) == (409, "no_seats")
    assert answer.json["shortfall"] == [lacking(license_, needed=1, available=0)]


def test_a_page_can_give_a_group(manager: Caller, page: str, tenant: Tenant) -> None:
    group = group_of(tenant, tenant.license())

    answer = manager.call("PUT", page, body={**SETTINGS, "group": group})

    assert answer.json["group"] == group
