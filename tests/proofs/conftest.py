"""MiniStack's table engine, and sixteen processes that call it at once."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.callers import Answer, Call, client_of, connect, make
from tests.support.clock import Clock
from tests.support.divided import PARTS, DividedTenant
from tests.support.ids import growing_ids
from tests.support.invariants import check_invariants
from tests.support.tables import NAME, create_table
from tests.support.tenant import Tenant, create_tenant
from usher.services.context import Context
from usher.store.table import Table

CALLERS = 16
_START_SECONDS = 600
"""How long the emulator may take to start, on a machine under heavy load too."""

Race = Callable[[Sequence[Call]], list[Answer]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run on several cores, those that share the emulator run on one: it is started only once."""
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("emulator"))


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start MiniStack on a free port of the loopback and stop it by its own process."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    folder = tmp_path_factory.mktemp("ministack")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "TMPDIR": str(folder),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "TZ": "UTC",
    }
    endpoint = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        try:
            _wait_for(endpoint, process, folder / "log")
            yield endpoint
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            direct.open(f"{endpoint}/_ministack/health", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"MiniStack did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def callers(emulator: str) -> Iterator[Pool]:
    """Sixteen processes with a client each."""
    with multiprocessing.get_context("spawn").Pool(CALLERS, connect, (emulator,)) as pool:
        yield pool


@pytest.fixture
def race(callers: Pool) -> Race:
    """Make calls at once, each by a process of its own; calls share an instant where `at` is the same."""

    def run(calls: Sequence[Call]) -> list[Answer]:
        return callers.map(make, calls, chunksize=1)

    return run


@pytest.fixture(scope="session")
def engine(emulator: str) -> Any:
    return client_of(emulator, read_timeout=60)


@pytest.fixture
def emulator_tenant(engine: Any, clock: Clock) -> Iterator[Tenant]:
    """An organization on the emulator's table; in the end its seats are counted."""
    create_table(engine)
    context = Context(table=Table(name=NAME, client=engine), now=clock, new_id=growing_ids(clock))
    try:
        yield create_tenant(context)
        check_invariants(engine)
    finally:
        engine.delete_table(TableName=NAME)


@pytest.fixture(params=PARTS, ids=lambda parts: f"in {parts}")
def divided_tenant(emulator_tenant: Tenant, request: pytest.FixtureRequest) -> DividedTenant:
    """The same with licenses that are kept in one, two and eight parts."""
    return DividedTenant.of(emulator_tenant, request.param)
