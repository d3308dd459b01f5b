"""The event log and its filters, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.store import event_trails, events


@pytest.fixture
def log(tenant: Tenant, clock: Clock, async_workers: AsyncWorkers) -> Tenant:
    """Four days with an event on each: granted, invited, accepted, withdrawn."""
    license_ = tenant.license()
    clock.forward(days=1)
    invite = tenant.invite(license_, "ann@x.io")
    other = tenant.invite(license_, "bob@x.io")
    clock.forward(days=1)
    tenant.accept(invite)
    clock.forward(days=1)
    tenant.withdraw(other)
    async_workers.dispatch()
    return tenant


def _types(caller: Caller, base: str, **query: Any) -> list[str]:
    found: list[str] = []
    while True:
        page = caller.get(f"{base}/events", **query).json
        found += [one["type"] for one in page["items"]]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def test_the_log_is_filtered_by_type_and_by_actor(log: Tenant, limited: Caller, base: str) -> None:
    assert _types(limited, base, type="invites.created") == ["invites.created"] * 2
    assert _types(limited, base, actor="Ann@X.io") == ["invite.accepted"]
    assert _types(limited, base, actor=log.full.email, type="invite.withdrawn") == ["invite.withdrawn"]
    assert _types(limited, base, actor="system") == []
    accepted = limited.get(f"{base}/events", type="invite.accepted").json
    assert set(accepted["people"]) == {"ann@x.io"}
    assert _types(limited, base, actor=accepted["people"]["ann@x.io"]) == ["invite.accepted"]


@pytest.mark.parametrize(
    ("since", "until", "types"),
    [
        ("2027-01-05", "2027-01-05", ["invites.created", "invites.created"]),
        ("2027-01-06", None, ["invite.withdrawn", "invite.accepted"]),
        ("2027-01-06T09:00:00Z", "2027-01-07T09:00:00Z", ["invite.accepted"]),
        ("2027-01-06T09:00:01Z", "2027-01-07T09:00:00Z", []),
        ("2028-01-01", None, []),
        (None, "2026-12-31", []),
    ],
)
@pytest.mark.usefixtures("log")
def test_the_log_is_filtered_by_time(
    manager: Caller, base: str, since: str | None, until: str | None, types: list[str]
) -> None:
    ends = {name: end for name, end in (("from", since), ("to", until)) if end is not None}

    assert _types(manager, base, **ends) == types
    assert _types(manager, base, limit=1, **ends) == types


@pytest.mark.usefixtures("log")
def test_a_cursor_of_another_stretch_of_time_is_refused(manager: Caller, base: str) -> None:
    cursor = manager.get(f"{base}/events", limit=1).json["next"]

    refused = manager.get(f"{base}/events", cursor=cursor, **{"from": "2027-01-01", "to": "2027-01-05"})

    assert (refused.status, refused.json["code"]) == (422, "bad_cursor")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "soon"}, "bad_date"),
        ({"from": "2027-01-02", "to": "2027-01-01"}, "bad_window"),
        ({"actor": "nobody"}, "bad_address"),
        ({"since": "2027-01-01"}, "invalid"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(
    manager: Caller, base: str, query: dict[str, str], code: str
) -> None:
    refused = manager.get(f"{base}/events", **query)

    assert (refused.status, refused.json["code"]) == (422, code)


@pytest.mark.usefixtures("log")
def test_a_stretch_of_time_reads_what_lies_in_it_alone(manager: Caller, base: str, count: Count) -> None:
    with count() as cost:
        manager.get(f"{base}/events", **{"from": "2027-01-06", "to": "2027-01-06"})

    assert cost.operations == ["BatchGetItem", "Query", "BatchGetItem"], "the last for the learner's name"


def test_the_log_is_filtered_by_person_invite_and_license(
    log: Tenant, limited: Caller, base: str, id_of: Callable[[str], str]
) -> None:
    happened = [*events.between(log.context.table, log.id, 1)]
    log.context.table.write_many(puts=event_trails.pointers(happened))  # as dispatch does
    (accepted,) = limited.get(f"{base}/events", type="invite.accepted").json["items"]
    invite = accepted["data"]["invite"]

    assert _types(limited, base, person=id_of("ann@x.io")) == ["invite.accepted", "invites.created"]
    assert _types(limited, base, invite=invite["id"]) == ["invite.accepted", "invites.created"]
    assert _types(limited, base, license=invite["licenses"][0]["id"], type="invite.withdrawn") == [
        "invite.withdrawn"
    ]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"person": "k1.nobody"}, 422, "unknown_person"),
        ({"invite": "nope"}, 404, "invite_not_found"),
        ({"license": "nope"}, 404, "license_not_found"),
    ],
)
@pytest.mark.usefixtures("log")
def test_a_filter_by_what_is_not_there_is_refused(
    manager: Caller, base: str, query: dict[str, str], status: int, code: str
) -> None:
    refused = manager.get(f"{base}/events", **query)

    assert (refused.status, refused.json["code"]) == (status, code)
