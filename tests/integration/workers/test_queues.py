"""Which queue an email waits in, and whose message goes before whose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.workers.conftest import (
    BULK_QUEUE,
    QUEUE,
    Run,
    WorkerHarness,
)
from tests.support.clock import Clock
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.effects.kinds import Template
from usher.domain.effects.urgency import MOST_AWAITED
from usher.gateways.queue import EMAILS
from usher.services.product_retirement import ProductRetirement
from usher.services.receipts import Receipt

FOUR_WEEKS = timedelta(weeks=4)


@pytest.fixture(autouse=True)
def nothing_before(tenant: Tenant, harness: WorkerHarness) -> None:  # noqa: ARG001 - founded before
    harness.events()


def waiting(harness: WorkerHarness, queue: str) -> int:
    return len(harness.queued(queue))


@pytest.mark.parametrize(("people", "bulk"), [(1, False), (MOST_AWAITED, False), (MOST_AWAITED + 1, True)])
def test_emails_of_a_batch_wait_behind_those_that_somebody_waits_for(
    tenant: Tenant, harness: WorkerHarness, run: Run, people: int, *, bulk: bool
) -> None:
    tenant.invite_all(tenant.license(100), [f"a{n}@x.io" for n in range(people)])
    run("dispatch", {"Records": harness.events()})

    assert waiting(harness, BULK_QUEUE if bulk else QUEUE) == people
    assert waiting(harness, QUEUE if bulk else BULK_QUEUE) == 0


def test_a_reminder_is_bulk_and_what_managers_are_told_is_not(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock
) -> None:
    invite = tenant.invite(tenant.license())
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    clock.forward(days=8)
    run("sweep", {})
    run("dispatch", {"Records": harness.events()})
    reminders = waiting(harness, BULK_QUEUE), waiting(harness, QUEUE)
    tenant.decline(invite)
    run("dispatch", {"Records": harness.events()})

    assert reminders == (1, 0)
    assert (waiting(harness, BULK_QUEUE), waiting(harness, QUEUE)) == (0, 2)


def test_what_time_brings_to_all_managers_is_bulk(
    tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock
) -> None:
    license_ = tenant.license()
    tenant.invite(license_)
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    notices = []
    for forward in (
        timedelta(days=11),
        timedelta(days=1),
        license_.terms.valid_until - clock.now - FOUR_WEEKS,
    ):
        clock.forward(seconds=forward.total_seconds())
        run("sweep", {})
        run("dispatch", {"Records": harness.events()})
        notices += [EMAILS.read(one["body"]).template for one in harness.queued(BULK_QUEUE)]

    assert {Template.EXPIRED_NOTICE, Template.ENDING_NOTICE} <= {*notices}
    assert waiting(harness, QUEUE) == 0


def test_a_retirement_that_all_who_hold_licenses_are_told_of_is_bulk(
    tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    product = tenant.license().terms.product.id
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    retirement = ProductRetirement(tenant.context)
    retirement.retire(person=OPERATOR, product=product, retires_on="2027-06-01", receipt=Receipt())
    for _ in range(2):
        run("dispatch", {"Records": harness.events()})
    retiring = waiting(harness, BULK_QUEUE)
    retirement.cancel(person=OPERATOR, product=product)
    for _ in range(2):
        run("dispatch", {"Records": harness.events()})

    assert retiring > 0
    assert (waiting(harness, BULK_QUEUE), waiting(harness, QUEUE)) == (retiring, 0)


def test_every_message_names_its_organization_as_its_group(
    tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    groups: list[str | None] = []
    queues: set[str] = set()

    def note(params: dict[str, Any], **_: object) -> None:
        queues.add(params["QueueUrl"])
        groups.extend(entry.get("MessageGroupId") for entry in params["Entries"])

    # All queues of a function have the same client.
    events = harness.handlers["dispatch"]._bootstrap.email_queue._client.meta.events
    events.register("provide-client-params.sqs.SendMessageBatch", note)
    try:
        tenant.invite_all(tenant.license(100), [f"a{n}@x.io" for n in range(30)])
        tenant.invite(tenant.license(), "ann@x.io")
        run("dispatch", {"Records": harness.events()})
    finally:
        events.unregister("provide-client-params.sqs.SendMessageBatch", note)

    assert len(groups) == 31
    assert len(queues) == 2
    assert set(groups) == {tenant.id}
