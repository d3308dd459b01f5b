"""Queues: typed messages in batches of ten, what SQS refuses offered again, and bodies that stay readable."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.support.tables import REGION
from usher.domain.effects.kinds import ContinueImport, Email, EraseLearner, Template
from usher.domain.events.groups import GroupDeleted
from usher.domain.events.parts import GroupRef
from usher.domain.integrations.webhook_deliveries import Call
from usher.gateways.queue import (
    ATTEMPTS,
    EMAILS,
    ERASURE_JOBS,
    IMPORT_JOBS,
    WEBHOOK_CALLS,
    MessageFormat,
    NotQueuedError,
    Outgoing,
    Queue,
)

URL = "https://sqs.example/imports"
CALL = Call(organization="O", webhook="W", delivery="D")
DATA = GroupDeleted(group=GroupRef(id="G", name="Night shift"))
EMAIL = Email(
    id="E", template=Template.INVITE, organization="O", to="jörg@x.io", invite="I", number=2, data=DATA
)
EMAIL_BODY = (
    '{"id":"E","template":"invite","organization":"O","to":"j\\u00f6rg@x.io","invite":"I","number":2,'
    '"data":{"group":{"id":"G","name":"Night shift"}},"asked_by":"","actor_name":"","type":"group.deleted"}'
)


def job(number: int) -> ContinueImport:
    return ContinueImport(organization="O", import_id=str(number))


@pytest.fixture
def sqs() -> Any:
    return boto3.client("sqs", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def queue(sqs: Any) -> Queue[ContinueImport]:
    return Queue(client=sqs, url=URL, message_format=IMPORT_JOBS)


def request(positions: range | list[int], *, first: int = 0, delay: int = 0) -> dict[str, Any]:
    entries = [
        {
            "Id": str(position),
            "MessageBody": (
                f'{{"organization":"O","import_id":"{first + position}","settled":0,"idle_turns":0}}'
            ),
            "MessageGroupId": "O",
            "DelaySeconds": delay,
        }
        for position in positions
    ]
    return {"QueueUrl": URL, "Entries": entries}


def answer(*, refused: list[int]) -> dict[str, Any]:
    failed = [{"Id": str(one), "SenderFault": False, "Code": "InternalError"} for one in refused]
    return {"Successful": [], "Failed": failed}


def test_messages_go_ten_to_a_call_with_their_delay(sqs: Any, queue: Queue[ContinueImport]) -> None:
    with Stubber(sqs) as stub:
        for first, number in ((0, 10), (10, 10), (20, 3)):
            asked = request(range(number), first=first, delay=90)
            stub.add_response("send_message_batch", answer(refused=[]), asked)
        queue.put([job(number) for number in range(23)], delay=timedelta(minutes=1.5))

        stub.assert_no_pending_responses()


def test_nothing_to_queue_is_no_call(sqs: Any, queue: Queue[ContinueImport]) -> None:
    calls: list[str] = []
    sqs.meta.events.register("before-parameter-build.sqs", lambda model, **_: calls.append(model.name))

    with Stubber(sqs):
        queue.put([])

    assert calls == []


def test_what_sqs_refuses_is_offered_again_and_nothing_else(sqs: Any, queue: Queue[ContinueImport]) -> None:
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", answer(refused=[1, 3]), request(range(4)))
        stub.add_response("send_message_batch", answer(refused=[3]), request([1, 3]))
        stub.add_response("send_message_batch", answer(refused=[]), request([3]))
        queue.put([job(number) for number in range(4)])

        stub.assert_no_pending_responses()


def test_what_sqs_goes_on_refusing_is_an_error(sqs: Any, queue: Queue[ContinueImport]) -> None:
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", answer(refused=[0]), request(range(2)))
        for _ in range(ATTEMPTS - 1):
            stub.add_response("send_message_batch", answer(refused=[0]), request([0]))

        with pytest.raises(NotQueuedError, match="1 messages"):
            queue.put([job(number) for number in range(2)])
        stub.assert_no_pending_responses()


def test_of_messages_of_different_origins_those_not_queued_are_named_and_the_others_are(
    sqs: Any, queue: Queue[ContinueImport]
) -> None:
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", answer(refused=[3]), request(range(10)))
        for _ in range(ATTEMPTS - 1):
            stub.add_response("send_message_batch", answer(refused=[3]), request([3]))
        stub.add_client_error("send_message_batch", "ServiceUnavailable")
        stub.add_response("send_message_batch", answer(refused=[]), request(range(2), first=20))
        failures = queue.put_each([Outgoing(job(number), "") for number in range(22)])

        stub.assert_no_pending_responses()

    assert sorted(failures) == [3, *range(10, 20)]
    assert isinstance(failures[3], NotQueuedError)


def test_messages_that_are_too_large_for_one_call_take_several(sqs: Any) -> None:
    queue = Queue(client=sqs, url=URL, message_format=EMAILS)
    sizes: list[int] = []

    def note(params: dict[str, Any], **_: object) -> None:
        sizes.append(len(params["Entries"]))

    sqs.meta.events.register("provide-client-params.sqs.SendMessageBatch", note)
    with Stubber(sqs) as stub:
        for _ in range(4):
            stub.add_response("send_message_batch", answer(refused=[]))
        queue.put([replace(EMAIL, actor_name="x" * 100_000) for _ in range(7)])

    assert sizes == [2, 2, 2, 1]


@pytest.mark.parametrize(
    ("message_format", "message"),
    [
        (EMAILS, EMAIL),
        (WEBHOOK_CALLS, CALL),
        (IMPORT_JOBS, job(1)),
        (ERASURE_JOBS, EraseLearner(organization="O", erasure="X")),
    ],
)
def test_a_message_is_read_as_it_was_written(message_format: MessageFormat[Any], message: object) -> None:
    assert message_format.read(message_format.write(message)) == message


def test_a_read_email_has_a_template_and_no_mere_text() -> None:
    assert EMAILS.read(EMAILS.write(EMAIL)).template is Template.INVITE


@pytest.mark.parametrize(
    ("message_format", "in_flight", "message"),
    [
        (
            EMAILS,
            EMAIL_BODY,
            EMAIL,
        ),
        (WEBHOOK_CALLS, '{"organization":"O","webhook":"W","delivery":"D"}', CALL),
        (IMPORT_JOBS, '{"organization": "O", "import_id": "1"}', job(1)),
        (ERASURE_JOBS, '{"organization": "O", "erasure": "X"}', EraseLearner(organization="O", erasure="X")),
    ],
)
def test_a_body_in_flight_stays_readable(
    message_format: MessageFormat[Any], in_flight: str, message: object
) -> None:
    assert message_format.read(in_flight) == message
    written = json.loads(message_format.write(message))
    assert {name: written[name] for name in json.loads(in_flight)} == json.loads(in_flight)


@pytest.mark.parametrize("body", ["no json", '{"organization":"O"}', '{"template":"none"}', "[]"])
def test_a_body_of_another_type_is_refused(body: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        EMAILS.read(body)
