"""The workers as Lambda runs them, between moto's table, queue, state machine, bus and SES.

`harness`   their surroundings: `harness.emails_queued()`, `harness.sent()`, `harness.stream()` and so on
`run`     the handlers by their names: `run("sweep", {})`; their clock is the test's
"""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from functions.dispatch.done_events import DoneEvents
from tests.support.clock import Clock
from tests.support.imports import BUCKET
from tests.support.permissions import EXPECTED, actions_of, pairs
from tests.support.tables import NAME, REGION, items
from tests.support.tenant import Tenant
from usher.domain.licenses import License
from usher.store.table import Table

ACCOUNT = DEFAULT_ACCOUNT_ID
NAMES = (
    "dispatch",
    "send_email",
    "record_delivery",
    "start_access",
    "sweep",
    "deliver_webhook",
    "run_import",
    "erase_learner",
    "custom_message",
)
ORIGIN = "https://usher.example"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/emails"
BULK_QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/bulk-emails"
IMPORT_QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/imports"
ERASURE_QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/erasures"
WEBHOOK_QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/webhooks"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:starts"
SENDER = "no-reply@usher.example"

ENVIRONMENT = {
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_DEFAULT_REGION": REGION,
    "POWERTOOLS_METRICS_NAMESPACE": "Usher",
    "USHER_BUS": "usher",
    "USHER_BULK_EMAIL_QUEUE": BULK_QUEUE,
    "USHER_EMAIL_QUEUE": QUEUE,
    "USHER_IMPORTS_BUCKET": BUCKET,
    "USHER_IMPORT_QUEUE": IMPORT_QUEUE,
    "USHER_ERASURE_QUEUE": ERASURE_QUEUE,
    "USHER_LINK_KEYS": "link-keys",
    "USHER_MOST_RECEIVES": "6",
    "USHER_ORIGIN": ORIGIN,
    "USHER_SENDER": SENDER,
    "USHER_SES_CONFIGURATION_SET": "emails",
    "USHER_START_STATE_MACHINE": MACHINE,
    "USHER_TABLE": NAME,
    "USHER_USER_POOL": "us-east-1_pool",
    "USHER_USER_POOL_CLIENT": "client",
    "USHER_WEBHOOK_KEYS": "webhook-keys",
    "USHER_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "USHER_WEBHOOK_QUEUE": WEBHOOK_QUEUE,
}

Json = dict[str, Any]
Run = Callable[[str, Json], Any]


class _Present:
    """The clock of whichever test runs right now: the handlers are built once and keep it."""

    clock = Clock()

    def __call__(self) -> datetime:
        return self.clock()


_present = _Present()


@pytest.fixture(scope="session")
def handlers() -> dict[str, ModuleType]:
    """Import the handlers' modules, as a cold start does; their clients find moto in every test."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setattr("usher.clock.now", _present)
        imported = {}
        for name in NAMES:
            patch.setenv("POWERTOOLS_SERVICE_NAME", name)
            imported[name] = importlib.import_module(f"functions.{name}.handler")
        return imported


@dataclass
class WorkerHarness:
    """What surrounds the workers."""

    clients: dict[str, Any]
    handlers: dict[str, ModuleType]
    table: Table
    requests: list[Json] = field(default_factory=list)
    sent_before: int = 0
    _seen: set[str] = field(default_factory=set)

    def events(self) -> list[Json]:
        """Return stream records of the events that were written since the last look, oldest first."""
        found = {
            item["sk"]["S"]: item
            for item in items(self.clients["dynamodb"])
            if item["sk"]["S"].startswith("EVENT#") and item["sk"]["S"] not in self._seen
        }
        self._seen |= found.keys()
        return [stream_record(found[key], key) for key in sorted(found)]

    def queued(self, queue: str | None = None) -> list[Json]:
        """Take what waits in a queue, by default both of emails, as records that Lambda would hand over."""
        if queue is None:
            return [*self.queued(QUEUE), *self.queued(BULK_QUEUE)]
        taken: list[Json] = []
        while True:
            answer = self.clients["sqs"].receive_message(
                QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            )
            messages = answer.get("Messages", [])
            if not messages:
                return taken
            for message in messages:
                self.clients["sqs"].delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                record = sqs_record(message["Body"], message["MessageId"])
                taken.append(record | {"messageAttributes": _as_lambda_has_them(message)})

    def forget_done_events(self) -> None:
        """Dispatch what comes next in another environment of the function, which has done nothing yet."""
        self.handlers["dispatch"]._done = DoneEvents()  # type: ignore[attr-defined]

    def all_sent(self) -> list[Any]:
        """Return the emails that SES took, oldest first."""
        return list(ses_backends[ACCOUNT][REGION].sent_messages)

    def sent(self) -> list[Any]:
        """Return the emails that SES took since the organization was founded."""
        return self.all_sent()[self.sent_before :]

    def executions(self) -> list[Json]:
        """Return the inputs of the executions that wait for a start."""
        machine = self.clients["stepfunctions"]
        listed = machine.list_executions(stateMachineArn=MACHINE)["executions"]
        return [
            json.loads(machine.describe_execution(executionArn=one["executionArn"])["input"])
            for one in listed
        ]


def _as_lambda_has_them(message: Json) -> Json:
    """The message's attributes, whose keys Lambda writes with a small letter at the beginning."""
    return {
        name: {key[0].lower() + key[1:]: part for key, part in value.items()}
        for name, value in message.get("MessageAttributes", {}).items()
    }


def stream_record(image: Json, sequence_number: str = "1", *, kind: str = "INSERT") -> Json:
    return {
        "eventName": kind,
        "eventSource": "aws:dynamodb",
        "dynamodb": {"NewImage": image, "SequenceNumber": sequence_number},
    }


def sqs_record(body: str, message_id: str = "message", *, receives: int = 1) -> Json:
    return {
        "messageId": message_id,
        "body": body,
        "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": str(receives)},
    }


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    services = ("dynamodb", "sqs", "stepfunctions", "events", "sesv2", "secretsmanager")
    with mock_aws():
        make: Any = boto3.client  # its type is a list of literal names
        return {name: make(name, region_name=REGION) for name in services}


@pytest.fixture
def harness(
    handlers: dict[str, ModuleType],
    clients: dict[str, Any],
    table: Table,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[WorkerHarness]:
    _present.clock = clock
    monkeypatch.setattr(handlers["dispatch"], "_done", DoneEvents())  # ids are the same in each test
    for name in ("dispatch", "start_access"):
        monkeypatch.setattr(handlers[name]._bootstrap.workflows, "_begun", {})
    clients["sqs"].create_queue(QueueName="emails")
    clients["sqs"].create_queue(QueueName="bulk-emails")
    clients["sqs"].create_queue(QueueName="webhooks")
    clients["sqs"].create_queue(QueueName="imports")
    clients["stepfunctions"].create_state_machine(
        name="starts",
        definition=json.dumps({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/starts",
    )
    clients["events"].create_event_bus(Name="usher")
    clients["sesv2"].create_email_identity(EmailIdentity=SENDER)
    clients["secretsmanager"].create_secret(
        Name="link-keys", SecretString=json.dumps({"current": "k1", "k1": "x" * 64})
    )
    clients["secretsmanager"].create_secret(
        Name="webhook-keys", SecretString=json.dumps({"current": "k1", "k1": "x" * 64})
    )
    harness = WorkerHarness(clients, handlers, table)

    def note(params: Json, **_: object) -> None:
        harness.requests.append(params)

    events = handlers["send_email"]._bootstrap.mail._client.meta.events
    events.register("provide-client-params.sesv2.SendEmail", note)
    yield harness
    events.unregister("provide-client-params.sesv2.SendEmail", note)


class _Context(LambdaContext):
    """An invocation's context: of `run_import` one without time for a second step, of others with enough."""

    milliseconds_left = 0

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override] # a static method in Powertools
        return self.milliseconds_left


@pytest.fixture
def run(harness: WorkerHarness) -> Run:
    """Runs a handler, and fails if it does to the table what its role in the template does not allow."""
    context = _Context()
    context._function_name = "worker"
    context._memory_limit_in_mb = 512
    context._invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:worker"
    context._aws_request_id = "request"

    def run(name: str, event: Json) -> Any:
        context.milliseconds_left = 0 if name == "run_import" else 600_000
        needed: set[tuple[str, str]] = set()

        def note(params: Json, model: Any, **_: object) -> None:
            needed.update(actions_of(model.name, params))

        handler = harness.handlers[name]
        client = handler._bootstrap.context.table.connection.client
        client.meta.events.register("provide-client-params.dynamodb", note)
        try:
            answer = handler.handler(event, context)
        finally:
            client.meta.events.unregister("provide-client-params.dynamodb", note)
        assert needed <= pairs(EXPECTED[name]), name
        return answer

    return run


@pytest.fixture
def settle(harness: WorkerHarness, run: Run) -> Callable[[], None]:
    """Let everything that follows from what was done happen: dispatch it, and send its emails."""

    def settle() -> None:
        for name, take in (("dispatch", harness.events), ("send_email", harness.queued)):
            if records := take():  # Lambda hands over no empty batch
                assert run(name, {"Records": records}) == {"batchItemFailures": []}

    return settle


@pytest.fixture
def scheduled(tenant: Tenant, settle: Callable[[], None]) -> License:
    """A license of which Ann has an access that starts on 1 February in Zurich."""
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, access_start="2027-02-01"))
    settle()
    return license_


@pytest.fixture
def logged(harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What all workers write to their logs, as it is written."""
    log = io.StringIO()
    for module in harness.handlers.values():
        monkeypatch.setattr(module.logger.registered_handler, "stream", log)
    return log
