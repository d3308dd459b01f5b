"""How long `make run` takes in a fresh clone and after that, and the first sign-in (docs/decisions/0040).

The packages are downloaded before; the environment is made by the first run. It needs idle processors.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from infra.local.emulator import free_port
from infra.local.seed import MANAGER, PASSWORD
from tests.bench.conftest import Say

ROOT = Path(__file__).resolve().parents[2]
FIRST_SECONDS = 20.0
AGAIN_SECONDS = 5.0
SIGN_IN_SECONDS = 1.0


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what a clone would hold, changes not yet committed included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - whichever is there
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    clone = tmp_path / "clone"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    return clone


@contextmanager
def running(clone: Path, port: int) -> Iterator[float]:
    """`make run` until it is healthy; gives the seconds that took."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        ["make", "run", f"PORT={port}"],  # noqa: S607 - whichever is there
        cwd=clone,
        start_new_session=True,
    )
    try:
        # Without TLS: to load certificates for each call would take a processor from what is measured.
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False) as client:  # noqa: S501 - the same
            while not is_healthy(client):
                assert process.poll() is None
                time.sleep(0.05)
        yield time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


def is_healthy(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.HTTPError:
        return False


def seconds_to_sign_in(port: int) -> float:
    credentials = {"email": MANAGER, "password": PASSWORD}
    began = time.perf_counter()
    answer = httpx.post(f"http://127.0.0.1:{port}/v1/session", json=credentials, timeout=60, trust_env=False)
    assert answer.status_code == 200
    return time.perf_counter() - began


def test_starting(clone: Path, say: Say) -> None:
    port = free_port()
    say(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with running(clone, port) as first:
        signed_in_first = seconds_to_sign_in(port)
    with running(clone, port) as again:
        signed_in_again = seconds_to_sign_in(port)

    say(f"make run in a fresh clone: {first:.1f} s, the sign-in right after: {signed_in_first:.2f} s")
    say(f"make run again: {again:.1f} s, the sign-in right after: {signed_in_again:.2f} s")
    assert first < FIRST_SECONDS
    assert again < AGAIN_SECONDS
    assert max(signed_in_first, signed_in_again) < SIGN_IN_SECONDS
