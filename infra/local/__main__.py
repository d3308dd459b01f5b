"""Runs the local stack: `make run`, or `python -m infra.local`."""

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from httpx import HTTPError

from infra.local import BEGAN
from infra.local.errors import CannotRunError
from infra.local.seed import ACCOUNTS, PASSWORD
from infra.local.servers import HIGHEST_PORT
from infra.local.stack import LocalStack
from infra.local.state import DEFAULT_FOLDER, Folder, Running

_OLDEST_NODE = 20


def main() -> int:
    """Run the stack until Ctrl-C and return the exit status."""
    parser = argparse.ArgumentParser(prog="make run", description="Run Usher on this machine.")
    parser.add_argument("--port", default="8000", help="port of the one origin; 0 for any")
    parser.add_argument("--reset", action="store_true", help="delete all data first")
    parser.add_argument("--state", type=Path, default=DEFAULT_FOLDER, help="folder of all data")
    asked = parser.parse_args()
    folder = Folder(asked.state.resolve())
    try:
        port = _port(asked.port)
        _require_node()
        with folder.locked(say=_say) as lock:
            if asked.reset:
                folder.clear()
            stack = LocalStack(folder=folder, lock=lock, port=port, say=_say)
            asyncio.run(stack.run(ready=_show))
    except CannotRunError as reason:
        print(f"Usher cannot run: {reason}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, HTTPError, OSError) as reason:
        said = " ".join(str(reason).split()) or type(reason).__name__
        print(
            f"Usher cannot run: {said} ({folder.log} may say more). Run it again; where that does not help, "
            "start clean: make run RESET=1",
            file=sys.stderr,
        )
        return 1
    return 0


def _port(asked: str) -> int:
    if not (asked.isascii() and asked.isdigit() and int(asked) <= HIGHEST_PORT):
        raise CannotRunError(
            f"{asked!r} is no port; take a number from 1 to {HIGHEST_PORT}, such as: make run PORT=8000"
        )
    return int(asked)


def _require_node() -> None:
    """Raise CannotRunError without a recent Node.js, on which CDK's library runs in every language."""
    node = shutil.which("node")
    if node is None:
        raise CannotRunError(
            f"Node.js is missing; install version {_OLDEST_NODE} or later from https://nodejs.org"
        )
    printed = subprocess.run(  # noqa: S603 - the Node that CDK will run as well
        [node, "--version"], capture_output=True, text=True, check=False
    ).stdout
    version = re.match(r"v(\d+)", printed)
    if version is None or int(version.group(1)) < _OLDEST_NODE:
        raise CannotRunError(
            f"Node.js {printed.strip() or 'of unknown version'} is too old; "
            f"install version {_OLDEST_NODE} or later from https://nodejs.org"
        )


def _say(words: str) -> None:
    print(words, flush=True)


def _show(running: Running) -> None:
    width = max(len(email) for email, _ in ACCOUNTS)
    accounts = "\n".join(f"    {email:<{width}}  {role}" for email, role in ACCOUNTS)
    _say(
        f"""
Usher is up, in {time.monotonic() - BEGAN:.1f} s: {running.origin}

    {running.origin}/             the console
    {running.origin}/_local       what is where
    {running.origin}/docs         the API
    {running.origin}/_local/mail  every email that was sent
    {running.origin}/learn        what a learner sees

Sign in as any of these, with the password {PASSWORD}

{accounts}

X-Api-Key for /v1/entitlements: {running.entitlements_key}

Move the clock from another terminal: make travel DAYS=10
Ctrl-C stops everything; it is all there again at the next run."""
    )


if __name__ == "__main__":
    sys.exit(main())
