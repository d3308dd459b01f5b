"""The emulator's table engine, as the proofs start it, and what is deployed; figures are said.

`make bench BENCH=importing` runs one; pytest collects none of them by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.infra.deployed import DeployedFunctions
from tests.proofs.conftest import emulator, emulator_tenant, engine

__all__ = ["emulator", "emulator_tenant", "engine"]

Say = Callable[[str], None]
Timed = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Say a figure."""

    def aloud(figure: str) -> None:
        with capsys.disabled():
            print(f"\n{figure}")  # noqa: T201 - to say it is what it is for

    return aloud


@pytest.fixture(scope="session")
def functions(tmp_path_factory: pytest.TempPathFactory) -> DeployedFunctions:
    """The functions with their bytecode, packed for this machine."""
    return DeployedFunctions.packed(tmp_path_factory.mktemp("deployed"), bytecode=True)


@pytest.fixture
def timed(say: Say) -> Timed:
    """Say how long a block took, by the wall and by the processor."""

    @contextmanager
    def timing(what: str) -> Iterator[None]:
        wall, computing = time.perf_counter(), time.process_time()
        yield
        wall, computing = time.perf_counter() - wall, time.process_time() - computing
        say(f"{what}: {wall:.1f} s, {computing:.1f} s of them computing")

    return timing
