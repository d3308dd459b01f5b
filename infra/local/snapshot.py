"""What is kept between two runs: a snapshot of one moment, whole or not there.

The emulator works on a copy, `live`, and saves into it when it stops; only then does the copy replace the
snapshot, in one rename, and only if the stack in it is complete. A start that is cut short, at whatever
moment, therefore leaves what was before it: the snapshot of the last run, or nothing at all.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

_NO_OFFSET = timedelta()


@dataclass(frozen=True)
class Snapshot:
    """The last snapshot, and the copy that a running stack works on."""

    root: Path

    @property
    def live(self) -> Path:
        """The copy; all paths below lie in it."""
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
        """Every email that was sent, one JSON document a line."""
        return self.live / "mail.jsonl"

    @property
    def clock(self) -> Path:
        """How many seconds the stack's clock is ahead of the real one; none where there is no such file."""
        return self.live / "clock"

    @property
    def deployed(self) -> str | None:
        """The hash of the sources that the stack in the copy was made from; None while it is not complete."""
        try:
            return str(json.loads(self._complete.read_text())["source_hash"])
        except FileNotFoundError:
            return None

    def restore(self) -> None:
        """Begin a run with a copy of the last snapshot; with an empty one where none was ever taken."""
        self._replace()
        if self.live.exists():
            shutil.rmtree(self.live)
        if self._last.exists():
            shutil.copytree(self._last, self.live)
        else:
            self.live.mkdir(parents=True)

    def begin(self) -> None:
        """Note that the stack in the copy is being changed; until `complete`, the copy will not be kept."""
        self._complete.unlink(missing_ok=True)

    def complete(self, *, source_hash: str) -> None:
        """Note that the stack is deployed from these sources, with the demonstration in it."""
        write_whole(self._complete, json.dumps({"source_hash": source_hash}) + "\n")

    def take(self) -> None:
        """Make the copy the snapshot, if its stack is complete; call it when nobody writes to the copy."""
        if self.deployed is None:
            return
        self.live.rename(self._next)
        self._replace()

    @property
    def offset(self) -> timedelta:
        """How far the stack's clock is ahead."""
        try:
            return timedelta(seconds=int(self.clock.read_text()))
        except FileNotFoundError:
            return _NO_OFFSET

    def set_offset(self, offset: timedelta) -> None:
        """Move the stack's clock; every function reads it at its next look."""
        write_whole(self.clock, f"{round(offset.total_seconds())}\n")

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
        """Put the next snapshot, where there is one, in the place of the last; can be done over and over."""
        if self._next.exists():
            shutil.rmtree(self._last, ignore_errors=True)
            self._next.rename(self._last)


def write_whole(path: Path, content: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(content)
    fresh.replace(path)
