"""Dying in the dispatch of a batch: what follows from each event happens, however many calls were made."""

from __future__ import annotations

from tests.proofs.test_crashes import each_death
from tests.support.async_workers import AsyncWorkers
from tests.support.crashes import written
from tests.support.tenant import Tenant
from usher.domain.events.event import Event
from usher.domain.reports.windows import ALWAYS
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.outbox.event_batch import EventBatch
from usher.store import event_trails, figures

OF_A_BATCH = 12
"""Invites: their messages need two calls, their published events two, and their pointers two."""


def test_dying_in_a_batch_loses_nothing_of_any_event(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    async_workers.dispatch()
    license_ = tenant.license(500)
    async_workers.dispatch()
    async_workers.forget_queued()
    dispatch = async_workers.dispatch_events

    def batch_of(n: int) -> list[Event]:
        return [event for event in created if event.id in ids[n]]

    def dispatch_batch(n: int) -> None:
        subscriptions = SubscriptionCache(tenant.context)
        batch = EventBatch()
        for event in batch_of(n):
            dispatch.add(event, batch, subscriptions)
        assert not dispatch.send(batch)
        dispatch.acknowledge(batch_of(n))

    addresses = {n: [f"a{n}-{at}@x.io" for at in range(OF_A_BATCH)] for n in range(1, 14)}
    for of_batch in addresses.values():
        for email in of_batch:
            tenant.invite(license_, email)
    created = async_workers.waiting_events()
    ids = {n: {one.id for one in created[(n - 1) * OF_A_BATCH : n * OF_A_BATCH]} for n in addresses}
    tried = 0
    with async_workers.listening() as published:
        for n, _ in each_death(async_workers, dispatch_batch, counts=written):
            dispatch_batch(n)
            tried = n

            assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == n * OF_A_BATCH
    last = tried + 1

    assert tried >= 2 + 2 + 2 + 1, "it died after each of its calls"
    assert {one["Detail"]["id"] for one in published} == {id_ for n in range(1, last + 1) for id_ in ids[n]}
    async_workers.send()
    for n in range(1, last + 1):
        for email in addresses[n]:
            trail = event_trails.of_person(tenant.id, email)
            found, _ = event_trails.newest(tenant.context.table, trail, window=ALWAYS, before=None, limit=10)
            assert len(found) == 1
            assert async_workers.sent_to(email) == ["invite"]
