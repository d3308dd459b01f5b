"""Figures stay exact: dispatch dies before and after each call, and many acknowledge the same events at once.

After each test the figures, with those that undispatched events carry, are compared with a count of the items
(tests/support/invariants.py).
"""

from __future__ import annotations

import time

from tests.proofs.conftest import CALLERS, Race
from tests.proofs.test_contention import call
from tests.proofs.test_crashes import each_death
from tests.support.async_workers import AsyncWorkers
from tests.support.reading_back import events_of, invite_now
from tests.support.tenant import Tenant
from usher.domain.invites import Delivery
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.store import figures


def test_dying_in_dispatch_counts_an_event_once(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    async_workers.dispatch()
    license_ = tenant.license(100)
    async_workers.dispatch()
    for n in range(1, 30):
        tenant.invite(license_, f"a{n}@x.io")
    created = dict(enumerate(async_workers.waiting_events(), start=1))
    dispatch = async_workers.dispatch_events

    def dispatch_and_acknowledge(n: int) -> None:
        dispatch.dispatch(created[n])
        dispatch.acknowledge([created[n]])

    tried = 0
    for n, _ in each_death(async_workers, dispatch_and_acknowledge):
        dispatch_and_acknowledge(n)
        dispatch_and_acknowledge(n)
        tried = n

        assert figures.get(tenant.context.table, tenant.id).get("invites_pending") == n
    assert tried > 3, "it has several calls to die between"


def test_dying_in_the_recording_of_a_bounce(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    invites = {f"a{n}@x.io": tenant.invite(tenant.license(), f"a{n}@x.io") for n in range(1, 12)}
    async_workers.settle()
    sendings = {n: async_workers.sending_to(f"a{n}@x.io") for n in range(1, 12)}
    reports = EmailDeliveryReports(tenant.context)

    def record(n: int) -> bool:
        return reports.record(sendings[n], delivery=Delivery.BOUNCED)

    tried = 0
    for n, _ in each_death(async_workers, record):
        record(n)
        tried = n

        assert invite_now(tenant, invites[f"a{n}@x.io"]).delivery is Delivery.BOUNCED
    async_workers.dispatch()
    assert len(events_of(tenant, "invite.delivery_failed")) == tried + 1, "the last was not interrupted"
    assert figures.get(tenant.context.table, tenant.id).get("invites_bounced") == tried + 1


def test_sixteen_workers_acknowledge_the_same_events_at_once(emulator_tenant: Tenant, race: Race) -> None:
    license_ = emulator_tenant.license(100)
    emails = [f"a{n}@x.io" for n in range(100)]
    emulator_tenant.invite_all(license_, emails)
    for n in range(20):
        emulator_tenant.invite(emulator_tenant.license(1), f"b{n}@x.io")
    at = time.time() + 0.05
    answers = race([call(emulator_tenant, "acknowledge", at=at) for _ in range(CALLERS)])

    assert any(answer.done for answer in answers)
    counted = figures.get(emulator_tenant.context.table, emulator_tenant.id)
    assert counted.get("invites_pending") == 120
    assert counted.get("seats_assigned") == 120


def test_commands_and_workers_at_once(emulator_tenant: Tenant, race: Race) -> None:
    """One person accepts two invites at the same moment, while others withdraw, and workers acknowledge."""
    rounds = 6
    for n in range(rounds):
        first, second = (emulator_tenant.invite(emulator_tenant.license(1), f"p{n}@x.io") for _ in range(2))
        third = emulator_tenant.invite(emulator_tenant.license(1), f"q{n}@x.io")
        at = time.time() + 0.05
        race(
            [
                call(emulator_tenant, "accept", first, at=at),
                call(emulator_tenant, "accept", second, at=at),
                call(emulator_tenant, "withdraw", third, at=at),
                call(emulator_tenant, "accept", third, at=at),
                *(call(emulator_tenant, "acknowledge", at=at + 0.01 * n) for n in range(4)),
            ]
        )
    acknowledge_all(emulator_tenant, race)

    counted = figures.get(emulator_tenant.context.table, emulator_tenant.id)
    answered = counted.by_state("invites", ["accepted", "withdrawn"])
    assert answered["accepted"] >= 2 * rounds
    assert sum(answered.values()) == 3 * rounds
    assert counted.get("learners") == rounds + answered["accepted"] - 2 * rounds


def acknowledge_all(tenant: Tenant, race: Race) -> None:
    """Acknowledge what is left."""
    (answer,) = race([call(tenant, "acknowledge")])
    assert not answer.refusal
