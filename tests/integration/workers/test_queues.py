"""Which queue an email waits in, and whose message goes before whose."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.workers.conftest import (
    BULK_QUEUE,
    QUEUE,
    Run,
    WorkerHarness,
)
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.effects.urgency import MOST_AWAITED


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
