"""The age of the oldest event that waits for its dispatch costs two queries of one item a shard, at most."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.services.outbox.late_events import LateEvents
from usher.store.keys import due_shards


def test_an_empty_outbox_is_of_no_age(tenant: Tenant, async_workers: AsyncWorkers, count: Count) -> None:
    tenant.license()
    async_workers.settle()

    with count() as cost:
        age = LateEvents(tenant.context).age_of_oldest()

    assert age == timedelta()
    assert cost.calls == due_shards.FEWEST


@pytest.mark.parametrize("waiting", [1, 40])
def test_the_age_costs_the_same_however_many_wait(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, waiting: int
) -> None:
    async_workers.settle()
    for _ in range(waiting):
        tenant.license()
        clock.forward(minutes=1)

    with count() as cost:
        age = LateEvents(tenant.context).age_of_oldest()

    assert age == timedelta(minutes=waiting)
    assert due_shards.FEWEST < cost.calls <= 2 * due_shards.FEWEST
