"""Measures an operation's processor time, beside that of the bare botocore calls that it makes.

The table engine is moto, in this process. What it takes is left out on both sides: the operation's calls are
answered by it once, off the clock, and the same calls are then made by a botocore client as it comes, each
answered by the bytes that the operation got. What remains is the client's own work: expressions, requests,
parsing of answers, and, in the operation, Usher's code. The garbage collector leaves aside what was there
before, such as moto's table: a function has no such heap.
"""

from __future__ import annotations

import copy
import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse
from moto.core.models import botocore_stubber

from tests.support.tables import REGION

_CALL_SECONDS = 0.005
"""What a call to DynamoDB takes within its region."""


@dataclass(frozen=True)
class RecordedCall:
    """A call of the operation: its name and parameters, and the answer's status, headers and bytes."""

    operation: str
    params: dict[str, Any]
    status: int
    headers: Any
    body: bytes


class _Body:
    """The body of an answer, in the form in which botocore reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


def _answer(url: str, call: RecordedCall) -> AWSResponse:
    body: Any = _Body(call.body)
    return AWSResponse(url, call.status, call.headers, body)


@dataclass
class Recording:
    """The calls of a block, and the seconds of processor that it took without the engine's."""

    calls: list[RecordedCall] = field(default_factory=list)
    seconds: float = 0.0


class _Recorder:
    """Records the calls of a client.

    It is registered once: botocore finds the handlers of each event anew when one was registered, which no
    call of a function has to do.
    """

    def __init__(self, client: Any) -> None:
        self.recorded: Recording | None = None
        self.engine = 0.0
        self._params: dict[str, Any] = {}
        events = client.meta.events
        events.unregister("before-send", botocore_stubber)
        events.register_first("before-send.dynamodb", self._answer)
        events.register("provide-client-params.dynamodb", self._keep)

    def _keep(self, params: dict[str, Any], **_: Any) -> None:
        if self.recorded is None:
            return
        begun = time.process_time()
        self._params = copy.deepcopy(params)
        self.engine += time.process_time() - begun

    def _answer(self, request: Any, event_name: str, **_: Any) -> Any:
        if self.recorded is None:
            return botocore_stubber(event_name, request)
        begun = time.process_time()
        response: Any = botocore_stubber(event_name, request)
        call = RecordedCall(
            event_name.rpartition(".")[2],
            self._params,
            response.status_code,
            response.headers,
            response.content,
        )
        self.recorded.calls.append(call)
        answer = _answer(request.url, call)
        self.engine += time.process_time() - begun
        return answer


_recorder = cache(_Recorder)


@contextmanager
def recording(client: Any) -> Iterator[Recording]:
    """Record the calls that a client makes while the block runs."""
    recorder = _recorder(client)
    recorded = recorder.recorded = Recording()
    recorder.engine = 0.0
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    try:
        yield recorded
    finally:
        recorded.seconds = time.process_time() - begun - recorder.engine
        recorder.recorded = None


class BareClient:
    """A botocore client as it comes, whose calls are answered by what was recorded."""

    def __init__(self) -> None:
        self._answers: Iterator[RecordedCall] = iter(())
        self._client: Any = botocore.session.get_session().create_client(
            "dynamodb", region_name=REGION, aws_access_key_id="bench", aws_secret_access_key="bench"
        )
        events: Any = self._client.meta.events
        events.unregister("before-send", botocore_stubber)
        events.register_first("before-send.dynamodb", self._answer)

    def seconds(self, calls: Sequence[RecordedCall]) -> float:
        """Return the seconds of processor that the calls take."""
        self._answers = iter(calls)
        gc.collect()
        gc.freeze()
        begun = time.process_time()
        for call in calls:
            try:
                self._client._make_api_call(call.operation, call.params)
            except self._client.exceptions.ClientError:
                continue
        return time.process_time() - begun

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        answer = next(self._answers)
        return _answer(request.url, answer)


@dataclass(frozen=True)
class Measured:
    """The medians of an operation's runs. Seconds are those of the processor."""

    calls: int
    seconds: float
    bare_seconds: float

    @property
    def ratio(self) -> float:
        """The operation's processor time over that of its calls alone."""
        return self.seconds / self.bare_seconds

    @property
    def ratio_with_calls(self) -> float:
        """The same where each call takes 5 ms more on both sides."""
        waited = self.calls * _CALL_SECONDS
        return (self.seconds + waited) / (self.bare_seconds + waited)


def measure(
    client: Any, bare: BareClient, prepared: Callable[[], Callable[[], object]], *, runs: int
) -> Measured:
    """Measure an operation, which is prepared anew for each run; the first run warms up and is left out."""
    seconds, bare_seconds, calls = [], [], 0
    for run in range(runs + 1):
        operation = prepared()
        with recording(client) as recorded:
            operation()
        alone = min(bare.seconds(recorded.calls) for _ in range(2))
        calls = len(recorded.calls)
        if run:
            seconds.append(recorded.seconds)
            bare_seconds.append(alone)
    return Measured(calls, statistics.median(seconds), statistics.median(bare_seconds))
