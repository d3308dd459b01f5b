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
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.email_holds import MOST_HOLDS, EmailHold, pause_after
from usher.domain.invite_pointers import HELD
from usher.domain.invites import Delivery, Invite, InviteState
from usher.gateways.queue import EMAILS, LONGEST_DELAY
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.store import invite_pointers, invites, list_pointers
from usher.store.transaction import commit

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


def listed_as_held(tenant: Tenant) -> list[str]:
    page = InviteQueries(tenant.context).listed(
        person=tenant.full,
        organization=tenant.id,
        query=InviteQuery(problems=(DeliveryProblem.HELD,)),
        limit=5,
        cursor=None,
    )
    return [one.id for one in page.items]


def pointers_to_held(tenant: Tenant) -> list[str]:
    partition = list_pointers.invites_to(tenant.id, HELD, InviteState.PENDING)
    return [row.sk for row in list_pointers.all_in(tenant.context.table, partition)]


def held_again(record: dict[str, Any]) -> dict[str, Any]:
    """The message that is queued in place of one that was held."""
    return sqs_record(EMAILS.write(replace(EMAILS.read(record["body"]), holds=1)))


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


def test_an_invite_is_listed_as_held_until_its_email_is_sent_or_pointless(
    tenant: Tenant, harness: WorkerHarness, run: Run, refusing: Refusing, invite: Invite, clock: Clock
) -> None:
    emails = {"first": harness.queued()}
    with refusing("LimitExceededException"):
        run("send_email", {"Records": emails["first"]})
    assert listed_as_held(tenant) == [invite.id]
    clock.forward(minutes=2)
    again = tenant.resend(present(tenant, invite))
    assert listed_as_held(tenant) == pointers_to_held(tenant) == []
    run("dispatch", {"Records": harness.events()})
    emails["second"] = harness.queued()
    with refusing("SendingPausedException"):
        run("send_email", {"Records": emails["second"]})

    # The first one has nothing to say any more, and leaves the second one's pointer.
    run("send_email", {"Records": [held_again(one) for one in emails["first"]]})
    assert listed_as_held(tenant) == [again.id]
    run("send_email", {"Records": [held_again(one) for one in emails["second"]]})

    assert listed_as_held(tenant) == pointers_to_held(tenant) == []
    assert present(tenant, invite).delivery is Delivery.SENT


def test_an_invite_that_is_answered_while_its_email_is_held_is_listed_no_more(
    tenant: Tenant, harness: WorkerHarness, run: Run, refusing: Refusing, invite: Invite
) -> None:
    emails = harness.queued()
    with refusing("LimitExceededException"):
        run("send_email", {"Records": emails})
    tenant.withdraw(present(tenant, invite))
    assert pointers_to_held(tenant) == []

    # As if it had been held again while it was withdrawn.
    commit(tenant.context.table, [invite_pointers.held(tenant.id, invite.id)])
    assert listed_as_held(tenant) == []


def test_a_hold_that_was_written_before_a_crash_ends_with_the_email(
    tenant: Tenant, harness: WorkerHarness, run: Run, refusing: Refusing, invite: Invite
) -> None:
    """The message comes back as it was, for want of an acknowledgment: with no hold counted."""
    emails = harness.queued()
    with refusing("LimitExceededException"):
        run("send_email", {"Records": emails})

    run("send_email", {"Records": emails})

    assert present(tenant, invite).delivery is Delivery.SENT
    assert pointers_to_held(tenant) == []


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
