"""The whole stack on this machine, started once for this folder's tests, on ports and a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 900
_STOP_SECONDS = 300
_WAIT_SECONDS = 300
"""All three for a machine under heavy load."""


@dataclass(frozen=True, kw_only=True)
class LocalUsher:
    """A stack that is up.

    Attributes:
        base_url: the one origin, without a slash at its end.
        entitlements_key: the key for `/v1/entitlements`.
        emulator: the emulator's endpoint.
        outputs: what the template says of itself.
        state: the folder that keeps it.
        process: the process that holds it all.
    """

    base_url: str
    entitlements_key: str
    emulator: str
    outputs: dict[str, str]
    state: Path
    process: subprocess.Popen[str]

    password = "Usher-demo-1!"

    def mailbox(self, to: str | None = None) -> list[dict[str, Any]]:
        """Every email, newest first; those to one address where one is given."""
        items: list[dict[str, Any]] = httpx.get(f"{self.base_url}/_local/mail.json", trust_env=False).json()[
            "items"
        ]
        return [item for item in items if to is None or item["to"] == to]

    def email(self, to: str, *, subject: str = "") -> dict[str, Any]:
        """The newest email to this address whose subject holds these words; waits for it."""

        def found() -> dict[str, Any] | None:
            return next(
                (item for item in self.mailbox(to) if subject.lower() in item["subject"].lower()), None
            )

        email: dict[str, Any] = self.wait_for(found, f"an email to {to} about {subject!r}")
        return email

    def travel(self, days: float = 0, hours: float = 0) -> str:
        """Move the clock forward and do what has come due; what the command printed."""
        outcome = subprocess.run(  # noqa: S603 - our own command
            [
                *(sys.executable, "-m", "infra.local.travel", "--state", str(self.state)),
                *("--days", str(days), "--hours", str(hours)),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout

    def client(self) -> httpx.Client:
        """A client that is nobody yet."""
        return httpx.Client(base_url=self.base_url, timeout=60, trust_env=False)

    def signed_in(self, email: str) -> httpx.Client:
        """A client with this account's token."""
        credentials = {"email": email, "password": self.password}
        answer = httpx.post(f"{self.base_url}/v1/session", json=credentials, timeout=60, trust_env=False)
        assert answer.status_code == 200, answer.text
        client = self.client()
        client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    def wait_for(self, condition: Callable[[], Any], what: str) -> Any:
        """Return what the condition returns, once that is true."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{what} did not come within {_WAIT_SECONDS} seconds")


def launch(state: Path, *options: str) -> subprocess.Popen[str]:
    """Start the command on this folder, in a process group of its own; what it says goes into the log."""
    with state.with_suffix(".log").open("a") as written:
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "infra.local", "--port", "0", "--state", str(state), *options],
            cwd=ROOT,
            stdout=written,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def start(state: Path, *options: str) -> LocalUsher:
    """Start a stack on this folder and wait until it is up."""
    log = state.with_suffix(".log")
    process = launch(state, *options)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        announced = state / "running.json"
        if announced.exists():
            running = json.loads(announced.read_text())
            if running["pid"] == process.pid:
                return LocalUsher(
                    base_url=running["origin"],
                    entitlements_key=running["entitlements_key"],
                    emulator=running["emulator"],
                    outputs=running["outputs"],
                    state=state,
                    process=process,
                )
        time.sleep(0.1)
    stop(process)
    emulator_log = state / "emulator.log"
    raise AssertionError(
        f"the local stack did not start:\n{log.read_text()[-4000:]}\n"
        f"{emulator_log.read_text()[-4000:] if emulator_log.exists() else ''}"
    )


def stop(process: subprocess.Popen[str], *, with_signal: int = signal.SIGTERM) -> None:
    """Stop the stack of this process and wait until it is down."""
    if process.poll() is None:
        os.kill(process.pid, with_signal)
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


@pytest.fixture
def starting() -> Iterator[Callable[..., LocalUsher]]:
    """Starts stacks of a test's own; those that it leaves running are stopped."""
    started: list[LocalUsher] = []

    def start_one(state: Path, *options: str) -> LocalUsher:
        started.append(start(state, *options))
        return started[-1]

    yield start_one
    for stack in started:
        stop(stack.process)


@pytest.fixture(scope="session")
def usher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalUsher]:
    """The stack with its demonstration data."""
    stack = start(tmp_path_factory.mktemp("usher") / "state")
    yield stack
    stop(stack.process)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give all tests of this folder to one worker: they share one stack, until the last one stops it."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("local"))
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)
