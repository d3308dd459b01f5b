"""The state folder of the local stack: its paths, its lock, and the records kept in it."""

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
from infra.local.snapshot import Snapshot, unreadable, write_whole

VERSION = 2
"""The version of the state, raised when an older state can no longer be read."""

_SAVING_SECONDS = 600
"""How long an emulator that outlived its run may take to save, on a machine under heavy load too."""

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / ".local" / "state"


@dataclass(frozen=True, kw_only=True)
class State:
    """The record that is kept for the next run.

    Attributes:
        version: version of this record.
        emulator_port: port of the emulator in the last run, which it gets again if it is free.
    """

    version: int = VERSION
    emulator_port: int | None = None


@dataclass(frozen=True, kw_only=True)
class Running:
    """The addresses of a stack that is up; the file exists as long as it is."""

    pid: int
    origin: str
    emulator: str
    entitlements_key: str
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Folder:
    """The state folder of one local stack."""

    root: Path

    @property
    def snapshot(self) -> Snapshot:
        """The emulator's data, the emails that were sent, and the clock, all of one moment."""
        return Snapshot(self.root)

    @property
    def assembly(self) -> Path:
        """The folder of the synthesized template and assets."""
        return self.root / "assembly"

    @property
    def scratch(self) -> Path:
        """The folder of unpacked functions, which is not needed after a run."""
        return self.root / "scratch"

    @property
    def log(self) -> Path:
        """The log of the emulator and the functions."""
        return self.root / "emulator.log"

    @property
    def _state(self) -> Path:
        return self.root / "state.json"

    @property
    def _running(self) -> Path:
        return self.root / "running.json"

    def load(self) -> State:
        """Return the state of the last run, or a new one.

        Raises:
            CannotRunError: the file cannot be read, or is of another version.
        """
        document = _read(self._state)
        if document is None:
            return State()
        try:
            state = State(**document)
        except TypeError as cause:
            raise unreadable(self._state) from cause
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
        """Return the stack that is up on this folder, or None."""
        document = _read(self._running)
        if document is None:
            return None
        try:
            running = Running(**document)
        except TypeError:
            return None
        return running if _alive(running.pid) else None

    def announce(self, running: Running) -> None:
        """Write the addresses of the stack, for `make travel` and tests."""
        _write(self._running, asdict(running))

    def withdraw(self) -> None:
        """Remove the addresses of a stack that is no longer up."""
        self._running.unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete everything but the locks, which the caller holds."""
        for entry in self.root.iterdir():
            if entry in (self._lock, self._emulator_lock):
                continue
            if entry.is_dir():
                # A function of an emulator that was killed may still write into the scratch folder.
                shutil.rmtree(entry, ignore_errors=entry == self.scratch)
            else:
                entry.unlink()

    @contextmanager
    def locked(self, *, say: Callable[[str], None]) -> Iterator[int]:
        """Lock the folder for one run; the operating system releases the lock when the process ends.

        The block gets a second lock, as a file descriptor for the emulator to inherit: an emulator that
        outlives its run still saves its state, and the next run waits for that.

        Raises:
            CannotRunError: another run holds it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as lock, self._emulator_lock.open("w") as emulator_lock:
            if not _taken(lock.fileno()):
                running = self.running()
                where = f" at {running.origin} (process {running.pid})" if running else ""
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
        raise unreadable(path) from cause
    if not isinstance(document, dict):
        raise unreadable(path)
    return document


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
