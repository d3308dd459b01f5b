"""The `due` index in few and in many shards: everything due is done, and found by whoever looks for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.reading_back import seats
from tests.support.tenant import Tenant
from usher.services.bulkheads import Bulkhead
from usher.services.outbox.late_events import LateEvents
from usher.services.outbox.sweep import LANES, Sweep
from usher.store import outbox
from usher.store.keys import due_shards

PEOPLE = [f"a{n}@x.io" for n in range(60)]


@pytest.fixture(autouse=True)
def few_again() -> Iterator[None]:
    yield
    due_shards.use(due_shards.FEWEST)


@pytest.mark.parametrize("number", [due_shards.FEWEST, 64])
def test_a_sweep_costs_a_query_a_shard_and_a_call_for_each_hundred_items(
    tenant: Tenant, clock: Clock, count: Count, number: int
) -> None:
    due_shards.use(number)
    license_ = tenant.license(60)
    tenant.invite_all(license_, PEOPLE)
    with count() as nothing:
        Sweep(tenant.context).sweep()
    clock.forward(days=11)
    with count() as cost:
        swept = Sweep(tenant.context).sweep()

    assert (nothing.calls, nothing.operations[0]) == (number, "Query")
    assert (cost.calls, swept.expired) == (number + 1 + 2, 60)
    assert seats(tenant, license_) == (60, 0, 60)


def test_what_few_shards_were_given_is_found_when_there_are_many(
    tenant: Tenant, clock: Clock, async_workers: AsyncWorkers
) -> None:
    async_workers.dispatch()
    license_ = tenant.license(60)
    tenant.invite_all(license_, PEOPLE[:30])
    before = {event.id for event in outbox.waiting(tenant.context.table)}
    due_shards.use(64)
    tenant.invite_all(license_, PEOPLE[30:])
    clock.forward(minutes=11)

    assert before < {event.id for event in outbox.waiting(tenant.context.table)}
    assert LateEvents(tenant.context).age_of_oldest() == timedelta(minutes=11)
    assert LateEvents(tenant.context).redispatch(Bulkhead()) == len([*outbox.waiting(tenant.context.table)])
    clock.forward(days=8)
    assert Sweep(tenant.context).sweep().reminded == 60
    clock.forward(days=3)
    assert Sweep(tenant.context).sweep().expired == 60


def test_many_full_shards_are_swept_by_few_runs(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_shards.use(64)
    monkeypatch.setattr("usher.services.outbox.sweep.AT_ONCE", 1)
    license_ = tenant.license(100)
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(100)])
    clock.forward(days=11)

    swept = Sweep(tenant.context).sweep()
    alone = [Sweep(tenant.context).sweep_lane(lane) for lane in swept.full_lanes]

    assert 1 <= len(alone) <= LANES
    assert swept.expired + sum(one.expired for one in alone) == 100
    assert seats(tenant, license_) == (100, 0, 100)


def test_the_index_has_keys_alone(tenant: Tenant) -> None:
    """So that what changes about an item without its due time is no write of the index."""
    tenant.invite(tenant.license())
    table = tenant.context.table
    every = [
        one for shard in due_shards.all_of_them() for one in table.query_raw(f"DUE#{shard}", index="due")
    ]

    assert every
    assert {name for one in every for name in one} == {"pk", "sk", "due_pk", "due_sk"}


def test_a_number_that_no_hash_can_name_is_refused() -> None:
    for number in (3, 257):
        with pytest.raises(ValueError, match=f"and not {number}"):
            due_shards.use(number)
