"""The sweep's work stands alone: what fails for one license or organization leaves the rest done."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.disturbances import busy, unreadable
from tests.support.reading_back import seats
from tests.support.tables import NAME, items
from tests.support.tenant import OPERATOR, Tenant, create_tenant
from tests.support.webhooks import WebhookHarness
from usher.domain.accesses import AccessState
from usher.domain.integrations.webhooks import Webhook
from usher.services.bulkheads import Bulkhead, WorkFailedError
from usher.services.license_extensions import LicenseExtensions
from usher.services.outbox.late_events import LateEvents
from usher.services.outbox.sweep import LANES, Sweep
from usher.store import accesses


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("usher.store.transaction._LONGEST_PAUSE", 0)


def partitions_of(dynamodb: Any, beginning: str, *, of: str) -> list[str]:
    """The partitions of the index of what is due, one for each item of a kind that stands there, in order."""
    found = (item.get("due_pk", {"S": ""})["S"] for item in items(dynamodb) if item["sk"]["S"].startswith(of))
    return sorted((one for one in found if one.startswith(beginning)), key=lambda one: int(one.split("#")[1]))


def test_a_shard_that_cannot_be_read_stops_no_other_of_its_lane(
    tenant: Tenant, clock: Clock, dynamodb: Any
) -> None:
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    of_items = partitions_of(dynamodb, "DUE#", of="INVITE")
    lane = int(of_items[0].split("#")[1]) % LANES
    in_lane = [one for one in of_items if int(one.split("#")[1]) % LANES == lane]
    left_out = in_lane.count(in_lane[0])
    clock.forward(days=11)

    with unreadable(tenant, in_lane[0]):
        swept = Sweep(tenant.context).sweep_lane(lane)
    again = Sweep(tenant.context).sweep_lane(lane)

    assert (swept.expired, swept.failed) == (len(in_lane) - left_out, 1)
    assert again.expired == left_out > 0


def test_a_shard_of_the_outbox_that_cannot_be_read_stops_no_other(
    tenant: Tenant, clock: Clock, dynamodb: Any
) -> None:
    license_ = tenant.license(20)
    for n in range(20):
        tenant.invite(license_, f"a{n}@x.io")
    waiting = partitions_of(dynamodb, "OUTBOX#", of="EVENT#")
    left_out = waiting.count(waiting[0])
    clock.forward(minutes=11)
    alone = Bulkhead()

    with unreadable(tenant, waiting[0]):
        done = LateEvents(tenant.context).redispatch(alone)

    assert (done, alone.failures) == (len(waiting) - left_out, 1)
    assert LateEvents(tenant.context).redispatch(Bulkhead()) == left_out > 0


def test_a_license_that_is_busy_stops_no_other_organizations_expiries(tenant: Tenant, clock: Clock) -> None:
    other = create_tenant(tenant.context, slug="other")
    stuck, free = tenant.license(60), other.license(3)
    tenant.invite_all(stuck, [f"a{n}@x.io" for n in range(60)])
    other.invite_all(free, ["b@x.io", "c@x.io"])
    clock.forward(days=11)

    with busy(tenant, stuck.id):
        swept = Sweep(tenant.context).sweep()
    again = Sweep(tenant.context).sweep()

    assert (swept.expired, swept.failed) == (2, 1), "of two batches of the busy license, one was tried"
    assert (again.expired, again.failed) == (60, 0)
    assert seats(other, free) == (3, 0, 3)
    assert seats(tenant, stuck) == (60, 0, 60)


def test_what_a_license_has_ended_before_it_failed_counts_and_stops_no_other(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.outbox.license_ends.AT_ONCE", 1)
    stuck, free = tenant.license(), tenant.license()
    for n in range(3):
        tenant.accept(tenant.invite(stuck, f"a{n}@x.io"))
    tenant.accept(tenant.invite(free, "ann@x.io"))
    clock.now = stuck.terms.valid_until

    with busy(tenant, "a1@x.io"):
        swept = Sweep(tenant.context).sweep()
    again = Sweep(tenant.context).sweep()

    assert (swept.ended, swept.failed, swept.full_lanes) == (1 + 1, 1, ())
    assert (again.ended, again.failed) == (2, 0)


def test_starts_and_ends_of_access_come_before_expiries(tenant: Tenant, clock: Clock) -> None:
    expiring, starting = tenant.license(60), tenant.license(2)
    tenant.accept(tenant.invite(starting, "ann@x.io", access_start="2027-01-20"))
    tenant.invite_all(expiring, [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=40)

    with busy(tenant, "nothing is busy") as done:
        swept = Sweep(tenant.context).sweep()

    assert (swept.started_late, swept.expired) == (1, 60)
    assert "accesses.started" in done[0] or "access.started" in done[0]


def test_a_shard_with_much_to_do_is_swept_in_batches_by_itself(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.outbox.sweep.AT_ONCE", 5)
    license_ = tenant.license(60)
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=11)

    swept = Sweep(tenant.context).sweep()
    alone = [Sweep(tenant.context).sweep_lane(lane) for lane in swept.full_lanes]

    assert swept.full_lanes == tuple(range(LANES))
    assert swept.expired == 5 * len(range(LANES))
    assert swept.expired + sum(one.expired for one in alone) == 60
    assert seats(tenant, license_) == (60, 0, 60)
    assert Sweep(tenant.context).sweep().full_lanes == ()


def test_a_lane_of_which_a_run_was_begun_is_left_to_it_and_one_that_was_not_is_swept(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.outbox.sweep.AT_ONCE", 5)
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=11)

    swept = Sweep(tenant.context).sweep(begin_lane=lambda lane: lane != 1)

    assert (swept.expired, swept.full_lanes) == (5, (1,))
    alone = [Sweep(tenant.context).sweep_lane(lane) for lane in range(LANES)]
    assert swept.expired + sum(one.expired for one in alone) == 60


def test_a_sweep_whose_time_is_up_leaves_the_rest_to_the_next(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(60)
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=11)
    asked = iter([False, True, True, True, True])

    swept = Sweep(tenant.context, enough=lambda: next(asked, True)).sweep()

    assert (swept.expired, swept.failed) == (49, 0)
    assert Sweep(tenant.context).sweep().expired == 11


def test_an_access_starts_though_much_that_is_due_since_longer_fills_its_shard(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.outbox.sweep.AT_ONCE", 5)
    expiring, starting = tenant.license(60), tenant.license(2)
    tenant.accept(tenant.invite(starting, "ann@x.io", access_start="2027-01-20"))
    tenant.invite_all(expiring, [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=40)

    # One piece of work in each shard.
    for lane in range(LANES):
        asked = iter([False])
        Sweep(tenant.context, enough=lambda asked=asked: next(asked, True)).sweep_lane(lane)  # type: ignore[misc] # a lambda's default

    access = accesses.get(tenant.context.table, "ann@x.io", starting.id)
    assert access is not None
    assert access.state is AccessState.ACTIVE


def test_a_late_event_that_cannot_be_touched_stops_no_other(tenant: Tenant, clock: Clock) -> None:
    tenant.license()
    clock.forward(minutes=20)
    waiting = LateEvents(tenant.context).redispatch
    calls = iter([True])

    def refuse_first(**_: object) -> Any:
        if next(calls, False):
            return SimpleNamespace(status_code=400), {
                "Error": {"Code": "ValidationException", "Message": ""},
                "ResponseMetadata": {},
            }
        return None

    events = tenant.context.table.connection.client.meta.events
    events.register("before-call.dynamodb.UpdateItem", refuse_first)
    alone = Bulkhead()
    try:
        done = waiting(alone)
    finally:
        events.unregister("before-call.dynamodb.UpdateItem", refuse_first)

    assert done > 1
    assert alone.failures == 1
    with pytest.raises(WorkFailedError, match="1 pieces of work failed"):
        alone.raise_failures()
    assert waiting(Bulkhead()) == 1


def test_a_delivery_that_cannot_be_read_keeps_no_other_back(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    client = webhook_harness.async_workers.dynamodb
    delivery = next(one for one in items(client) if one["sk"]["S"].startswith("DELIVERY#"))
    stranger = {**delivery, "pk": {"S": "WEBHOOK#a"}, "state": {"S": "of-a-later-version"}}
    client.put_item(TableName=NAME, Item=stranger)
    clock.forward(minutes=20)
    alone = Bulkhead()

    queued = webhook_harness.webhook_fan_out.queue_late(alone)

    assert (queued, alone.failures) == (len(webhook_harness.log(webhook)), 1)
    client.delete_item(TableName=NAME, Key={key: stranger[key] for key in ("pk", "sk")})


def test_a_license_whose_extension_takes_long_comes_after_all_else_and_a_part_at_a_time(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.license_extensions.AT_ONCE", 1)
    monkeypatch.setattr("usher.services.outbox.sweep.STEPS_OF_A_RUN", 2)
    extended, ending = tenant.license(20), tenant.license(1)
    for n in range(5):
        tenant.accept(tenant.invite(extended, f"a{n}@x.io"))
    tenant.accept(tenant.invite(ending, "ann@x.io"))
    clock.now = ending.terms.valid_until - timedelta(hours=2)
    LicenseExtensions(tenant.context).extend(
        person=OPERATOR,
        organization=tenant.id,
        license_id=extended.id,
        order_id="one",
        valid_until="2029-01-01",
    )
    clock.forward(hours=1.5)

    with busy(tenant, "nothing is busy") as done:
        swept = Sweep(tenant.context).sweep()
    by_lane = [Sweep(tenant.context).sweep_lane(lane) for lane in swept.full_lanes]
    last = Sweep(tenant.context).sweep()

    assert "license.ending" in done[0], "what took two steps is behind it"
    assert (len(done), swept.ending, swept.extended) == (3, 1, 0)
    assert [one.extended for one in by_lane] == [0], "whoever wrote copies looks for others later"
    assert (last.extended, last.full_lanes) == (1, ())
    accesses_now = [accesses.get(tenant.context.table, f"a{n}@x.io", extended.id) for n in range(5)]
    assert all(one is not None and one.ends_at > ending.terms.valid_until for one in accesses_now)
