"""What surrounds the workers on the emulator: queues, bus, state machine, secrets, files, and the user pool.

A worker runs in a process of its own, as what is deployed, and is handed what AWS would hand it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3

from tests.infra.deployed import DeployedFunctions
from tests.integration.workers.conftest import sqs_record, stream_record
from tests.support.imports import BUCKET
from tests.support.tables import NAME, REGION, items
from tests.unit.workers.test_cold_start import ENVIRONMENT
from usher import clock
from usher.gateways.files import Files
from usher.gateways.links import Keys
from usher.gateways.secrets import Secret
from usher.gateways.signatures import Signatures
from usher.services.imports.import_files import ImportFiles
from usher.store import events

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
QUEUES = ("EMAIL", "BULK_EMAIL", "IMPORT", "ERASURE", "WEBHOOK")
_KEYS = json.dumps({"current": "k1", "k1": "x" * 64})
_WAIT = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86400, "End": True}}})

_INVOKE = """
import importlib, json, sys

class Context:
    function_name, memory_limit_in_mb, invoked_function_arn, aws_request_id = "worker", 512, "arn", "request"

    def get_remaining_time_in_millis(self):
        return 600_000

handler = importlib.import_module("functions.{name}.handler").handler
answer = handler(json.load(sys.stdin), Context())
status = open("/proc/self/status").read()
print(json.dumps([answer, int(status.partition("VmHWM:")[2].split()[0]) // 1024]))
"""

Json = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """What a worker answered, and the most megabytes that its process had."""

    answer: Any
    megabytes: int


@dataclass
class Surroundings:
    """The services that the workers call, on one emulator; `folder` is for the file of their clock."""

    endpoint: str
    functions: DeployedFunctions
    folder: Path
    environment: dict[str, str] = field(init=False)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dynamodb = self._client("dynamodb")
        self.sqs = self._client("sqs")
        self.machines = self._client("stepfunctions")
        self.queues = {name: self.sqs.create_queue(QueueName=name.lower())["QueueUrl"] for name in QUEUES}
        s3 = self._client("s3")
        s3.create_bucket(Bucket=BUCKET)
        self._client("events").create_event_bus(Name="bus")
        self._client("sesv2").create_email_identity(EmailIdentity=ENVIRONMENT["USHER_SENDER"])
        secrets = self._client("secretsmanager")
        for name in ("keys", "webhook-keys"):
            secrets.create_secret(Name=name, SecretString=_KEYS)
        pools = self._client("cognito-idp")
        pool = pools.create_user_pool(PoolName="people")["UserPool"]["Id"]
        app = pools.create_user_pool_client(UserPoolId=pool, ClientName="usher")["UserPoolClient"]["ClientId"]
        self.machine = self.machines.create_state_machine(
            name="starts", definition=_WAIT, roleArn="arn:aws:iam::000000000000:role/starts"
        )["stateMachineArn"]
        # The sweep hands on what is too much for one run, to an invocation of itself: here it does nothing.
        self._client("lambda").create_function(
            FunctionName="worker",
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/worker",
            Handler="worker.handler",
            Code={"ZipFile": _zip("worker.py", "def handler(event, context): return None\n")},
        )
        self.s3 = s3
        self.files = ImportFiles(Files(client=s3, bucket=BUCKET))
        self.signatures = Signatures(Keys(Secret(client=secrets, arn="webhook-keys")))
        self.environment = {
            **ENVIRONMENT,
            **CREDENTIALS,
            **{f"USHER_{name}_QUEUE": url for name, url in self.queues.items()},
            "AWS_ENDPOINT_URL": self.endpoint,
            "USHER_IMPORTS_BUCKET": BUCKET,
            "USHER_START_STATE_MACHINE": self.machine,
            "USHER_TABLE": NAME,
            "USHER_USER_POOL": pool,
            "USHER_USER_POOL_CLIENT": app,
            "USHER_WEBHOOK_NETWORKS": "127.0.0.0/8",
            clock.OFFSET_FILE: str(self.folder / "offset"),
        }

    def _client(self, service: str) -> Any:
        make: Any = boto3.client  # its type is a list of literal names
        return make(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
        )

    def set_clock(self, now: datetime) -> None:
        """Let the workers' clock show a moment from now on."""
        offset = (now - clock.actual_now()).total_seconds()
        (self.folder / "offset").write_text(str(int(offset)))

    def work(self, name: str, event: Json) -> Work:
        """Invoke a worker."""
        printed = self.functions.run(
            name, _INVOKE.replace("{name}", name), self.environment, stdin=json.dumps(event)
        )
        answer, megabytes = json.loads(printed.splitlines()[-1])
        return Work(answer, megabytes)

    def batch(self, name: str, records: Sequence[Json]) -> Work:
        """Invoke a worker with a batch, all of which it must handle."""
        assert records
        work = self.work(name, {"Records": [*records]})
        assert work.answer == {"batchItemFailures": []}
        return work

    def events(self) -> list[Json]:
        """Return stream records of the events that were written since the last look, oldest first."""
        found = {
            item["sk"]["S"]: item
            for item in items(self.dynamodb)
            if events.is_event(item) and item["sk"]["S"] not in self._seen
        }
        self._seen |= found.keys()
        return [stream_record(found[key], key) for key in sorted(found)]

    def dispatch(self) -> list[Work]:
        """Dispatch what happened since the last look, in batches of a hundred."""
        records = self.events()
        return [self.batch("dispatch", records[at : at + 100]) for at in range(0, len(records), 100)]

    def queued(self, queue: str, most: int = 10) -> list[Json]:
        """Take up to ten messages of a queue, as records."""
        answer = self.sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=most)
        messages = answer.get("Messages", [])
        for one in messages:
            self.sqs.delete_message(QueueUrl=self.queues[queue], ReceiptHandle=one["ReceiptHandle"])
        return [sqs_record(one["Body"], one["MessageId"]) for one in messages]

    def waiting(self) -> list[Json]:
        """Return the inputs of the executions that wait for a start."""
        listed = self.machines.list_executions(stateMachineArn=self.machine)["executions"]
        return [
            json.loads(self.machines.describe_execution(executionArn=one["executionArn"])["input"])
            for one in listed
        ]


def _zip(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()
