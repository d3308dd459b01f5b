"""MiniStack as a child process: started on loopback, stopped cleanly, and never left running.

Run as a module, this is the child process itself: it runs MiniStack and watches its standard input. When the
parent ends, for whatever reason, that pipe is closed; the child then stops as on SIGTERM and saves its state.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

import httpx

from infra.local.errors import CannotRunError
from infra.local.mail_relay import patch_mail_relay
from infra.local.password_codes import patch_password_codes
from infra.local.snapshot import Snapshot
from infra.local.state import Folder

REGION = "us-east-1"
ACCOUNT = "000000000000"
LOOPBACK = "127.0.0.1"
_START_SECONDS = 600
_STOP_SECONDS = 600
"""Both enough for a machine under heavy load: an emulator that is killed does not save its state."""

_SLOW_SECONDS = 10
_NOT_INHERITED = ("AWS_", "USHER_", "LOCALSTACK_", "PYTEST_", "PYTHON")
"""Prefixes of variables that functions must not inherit from the emulator's environment, as in AWS."""


ASSEMBLY = "LOCAL_ASSEMBLY"
"""The environment variable with the folder of the functions' layers (see deploy)."""

CLOCK = "USHER_CLOCK_OFFSET_FILE"
"""The environment variable with the file that says how far the functions' clock is ahead (usher.clock)."""


class Emulator:
    """A MiniStack process that works on one state folder."""

    def __init__(self, *, folder: Folder, port: int, smtp_port: int, lock: int) -> None:
        """Prepare the process without starting it; its SES sends to the SMTP server on `smtp_port`.

        The process inherits the file descriptor `lock` and so holds the folder's lock for as long as it runs.
        """
        self._folder = folder
        self._port = port
        self._smtp_port = smtp_port
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self.endpoint = f"http://{LOOPBACK}:{port}"

    def start(self) -> None:
        """Start the process and wait until it answers.

        Raises:
            CannotRunError: the process ended or did not answer in time; the log says why.
        """
        scratch = self._empty_scratch()
        self._log = self._folder.log.open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - no argument comes from outside
            [sys.executable, "-m", "infra.local.emulator", str(self._folder.root)],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            pass_fds=[self._lock],
            env=self._environment(scratch),
            # Ctrl-C at the terminal is for the parent, which then stops this process.
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
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the process and wait until its state is saved."""
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

    def _empty_scratch(self) -> Path:
        """Return an empty folder for what the emulator unpacks, and remove those of earlier runs.

        A function of an emulator that was killed may still write into its own.
        """
        shutil.rmtree(self._folder.scratch, ignore_errors=True)
        self._folder.scratch.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self._folder.scratch))

    def _environment(self, scratch: Path) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_NOT_INHERITED) and not name.lower().endswith("_proxy")
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
            "TMPDIR": str(scratch),
            ASSEMBLY: str(self._folder.assembly),
            CLOCK: str(snapshot.clock),
            # Services with ports of their own that Usher does not use.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # The time zone of Lambda.
            "TZ": "UTC",
            "PYTHONUNBUFFERED": "1",
        }


def free_port(preferred: int | None = None) -> int:
    """Return a free port of loopback: the preferred one if it is free."""
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
    """Exit if a saved file is damaged: MiniStack would start without the data in it."""
    for saved in state.glob("*.json"):
        try:
            json.loads(saved.read_text())
        except ValueError as cause:
            raise SystemExit(f"{saved} cannot be read: {cause}") from cause


def _reset_stream_positions(state: Path) -> None:
    """Reset the saved positions of triggers on table streams.

    MiniStack saves the position of each trigger but not the stream itself, and would skip as many new records
    as it had read before.
    """
    saved = state / "lambda.json"
    if not saved.exists():
        return
    document = json.loads(saved.read_text())
    positions = document["payload"]["dynamodb_stream_positions"]["data"]
    for trigger in positions:
        positions[trigger] = 0
    saved.write_text(json.dumps(document))


def _stop_with_the_parent() -> None:
    # Not through sys.stdin: the interpreter would wait at its end for the lock that is held here.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _run_ministack(root: Path) -> None:
    """Run MiniStack until SIGTERM, then take the snapshot of the state that it saved."""
    state = Path(os.environ["STATE_DIR"])
    state.mkdir(parents=True, exist_ok=True)
    _require_readable(state)
    _reset_stream_positions(state)
    from ministack.app import main  # noqa: PLC0415 - importing it reads the environment

    patch_mail_relay()
    patch_password_codes()
    threading.Thread(target=_stop_with_the_parent, daemon=True).start()
    main()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Snapshot(root).take()


if __name__ == "__main__":
    _run_ministack(Path(sys.argv.pop()))  # MiniStack reads the rest
