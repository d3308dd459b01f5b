"""`make run` comes up where it has a hard time: on a busy machine, and after it was killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from infra.local.emulator import free_port
from tests.local.conftest import LocalUsher, launch, stop

pytestmark = pytest.mark.slow

_HOGS_A_PROCESSOR = 4
_KILLS = 10
_START_SECONDS = 900
_LICENSES = 4


@contextmanager
def _processors_taken_away() -> Iterator[None]:
    """Hogs that leave one fifth of each processor, as several builds at once would."""
    count = _HOGS_A_PROCESSOR * (os.cpu_count() or 1)
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def _is_whole(stack: LocalUsher) -> bool:
    """Whether the health check says ok and the demonstration is there, once."""
    health = httpx.get(f"{stack.base_url}/healthz", trust_env=False)
    with stack.signed_in("manager@acme.example") as manager:
        organizations = manager.get("/v1/me").json()["organizations"]
        licenses = manager.get(f"/v1/organizations/{organizations[0]['id']}/licenses").json()["items"]
    return health.text == "ok\n" and len(organizations) == 1 and len(licenses) == _LICENSES


def _health_until_ok(origin: str) -> tuple[set[int], int]:
    """The answers of the health check before it said ok, and the manager's sign-in right after."""
    before: set[int] = set()
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.1)
        try:
            status = httpx.get(f"{origin}/healthz", timeout=60, trust_env=False).status_code
        except httpx.ConnectError:
            continue
        if status == httpx.codes.OK:
            break
        before.add(status)
    credentials = {"email": "manager@acme.example", "password": LocalUsher.password}
    session = httpx.post(f"{origin}/v1/session", json=credentials, timeout=60, trust_env=False)
    return before, session.status_code


def test_it_comes_up_on_a_busy_machine_and_is_healthy_only_then(
    tmp_path: Path, starting: Callable[..., LocalUsher]
) -> None:
    port = free_port()
    with _processors_taken_away(), ThreadPoolExecutor(1) as beside:
        asking = beside.submit(_health_until_ok, f"http://127.0.0.1:{port}")
        stack = starting(tmp_path / "state", "--port", str(port))

        assert _is_whole(stack)
        assert asking.result() == ({503}, 200)


def test_it_comes_up_after_it_was_killed_at_ten_moments_of_its_start(
    tmp_path: Path, starting: Callable[..., LocalUsher]
) -> None:
    state = tmp_path / "state"
    began = time.monotonic()
    stop(starting(tmp_path / "measured").process)
    duration = time.monotonic() - began

    for number in range(_KILLS):
        (tmp_path / "state" / "assembly.made-from").unlink(missing_ok=True)  # each start as long as the first
        process = launch(state)
        time.sleep(duration * (number + 0.5) / _KILLS)
        assert process.poll() is None, (tmp_path / "state.log").read_text()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    assert _is_whole(starting(state))


def test_what_was_there_outlives_a_start_that_was_killed_while_it_deployed(
    tmp_path: Path, starting: Callable[..., LocalUsher]
) -> None:
    """Another port is another origin, and so another deployment."""
    state, log = tmp_path / "state", tmp_path / "state.log"
    stack = starting(state)
    emails = [email["text"] for email in stack.mailbox()]
    stop(stack.process)
    deployments = log.read_text().count("Deploying")
    process = launch(state)
    while log.read_text().count("Deploying") == deployments:
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    again = starting(state)

    assert _is_whole(again)
    assert emails
    assert {*emails} <= {email["text"] for email in again.mailbox()}, "others may have come by since"
