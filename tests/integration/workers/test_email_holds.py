"""Emails that SES does not take at the moment: they are sent later, and the invite says why it waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.integration.workers.conftest import BULK_QUEUE, QUEUE, Run, WorkerHarness, sqs_record
from tests.support.tenant import Tenant
from usher.domain.email_holds import MOST_HOLDS, EmailHold, pause_after
from usher.domain.invites import Delivery, Invite
from usher.gateways.queue import EMAILS, LONGEST_DELAY
from usher.store import invites

NO_ANSWER = "no answer"
OF_THE_SERVICE = {"InternalFailure": 500, "ServiceUnavailable": 503}

Refusing = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def refusing(harness: WorkerHarness) -> Refusing:
    """Makes SES answer with an error of this code, or not at all, for as long as it is open."""
    events = harness.handlers["send_email"]._bootstrap.mail._client.meta.events

    @contextmanager
    def refusing(code: str) -> Iterator[None]:
        def answer(**_: object) -> Any:
            if code == NO_ANSWER:
                raise ReadTimeoutError(endpoint_url="https://email")
            status = OF_THE_SERVICE.get(code, 400)
            return SimpleNamespace(status_code=status), {
                "Error": {"Code": code, "Message": ""},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }

        events.register("before-call.sesv2.SendEmail", answer)
        try:
            yield
        finally:
            events.unregister("before-call.sesv2.SendEmail", answer)

    return refusing


@pytest.fixture
def queued_again(harness: WorkerHarness) -> Iterator[list[tuple[str, int, str]]]:
    """Each message that send_email queues: the queue, the delay in seconds, and the body."""
    noted: list[tuple[str, int, str]] = []

    def note(params: dict[str, Any], **_: object) -> None:
        noted.extend(
            (params["QueueUrl"], entry["DelaySeconds"], entry["MessageBody"]) for entry in params["Entries"]
        )

    # Both of its queues have the same client.
    events = harness.handlers["send_email"]._bootstrap.email_queue._client.meta.events
    events.register("provide-client-params.sqs.SendMessageBatch", note)
    yield noted
    events.unregister("provide-client-params.sqs.SendMessageBatch", note)


def present(tenant: Tenant, invite: Invite) -> Invite:
    found = invites.get(tenant.context.table, invite.id)
    assert found is not None
    return found


@pytest.fixture
def invite(tenant: Tenant, harness: WorkerHarness, run: Run) -> Invite:
    """An invite whose email waits."""
    license_ = tenant.license()
    harness.events()
    invite = tenant.invite(license_)
    run("dispatch", {"Records": harness.events()})
    return invite


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("TooManyRequestsException", EmailHold.RATE),
        ("LimitExceededException", EmailHold.QUOTA),
        ("SendingPausedException", EmailHold.PAUSED),
        ("InternalFailure", EmailHold.OUTAGE),
        ("ServiceUnavailable", EmailHold.OUTAGE),
        (NO_ANSWER, EmailHold.OUTAGE),
    ],
)
def test_an_email_that_ses_does_not_take_now_is_sent_later_and_its_invite_says_why(
    tenant: Tenant,
    harness: WorkerHarness,
    run: Run,
    refusing: Refusing,
    queued_again: list[tuple[str, int, str]],
    invite: Invite,
    code: str,
    reason: EmailHold,
) -> None:
    with refusing(code):
        assert run("send_email", {"Records": harness.queued()}) == {"batchItemFailures": []}
    ((queue, delay, body),) = queued_again
    held = present(tenant, invite)

    run("send_email", {"Records": [sqs_record(body)]})
    sent = present(tenant, invite)

    assert (queue, json.loads(body)["holds"]) == (QUEUE, 1)
    assert 27 <= delay <= 30
    assert (held.delivery, held.delivery_held, held.version) == (Delivery.QUEUED, reason, 1)
    assert (sent.delivery, sent.delivery_held) == (Delivery.SENT, None)
    assert [one.destinations["ToAddresses"] for one in harness.all_sent()].count(["ann@x.io"]) == 1


@pytest.mark.usefixtures("invite")
def test_bulk_that_is_held_stays_bulk(
    harness: WorkerHarness, run: Run, refusing: Refusing, queued_again: list[tuple[str, int, str]]
) -> None:
    (record,) = harness.queued()
    bulk = EMAILS.write(replace(EMAILS.read(record["body"]), bulk=True, holds=7))

    with refusing("TooManyRequestsException"):
        run("send_email", {"Records": [sqs_record(bulk)]})

    ((queue, delay, body),) = queued_again
    assert (queue, json.loads(body)["holds"]) == (BULK_QUEUE, 8)
    assert 810 <= delay <= 900


@pytest.mark.usefixtures("invite")
def test_an_email_that_was_held_for_a_day_has_failed(
    harness: WorkerHarness, run: Run, refusing: Refusing, queued_again: list[tuple[str, int, str]]
) -> None:
    (record,) = harness.queued()
    last = EMAILS.write(replace(EMAILS.read(record["body"]), holds=MOST_HOLDS))

    with refusing("LimitExceededException"):
        answer = run("send_email", {"Records": [sqs_record(last)]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message"}]}
    assert not queued_again


@pytest.mark.usefixtures("invite")
def test_what_ses_refuses_for_good_is_a_failure_at_once(
    harness: WorkerHarness, run: Run, refusing: Refusing, queued_again: list[tuple[str, int, str]]
) -> None:
    with refusing("MessageRejected"):
        answer = run("send_email", {"Records": harness.queued()})

    assert len(answer["batchItemFailures"]) == 1
    assert not queued_again


@pytest.mark.parametrize("chance", [0, 1])
def test_an_email_is_held_for_a_day_with_pauses_that_sqs_knows(chance: float) -> None:
    pauses = [pause_after(holds, chance=chance) for holds in range(1, MOST_HOLDS + 1)]

    assert pauses == sorted(pauses)
    assert max(pauses) <= LONGEST_DELAY
    assert timedelta(hours=21) < sum(pauses, timedelta()) <= timedelta(hours=25)
