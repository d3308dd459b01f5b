"""What each function takes to start, over a client of DynamoDB alone (docs/performance.md).

Each is started in a process of its own, as Lambda does without a snapshot: processor time until its handler's
module is loaded, the best of several starts, the most memory that the process has had, and how many modules
it loaded. The client is `boto3.client("dynamodb")`, in the same run. The sweep, which holds more than any
other, is also measured at its work, on the emulator's table engine.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bench.conftest import Say
from tests.support.clock import MONDAY
from tests.support.tables import NAME
from tests.support.tenant import Tenant
from tests.unit.workers.test_cold_start import ENVIRONMENT, NAMES
from usher import clock

STARTS = 3

_START = """
import sys, time
begun = time.process_time()
{load}
seconds = time.process_time() - begun
status = open("/proc/self/status").read()
print(seconds, int(status.partition("VmHWM:")[2].split()[0]) // 1024, len(sys.modules))
"""
_CLIENT = "import boto3; boto3.client('dynamodb')"

WITH_SNAPSHOT = {"api": "functions.api.handler", "pages": "functions.pages.handler"}
"""The functions that start from a snapshot in AWS, which has what they load here."""

_OF_HTTP = {
    "USHER_CHALLENGE_KEYS": "keys",
    "USHER_ENTITLEMENTS_KEY": "key",
    "USHER_ORIGIN_VERIFY_KEYS": "keys",
    "USHER_PERSON_ID_KEYS": "keys",
    "USHER_SSO_SECRETS": "sso",
}


@dataclass(frozen=True)
class Start:
    """A start: seconds of processor, megabytes at most, modules loaded."""

    seconds: float
    megabytes: int
    modules: int


def start(load: str) -> Start:
    """Return the best of several starts of a process that loads something."""
    starts = []
    for _ in range(STARTS):
        printed = subprocess.run(  # noqa: S603 - all of its words are ours
            [sys.executable, "-c", _START.format(load=load)],
            env=ENVIRONMENT | _OF_HTTP,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        starts.append(Start(float(printed[-3]), int(printed[-2]), int(printed[-1])))
    return min(starts, key=lambda one: one.seconds)


@pytest.fixture(scope="session")
def client() -> Start:
    return start(_CLIENT)


def test_the_starts(client: Start, say: Say) -> None:
    lines = [
        f"{'function':28} {'over a client':>13} {'ms':>6} {'MB':>5} modules",
        _line("a client", client, client),
    ]
    for name in (*WITH_SNAPSHOT, *NAMES):
        started = start(f"import {WITH_SNAPSHOT.get(name, f'functions.{name}.handler')}")
        assert started.modules > client.modules
        lines.append(
            _line(f"{name}{', without its snapshot' if name in WITH_SNAPSHOT else ''}", started, client)
        )
    say("\n".join(lines))


def _line(name: str, started: Start, client: Start) -> str:
    ratio = started.seconds / client.seconds
    return f"{name:28} {ratio:13.2f} {started.seconds * 1000:6.0f} {started.megabytes:5} {started.modules:7}"


DUE = 4000
"""Invites that expire: about as many as a run of the sweep takes from all shards together."""

_SWEEP = """
import functions.sweep.handler
from functions.sweep.wiring import sweep
from usher.bootstrap import Bootstrap
expired = sweep(Bootstrap(), enough=lambda: False).sweep().expired
status = open("/proc/self/status").read()
print(expired, int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def test_the_sweep_at_work(emulator_tenant: Tenant, emulator: str, tmp_path: Path, say: Say) -> None:
    license_ = emulator_tenant.license(DUE)
    for first in range(0, DUE, 500):
        emulator_tenant.invite_all(license_, [f"a{first + n}@x.io" for n in range(500)])
    offset = tmp_path / "offset"
    later = MONDAY + timedelta(days=20) - clock.actual_now()
    offset.write_text(str(int(later.total_seconds())))
    emulated = {
        "AWS_ENDPOINT_URL": emulator,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "USHER_TABLE": NAME,
        clock.OFFSET_FILE: str(offset),
    }

    printed = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", _SWEEP], env=ENVIRONMENT | emulated, capture_output=True, text=True, check=True
    ).stdout.split()

    expired, megabytes = map(int, printed)
    say(f"the sweep, {expired} of {DUE} invites expired in one run: {megabytes} MB at most")
    assert expired > DUE // 2, "a shard with more than a run takes is swept by itself"
