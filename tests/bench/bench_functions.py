"""What each function takes to start, over a client of DynamoDB alone, and its parts (docs/performance.md).

What is deployed is packed for this machine's processor. Each function is started in processes of their own,
as Lambda does without a snapshot, by the functions' Python if it is here: processor time until its handler's
module is loaded, the most memory that a process has had, and how many modules it loaded; beside these the
time with sources alone. The client is `boto3.client("dynamodb")` of the same layer, in the same run. Then the
parts of each start, which add up to it. Of each module and client the least time of several starts counts:
what else is going on makes any of them longer.
"""

from __future__ import annotations

import json

import pytest

from tests.bench.conftest import Say
from tests.bench.start_profile import COLUMNS, PROFILED, Start
from tests.infra.deployed import DeployedFunctions
from tests.infra.test_handlers import NAMES, SERVING_HTTP
from tests.unit.workers.test_cold_start import ENVIRONMENT

STARTS = 7
STARTS_FROM_SOURCES = 2

_CLIENT = "import boto3; boto3.client('dynamodb')"

_OF_HTTP = {
    "USHER_CHALLENGE_KEYS": "keys",
    "USHER_ENTITLEMENTS_KEY": "key",
    "USHER_ORIGIN_VERIFY_KEYS": "keys",
    "USHER_PERSON_ID_KEYS": "keys",
    "USHER_SSO_SECRETS": "sso",
}


LOADS = {"a client": _CLIENT} | {name: f"import functions.{name}.handler" for name in NAMES}
"""What is loaded in each start."""


def start_all(functions: DeployedFunctions, *, starts: int) -> dict[str, Start]:
    """Return the start of each function and of the client, in rounds, so that all share a busy moment."""
    found: dict[str, list[Start]] = {what: [] for what in LOADS}
    for _ in range(starts):
        for what, load in LOADS.items():
            function = what if what in NAMES else NAMES[0]
            program = PROFILED.replace("{load}", load)
            found[what].append(
                Start.read(*json.loads(functions.run(function, program, ENVIRONMENT | _OF_HTTP)))
            )
    return {what: Start.least(each) for what, each in found.items()}


@pytest.fixture(scope="session")
def sources_alone(tmp_path_factory: pytest.TempPathFactory) -> DeployedFunctions:
    return DeployedFunctions.packed(tmp_path_factory.mktemp("sources"), bytecode=False)


def test_the_starts(functions: DeployedFunctions, sources_alone: DeployedFunctions, say: Say) -> None:
    started = start_all(functions, starts=STARTS)
    compiling = start_all(sources_alone, starts=STARTS_FROM_SOURCES)
    client = started["a client"]
    lines = [
        f"Python {functions.python.version:21} {'over a client':>13} {'ms':>6} {'MB':>5} modules  sources ms"
    ]
    parts = ["".join(f"{column:>16}" for column in ("", "ms", *COLUMNS))]
    for name, one in started.items():
        assert len(one.modules) == len(compiling[name].modules)
        what = f"{name}, without its snapshot" if name in SERVING_HTTP else name
        lines.append(_line(what, one, client, compiling[name]))
        parts.append(_parts(name, one, client))
    say("\n".join([*lines, "", *parts]))


def _line(what: str, started: Start, client: Start, compiling: Start) -> str:
    ratio, modules = started.seconds / client.seconds, len(started.modules)
    return (
        f"{what:28} {ratio:13.2f} {started.seconds * 1000:6.0f} {started.megabytes:5} {modules:7}"
        f" {compiling.seconds * 1000:11.0f}"
    )


def _parts(what: str, started: Start, client: Start) -> str:
    seconds = started.parts(client)
    assert sum(seconds.values()) == pytest.approx(started.seconds)
    return f"{what:16}{started.seconds * 1000:16.0f}" + "".join(
        f"{seconds[column] * 1000:16.0f}" for column in COLUMNS
    )
