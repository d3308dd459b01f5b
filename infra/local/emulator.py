"""MiniStack as a child process: started on loopback, stopped cleanly, never left behind.

Run as a module this is the child itself: MiniStack's own entry point, and a watch on its standard input. When
the parent goes, however it goes, that pipe ends and the child stops as on SIGTERM, with its state saved.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import httpx

from infra.local.errors import CannotRunError
from infra.local.relaying import relay_whole
from infra.local.snapshot import Snapshot
from infra.local.state import Folder

REGION = "us-east-1"
ACCOUNT = "000000000000"
LOOPBACK = "127.0.0.1"
_START_SECONDS = 600
_STOP_SECONDS = 600
"""Both longer than it takes on a machine that has next to no time for it: killed, it would save nothing."""

_SLOW_SECONDS = 10
_NOT_FOR_FUNCTIONS = ("AWS_", "USHER_", "LOCALSTACK_", "PYTEST_", "PYTHON")
"""Functions inherit the emulator's environment; in AWS none of these would be there."""


ASSEMBLY = "LOCAL_ASSEMBLY"
"""Tells the functions where their layers lie."""

CLOCK = "USHER_CLOCK_OFFSET_FILE"
"""Tells the functions how far their clock is ahead, through the product's one clock module."""


class Emulator:
    """One MiniStack process on one state folder."""

    def __init__(self, *, folder: Folder, port: int, smtp_port: int, lock: int) -> None:
        """Nothing starts yet. Emails are handed to the SMTP server on `smtp_port`.

        The process inherits the `lock`, and with it holds its state for as long as it lives.
        """
        self._folder = folder
        self._port = port
        self._smtp_port = smtp_port
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self.endpoint = f"http://{LOOPBACK}:{port}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            CannotRunError: it stopped at once or did not answer in time; the log says why.
        """
        shutil.rmtree(self._folder.scratch, ignore_errors=True)  # what a run before unpacked
        self._folder.scratch.mkdir(parents=True)
        self._log = self._folder.log.open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - all of its words are ours
            [sys.executable, "-m", "infra.local.emulator", str(self._folder.root)],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            pass_fds=[self._lock],
            env=self._environment(),
            # Ctrl-C at the terminal is for the parent, which stops this one in its turn.
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_SECONDS
        with httpx.Client(timeout=_SLOW_SECONDS, trust_env=False, verify=False) as client:  # noqa: S501 - no TLS
            while time.monotonic() < deadline and self.running:
                try:
                    client.get(f"{self.endpoint}/_ministack/health").raise_for_status()
                except httpx.HTTPError:
                    time.sleep(0.05)
                else:
                    return
        self.stop()
        raise CannotRunError(
            f"the emulator did not start; {self._folder.log} says why; to start clean: make run RESET=1"
        )

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop it and wait until its state is saved."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        if self._log:
            self._log.close()
        self._process = None

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_NOT_FOR_FUNCTIONS) and not name.lower().endswith("_proxy")
        }
        snapshot = self._folder.snapshot
        return {
            **kept,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "BIND_HOST": LOOPBACK,
            "MINISTACK_HOST": LOOPBACK,
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "GATEWAY_PORT": str(self._port),
            "SMTP_HOST": f"{LOOPBACK}:{self._smtp_port}",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(snapshot.emulator),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(snapshot.objects),
            "TMPDIR": str(self._folder.scratch),
            ASSEMBLY: str(self._folder.assembly),
            CLOCK: str(snapshot.clock),
            # Services with ports of their own that Usher has no use for.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # A Lambda has no time zone but this one.
            "TZ": "UTC",
            "PYTHONUNBUFFERED": "1",
        }


def free_port(preferred: int | None = None) -> int:
    """A port of loopback that nobody listens on: the preferred one where it is free."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotRunError("this machine has no free port")


def _require_readable(state: Path) -> None:
    """Stop at a damaged file; MiniStack would start without what it held."""
    for saved in state.glob("*.json"):
        try:
            json.loads(saved.read_text())
        except ValueError as cause:
            raise SystemExit(f"{saved} cannot be read: {cause}") from cause


def _read_streams_from_their_start(state: Path) -> None:
    """Let triggers on table streams begin with the first record after a restart.

    MiniStack saves how far each trigger had read but not the stream itself, and would pass over as many new
    records as it had read before.
    """
    saved = state / "lambda.json"
    if not saved.exists():
        return
    document = json.loads(saved.read_text())
    positions = document["payload"]["dynamodb_stream_positions"]["data"]
    for trigger in positions:
        positions[trigger] = 0
    saved.write_text(json.dumps(document))


def _stop_when_the_parent_goes() -> None:
    # Not through sys.stdin: its lock, held here, would be waited for when the interpreter ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _be_the_emulator(root: Path) -> None:
    """Run MiniStack until it is told to stop, then take the snapshot of what it saved."""
    state = Path(os.environ["STATE_DIR"])
    state.mkdir(parents=True, exist_ok=True)
    _require_readable(state)
    _read_streams_from_their_start(state)
    from ministack.app import main  # noqa: PLC0415 - it configures itself from the environment when imported

    relay_whole()
    threading.Thread(target=_stop_when_the_parent_goes, daemon=True).start()
    main()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Snapshot(root).take()


if __name__ == "__main__":
    _be_the_emulator(Path(sys.argv.pop()))  # MiniStack reads the rest
