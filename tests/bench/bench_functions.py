"""What each function takes to start, over a client of DynamoDB alone (docs/performance.md).

What is deployed is packed for this machine's processor. Each function is started in a process of its own, as
Lambda does without a snapshot, by the functions' Python if it is here: processor time until its handler's
module is loaded, the best of several starts, the most memory that the process has had, and how many modules
it loaded; beside these the time with sources alone. The client is `boto3.client("dynamodb")` of the same
layer, in the same run.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.bench.conftest import Say
from tests.infra.deployed import DeployedFunctions
from tests.infra.test_handlers import NAMES, SERVING_HTTP
from tests.unit.workers.test_cold_start import ENVIRONMENT

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


def start(functions: DeployedFunctions, name: str, load: str) -> Start:
    """Return the best of several starts of a process that loads something where a function runs."""
    starts = []
    for _ in range(STARTS):
        printed = functions.run(name, _START.format(load=load), ENVIRONMENT | _OF_HTTP).split()
        starts.append(Start(float(printed[-3]), int(printed[-2]), int(printed[-1])))
    return min(starts, key=lambda one: one.seconds)


@pytest.fixture(scope="session")
def sources_alone(tmp_path_factory: pytest.TempPathFactory) -> DeployedFunctions:
    return DeployedFunctions.packed(tmp_path_factory.mktemp("sources"), bytecode=False)


def test_the_starts(functions: DeployedFunctions, sources_alone: DeployedFunctions, say: Say) -> None:
    client = start(functions, NAMES[0], _CLIENT)
    lines = [
        f"Python {functions.python.version:21} {'over a client':>13} {'ms':>6} {'MB':>5} modules  sources ms",
        _line("a client", client, client, start(sources_alone, NAMES[0], _CLIENT)),
    ]
    for name in NAMES:
        load = f"import functions.{name}.handler"
        started, compiling = start(functions, name, load), start(sources_alone, name, load)
        assert client.modules < started.modules == compiling.modules
        what = f"{name}, without its snapshot" if name in SERVING_HTTP else name
        lines.append(_line(what, started, client, compiling))
    say("\n".join(lines))


def _line(what: str, started: Start, client: Start, compiling: Start) -> str:
    ratio = started.seconds / client.seconds
    return (
        f"{what:28} {ratio:13.2f} {started.seconds * 1000:6.0f} {started.megabytes:5} {started.modules:7}"
        f" {compiling.seconds * 1000:11.0f}"
    )
