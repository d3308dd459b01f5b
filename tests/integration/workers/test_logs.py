"""Whatever fails in a worker, and whoever it names: its log says where and of which kind, and no more."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.logs import InvocationFailedError
from tests.integration.workers.conftest import Run, WorkerHarness, sqs_record, stream_record
from tests.support.leaky_errors import LEAKY_ERRORS, LeakyError

Json = dict[str, Any]

DATA = {"group": {"id": "G", "name": "Night shift"}}
EVENT = stream_record(
    {
        "pk": {"S": "ORG#O"},
        "sk": {"S": "EVENT#01K8ZQ4V7X3M5N6P8R9S0T1U2V"},
        "id": {"S": "01K8ZQ4V7X3M5N6P8R9S0T1U2V"},
        "type": {"S": "group.deleted"},
        "organization": {"S": "O"},
        "actor": {"S": "ann@x.io"},
        "occurred_at": {"S": "2027-01-04T09:00:00Z"},
        "data": {"S": json.dumps(DATA)},
    }
)


def message(**fields: object) -> Json:
    return {"Records": [sqs_record(json.dumps(fields), "m1")]}


EMAIL = {
    "id": "E",
    "template": "invite",
    "organization": "O",
    "to": "ann@x.io",
    "invite": "I",
    "number": 1,
    "type": "group.deleted",
    "data": DATA,
}
REPORT = {
    "eventType": "Delivery",
    "mail": {"messageId": "M", "destination": ["ann@x.io"], "tags": {"invite": ["I"], "number": ["1"]}},
}
START = {"start_at": "2026-01-04T09:00:00Z", "lane": 0, "waits": 0, "turn": 1, "check_at": "-"}

INPUTS: dict[str, Json] = {
    "dispatch": {"Records": [EVENT]},
    "send_email": message(**EMAIL),
    "record_delivery": message(**REPORT),
    "deliver_webhook": message(organization="O", webhook="W", delivery="D"),
    "run_import": message(organization="O", import_id="X"),
    "erase_learner": message(organization="O", erasure="X"),
    "start_access": START,
    "sweep": {},
}
RAISING = {"dispatch", "start_access", "sweep"}
"""The others read a queue, and report what failed."""


@contextmanager
def failing(harness: WorkerHarness, name: str, make: Callable[[], Exception]) -> Iterator[None]:
    """Have each call that the worker makes to DynamoDB fail while the block runs."""

    def fail(**_: object) -> None:
        raise make()

    events = harness.handlers[name]._bootstrap.context.table.connection.client.meta.events
    events.register_first("before-call.dynamodb", fail)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", fail)


@pytest.mark.parametrize("leaky", LEAKY_ERRORS, ids=lambda leaky: leaky.name)
@pytest.mark.parametrize("name", INPUTS)
def test_an_error_that_names_somebody_is_logged_without_its_text(
    harness: WorkerHarness,
    run: Run,
    logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    name: str,
    leaky: LeakyError,
) -> None:
    told = ""
    with failing(harness, name, leaky.make):
        if name in RAISING:
            with pytest.raises(InvocationFailedError) as raised:
                run(name, INPUTS[name])
            told = str(raised.value)
        else:
            assert run(name, INPUTS[name]) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}

    written = logged.getvalue() + told + "".join(capfd.readouterr())
    assert type(leaky.make()).__qualname__ in logged.getvalue()
    assert f"functions/{name}/handler.py" in logged.getvalue()
    assert not [secret for secret in (*leaky.secrets, "ann@x.io") if secret in written]


@pytest.mark.parametrize(
    "name", [name for name in INPUTS if name not in {"dispatch", "start_access", "sweep"}]
)
def test_a_message_that_cannot_be_read_is_logged_without_its_body(
    run: Run, logged: io.StringIO, name: str
) -> None:
    broken = {"Records": [sqs_record('{"to": "ann@x.io", "message": "Dear Ann"', "m1")]}

    assert run(name, broken) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert "JSONDecodeError" in logged.getvalue()
    assert '"sqs_message":"m1"' in logged.getvalue()
    assert "Ann" not in logged.getvalue()
    assert "@" not in logged.getvalue()
