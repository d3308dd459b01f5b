"""The state that is kept between two runs: a snapshot of one moment, which is complete or does not exist.

The emulator works on a copy, `live`, and saves to it when it stops. Only then does the copy replace the
snapshot, in one rename, and only if the stack in it is complete. A start that is interrupted at any moment
therefore leaves the snapshot of the last run, or none.
"""

import json
import math
import os
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from infra.local.errors import CannotRunError

_NO_OFFSET = timedelta()


@dataclass(frozen=True)
class Snapshot:
    """The last snapshot, and the copy that a running stack works on."""

    root: Path

    @property
    def live(self) -> Path:
        """The folder of the copy; all paths below lie in it."""
        return self.root / "live"

    @property
    def emulator(self) -> Path:
        """The emulator's own state."""
        return self.live / "emulator"

    @property
    def objects(self) -> Path:
        """The emulator's S3 objects."""
        return self.live / "objects"

    @property
    def mail(self) -> Path:
        """The file of every email that was sent, one JSON document a line."""
        return self.live / "mail.jsonl"

    @property
    def clock(self) -> Path:
        """The file with the seconds that the stack's clock is ahead of the real one; missing for none."""
        return self.live / "clock"

    @property
    def deployed(self) -> str | None:
        """The hash of the sources that the stack in the copy was made from; None while it is not complete.

        Raises:
            CannotRunError: the file with it is damaged.
        """
        try:
            return str(json.loads(self._complete.read_text())["source_hash"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as cause:
            raise unreadable(self._complete) from cause

    def restore(self) -> None:
        """Begin a run with a copy of the last snapshot, or with an empty one before the first snapshot.

        Raises:
            CannotRunError: a file of the snapshot is damaged.
        """
        self._replace()
        if self.live.exists():
            shutil.rmtree(self.live)
        if self._last.exists():
            shutil.copytree(self._last, self.live)
        else:
            self.live.mkdir(parents=True)
        _ = self.deployed, self.offset  # raise now, before the emulator starts

    def begin(self) -> None:
        """Mark the stack in the copy as incomplete; `take` does not keep it until `complete` is called."""
        self._complete.unlink(missing_ok=True)

    def complete(self, *, source_hash: str) -> None:
        """Mark the stack as deployed from these sources, with the demonstration data in it."""
        write_whole(self._complete, json.dumps({"source_hash": source_hash}) + "\n")

    def take(self) -> None:
        """Make the copy the snapshot if its stack is complete; no process may write to the copy any more."""
        if self.deployed is None:
            return
        self.live.rename(self._next)
        self._replace()

    @property
    def offset(self) -> timedelta:
        """How far the stack's clock is ahead of the real one.

        Raises:
            CannotRunError: the file of the clock is damaged.
        """
        try:
            return timedelta(seconds=int(self.clock.read_text()))
        except FileNotFoundError:
            return _NO_OFFSET
        except (ValueError, OverflowError) as cause:
            raise unreadable(self.clock) from cause

    def set_offset(self, offset: timedelta) -> None:
        """Move the stack's clock, up to a full second; the functions read it when they need the time."""
        write_whole(self.clock, f"{math.ceil(offset.total_seconds())}\n")

    @property
    def _complete(self) -> Path:
        return self.live / "complete.json"

    @property
    def _last(self) -> Path:
        return self.root / "snapshot"

    @property
    def _next(self) -> Path:
        return self.root / "snapshot.next"

    def _replace(self) -> None:
        """Replace the last snapshot by the next one if there is one; idempotent."""
        if self._next.exists():
            shutil.rmtree(self._last, ignore_errors=True)
            self._next.rename(self._last)


def write_whole(path: Path, content: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part, after a power cut too."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def unreadable(path: Path) -> CannotRunError:
    """Return the error about a damaged file of the state folder."""
    return CannotRunError(f"{path} cannot be read; start clean with: make run RESET=1")
