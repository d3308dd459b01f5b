"""What the local stack remembers between two runs, and where each thing lies."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from infra.local.errors import CannotRunError
from infra.local.snapshot import Snapshot, write_whole

VERSION = 2
"""Raised when a state of before can no longer be read."""

_SAVING_SECONDS = 600
"""How long an emulator that outlived its run may take to save; longer than any does on a starved machine."""

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / ".local" / "state"


@dataclass(frozen=True, kw_only=True)
class State:
    """What must be known again at the next run.

    Attributes:
        version: form of this record.
        emulator_port: port that the emulator had last; kept while it is free.
    """

    version: int = VERSION
    emulator_port: int | None = None


@dataclass(frozen=True, kw_only=True)
class Running:
    """Where a stack that is up can be reached; the file exists while it is."""

    pid: int
    origin: str
    emulator: str
    entitlements_key: str
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Folder:
    """The state folder: one file or folder per thing that is kept."""

    root: Path

    @property
    def snapshot(self) -> Snapshot:
        """What the emulator keeps, the emails that were sent, and the clock: all of one moment."""
        return Snapshot(self.root)

    @property
    def assembly(self) -> Path:
        """The synthesized template and assets."""
        return self.root / "assembly"

    @property
    def scratch(self) -> Path:
        """Unpacked functions; of no worth after a run."""
        return self.root / "scratch"

    @property
    def log(self) -> Path:
        """What the emulator and the functions print."""
        return self.root / "emulator.log"

    @property
    def _state(self) -> Path:
        return self.root / "state.json"

    @property
    def _running(self) -> Path:
        return self.root / "running.json"

    def load(self) -> State:
        """The state of the last run, or a fresh one.

        Raises:
            CannotRunError: the file is there and cannot be read.
        """
        document = _read(self._state)
        if document is None:
            return State()
        try:
            state = State(**document)
        except TypeError as cause:
            raise _broken(self._state) from cause
        if state.version != VERSION:
            raise CannotRunError(
                f"{self._state} was written by another version of Usher; start clean with: make run RESET=1"
            )
        return state

    def change(self, **changes: Any) -> State:  # noqa: ANN401 - the fields of State, which checks them
        """Write the state with these fields changed."""
        state = replace(self.load(), **changes)
        _write(self._state, asdict(state))
        return state

    def running(self) -> Running | None:
        """The stack that is up on this folder, if one is."""
        document = _read(self._running)
        if document is None:
            return None
        try:
            running = Running(**document)
        except TypeError:
            return None
        return running if _alive(running.pid) else None

    def announce(self, running: Running) -> None:
        """Say where the stack is, to `make travel` and to tests."""
        _write(self._running, asdict(running))

    def withdraw(self) -> None:
        """The stack is no longer up."""
        self._running.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all, but for the locks that the caller holds."""
        for entry in self.root.iterdir():
            if entry in (self._lock, self._emulator_lock):
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    @contextmanager
    def locked(self, *, say: Callable[[str], None]) -> Iterator[int]:
        """Hold the folder for one run; the system releases it whatever happens to the process.

        The lock that it gives, as a file descriptor, is for the emulator to inherit: an emulator that
        outlives its run still saves, and whoever comes next waits for that.

        Raises:
            CannotRunError: another run holds it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as lock, self._emulator_lock.open("w") as emulator_lock:
            if not _taken(lock.fileno()):
                there = self.running()
                where = f" at {there.origin} (process {there.pid})" if there else ""
                raise CannotRunError(f"Usher runs already{where}; stop that one first with Ctrl-C")
            self._wait_for(emulator_lock.fileno(), say)
            yield emulator_lock.fileno()

    @property
    def _lock(self) -> Path:
        return self.root / "lock"

    @property
    def _emulator_lock(self) -> Path:
        return self.root / "emulator.lock"

    def _wait_for(self, emulator_lock: int, say: Callable[[str], None]) -> None:
        if _taken(emulator_lock):
            return
        say("The run before was cut short; waiting until its emulator has saved what it had …")
        deadline = time.monotonic() + _SAVING_SECONDS
        while not _taken(emulator_lock):
            if time.monotonic() > deadline:
                raise CannotRunError(
                    f"the emulator of the run before does not end; {self.log} says why. End that process, "
                    "then run again"
                )
            time.sleep(0.05)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as cause:
        raise _broken(path) from cause
    if not isinstance(document, dict):
        raise _broken(path)
    return document


def _broken(path: Path) -> CannotRunError:
    return CannotRunError(f"{path} cannot be read; start clean with: make run RESET=1")


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(document, indent=2) + "\n")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
