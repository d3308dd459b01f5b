"""erase_learner as Lambda runs it: an erasure that cannot be carried out says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.workers.conftest import ERASURE_QUEUE, Run, WorkerHarness, sqs_record
from tests.support.people_data import ANN, People
from tests.support.tenant import Tenant
from usher.domain.email_holds import MOST_HOLDS
from usher.domain.erasures import Erasure
from usher.services.imports.import_files import ImportFiles
from usher.services.people.learner_erasures import LearnerErasures
from usher.services.people.scrub_records import NotScrubbedError


@pytest.mark.usefixtures("harness")
def test_an_erasure_that_cannot_be_carried_out_fails_with_the_last_receive_and_can_be_put_back(
    tenant: Tenant, run: Run, import_files: ImportFiles
) -> None:
    people = People(tenant, import_files)
    tenant.accept(tenant.invite(tenant.license(), ANN))
    ordered = people.order()
    body = json.dumps({"organization": tenant.id, "erasure": ordered.id})

    def now() -> Erasure:
        return LearnerErasures(tenant.context, files=import_files).erasure(
            person=tenant.full, organization=tenant.id, erasure=ordered.id
        )

    last = run("erase_learner", {"Records": [sqs_record(body, receives=6)]})
    failed = now()
    done = people.carry_out(ordered)

    assert last == {"batchItemFailures": [{"itemIdentifier": "message"}]}
    assert failed.failed_at == ordered.ordered_at
    assert done
    assert people.mentions() == []
    assert now().failed_at is None
    assert run("erase_learner", {"Records": [sqs_record(body, receives=6)]}) == {"batchItemFailures": []}


@pytest.fixture
def ordered(tenant: Tenant, import_files: ImportFiles, harness: WorkerHarness) -> tuple[People, Erasure]:
    harness.clients["sqs"].create_queue(QueueName="erasures")
    people = People(tenant, import_files)
    tenant.accept(tenant.invite(tenant.license(), ANN))
    return people, people.order()


def jobs(harness: WorkerHarness) -> list[dict[str, Any]]:
    return [json.loads(one["body"]) for one in harness.queued(ERASURE_QUEUE)]


def test_a_turn_whose_time_is_up_queues_the_rest_of_the_erasure(
    ordered: tuple[People, Erasure], harness: WorkerHarness, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, order = ordered
    module = harness.handlers["erase_learner"]
    monkeypatch.setattr(module, "LAST_MILLISECONDS", 700_000)
    monkeypatch.setattr(module, "_pseudonymize_learner", people.pseudonymize_learner)
    job = {"organization": order.organization, "erasure": order.id, "holds": 0}
    turns = 0
    left = [job]
    while left:
        answer = run("erase_learner", {"Records": [sqs_record(json.dumps(left[0]))]})
        assert answer == {"batchItemFailures": []}
        left = jobs(harness)
        turns += 1
        assert left in ([job], [])

    assert turns > 16, "more than Lambda lets a chain have unless it is allowed to"
    assert people.mentions() == []


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("cognito-identity-provider.AdminDeleteUser", "TooManyRequestsException"),
        ("cognito-identity-provider.AdminDeleteUser", "InternalErrorException"),
        ("sesv2.DeleteSuppressedDestination", "TooManyRequestsException"),
    ],
)
def test_a_throttle_of_the_user_pool_or_ses_is_a_pause_and_no_receive(
    ordered: tuple[People, Erasure],
    harness: WorkerHarness,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    code: str,
) -> None:
    people, order = ordered
    people.register()
    module = harness.handlers["erase_learner"]
    monkeypatch.setattr(module, "_pseudonymize_learner", people.pseudonymize_learner)
    pauses: list[int] = []

    def note(params: dict[str, Any], **_: object) -> None:
        pauses.append(params["Entries"][0]["DelaySeconds"])
        params["Entries"][0]["DelaySeconds"] = 0

    def refuse(**_: object) -> None:
        error: Any = {"Error": {"Code": code, "Message": "Slow down."}}
        raise ClientError(error, call)

    queue = module._queue._client.meta.events
    service = (people.suppressed.client if "sesv2" in call else people.cognito).meta.events
    queue.register("provide-client-params.sqs.SendMessageBatch", note)
    service.register_first(f"before-call.{call}", refuse)
    body = json.dumps({"organization": order.organization, "erasure": order.id})
    held = []
    try:
        for _ in range(3):
            assert run("erase_learner", {"Records": [sqs_record(body)]}) == {"batchItemFailures": []}
            (job,) = jobs(harness)
            held.append(job["holds"])
            body = json.dumps(job)
    finally:
        service.unregister(f"before-call.{call}", refuse)
        queue.unregister("provide-client-params.sqs.SendMessageBatch", note)

    assert held == [1, 2, 3]
    assert [27 <= pauses[0] <= 30, 54 <= pauses[1] <= 60, 108 <= pauses[2] <= 120] == [True] * 3
    assert run("erase_learner", {"Records": [sqs_record(body)]}) == {"batchItemFailures": []}
    assert not people.identity.has_account(email=ANN)
    assert jobs(harness) == []


def test_after_a_day_of_pauses_each_further_one_is_a_receive(
    ordered: tuple[People, Erasure], harness: WorkerHarness, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, order = ordered

    def at_work(**_: object) -> None:
        raise NotScrubbedError("An import is being worked on.")

    module = harness.handlers["erase_learner"]
    monkeypatch.setattr(module._pseudonymize_learner, "advance", at_work)
    body = json.dumps({"organization": order.organization, "erasure": order.id, "holds": MOST_HOLDS})

    again = run("erase_learner", {"Records": [sqs_record(body)]})

    assert again == {"batchItemFailures": [{"itemIdentifier": "message"}]}
    assert jobs(harness) == []
    assert ANN in str(people.mentions())
