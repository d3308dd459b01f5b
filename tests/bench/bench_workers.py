"""The most memory that each worker has at its work, on the emulator (docs/performance.md).

Each runs in a process of its own, as what is deployed, by the functions' Python if it is here. What one hands
to the next goes through the emulator's queues; stream records are made of the table's items.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.bench.conftest import Say
from tests.bench.workers_at_work import Json, Surroundings
from tests.infra.deployed import DeployedFunctions
from tests.integration.workers.conftest import sqs_record
from tests.support.clock import MONDAY, Clock
from tests.support.imports import ImportDriver
from tests.support.tenant import Tenant
from tests.support.webhook_receiver import receiving
from tests.support.webhooks import webhook_subscriptions
from tests.support.workbooks import workbook
from usher.domain.imports.imports import ImportState
from usher.domain.sendings import Sending
from usher.services.outbox.sweep import AT_ONCE
from usher.services.people.learner_erasures import LearnerErasures
from usher.services.receipts import Receipt

PEOPLE = 100
"""People who are invited, and whose answers are a batch of the stream."""

ROWS = 500
"""Rows of an import: as many as one step checks or invites."""

DUE = 6000
"""Invites that expire: a lane of the sweep has a quarter of them, more than it holds in memory at once."""

START = "2027-02-01"


@pytest.fixture(scope="module")
def surroundings(
    functions: DeployedFunctions, emulator: str, tmp_path_factory: pytest.TempPathFactory
) -> Surroundings:
    return Surroundings(emulator, functions, tmp_path_factory.mktemp("clock"))


def test_the_workers_at_work(
    surroundings: Surroundings, emulator_tenant: Tenant, clock: Clock, say: Say
) -> None:
    tenant = emulator_tenant
    surroundings.set_clock(clock.now)
    most: dict[str, int] = {}
    with receiving(secure=False) as receiver:
        webhook_subscriptions(tenant.context, surroundings.signatures).create(
            person=tenant.full,
            organization=tenant.id,
            url=receiver.url,
            events_wanted=["invite.accepted"],
            description="",
            receipt=Receipt(),
        )
        license_ = tenant.license(2 * PEOPLE + ROWS)
        tenant.license(2 * ROWS, product=tenant.product(name="First aid"))
        surroundings.events()

        people = [f"Anna Bergmann <anna.bergmann{n:03}@hospital.example>" for n in range(PEOPLE)]
        invited = [one.invite for one in tenant.invite_all(license_, people, access_start=START)]
        surroundings.dispatch()
        emails = surroundings.queued("EMAIL") + surroundings.queued("BULK_EMAIL")
        most["send_email, ten emails"] = surroundings.batch("send_email", emails[:10]).megabytes
        invites = [invite for invite in invited if invite is not None]
        reports = [delivered(Sending(invite=invite.id, number=1)) for invite in invites[:10]]
        most["record_delivery, ten reports"] = surroundings.batch("record_delivery", reports).megabytes

        for invite in invites:
            tenant.accept(invite)
        most["dispatch, a hundred events"] = max(work.megabytes for work in surroundings.dispatch())
        call = surroundings.queued("WEBHOOK", most=1)
        most["deliver_webhook, one call"] = surroundings.batch("deliver_webhook", call).megabytes
        assert len(receiver.requests) == len(call)

    clock.forward(days=60)
    surroundings.set_clock(clock.now)
    started = [surroundings.work("start_access", one) for one in surroundings.waiting()]
    assert sum(one.answer["started"] for one in started) == PEOPLE
    most["start_access, a lane of a hundred"] = max(one.megabytes for one in started)

    most[f"run_import, {ROWS} rows"] = imported(surroundings, tenant)
    erasures = LearnerErasures(tenant.context, files=surroundings.files)
    erasures.order(
        person=tenant.full,
        organization=tenant.id,
        email="anna.bergmann000@hospital.example",
        receipt=Receipt(),
    )
    surroundings.dispatch()
    erased = surroundings.batch("erase_learner", surroundings.queued("ERASURE"))
    most["erase_learner, one learner"] = erased.megabytes

    lines = [f"Python {surroundings.functions.python.version} at work: MB at most"]
    say("\n".join([*lines, *(f"{what:28} {megabytes:4}" for what, megabytes in most.items())]))


def imported(surroundings: Surroundings, tenant: Tenant) -> int:
    """Import people from a workbook, and return the most megabytes of the worker's invocations."""
    imports = ImportDriver(tenant, surroundings.files, surroundings.s3)
    columns = ["Email", "First name", "Last name", "Licenses"]
    people = [[f"person{n:05}@team.example", "Ann", "Lee", "First aid"] for n in range(ROWS)]
    new = imports.create()
    imports.upload(new, workbook([columns, *people]))
    imports.check(new)
    invocations = []
    for state in (ImportState.CHECKED, ImportState.FINISHED):
        if state is ImportState.FINISHED:
            imports.confirm(new)
        surroundings.dispatch()
        while records := surroundings.queued("IMPORT"):
            invocations.append(surroundings.batch("run_import", records).megabytes)
        assert imports.now(new).state is state
    assert imports.now(new).done == ROWS
    return max(invocations)


def delivered(sending: Sending) -> Json:
    """Return SES's report that the email of a sending was delivered."""
    tags = {name: [value] for name, value in sending.tags.items()}
    mail = {"messageId": sending.invite, "tags": tags}
    return sqs_record(json.dumps({"eventType": "Delivery", "mail": mail}), sending.invite)


def test_the_sweep_at_work(surroundings: Surroundings, emulator_tenant: Tenant, say: Say) -> None:
    license_ = emulator_tenant.license(DUE)
    for first in range(0, DUE, 500):
        emulator_tenant.invite_all(license_, [f"a{first + n}@x.io" for n in range(500)])
    surroundings.set_clock(MONDAY + timedelta(days=20))

    swept = surroundings.work("sweep", {"lane": 0})

    expired = swept.answer["expired"]
    say(f"a lane of the sweep, {expired} of {DUE} invites expired: {swept.megabytes} MB at most")
    assert expired > AT_ONCE
