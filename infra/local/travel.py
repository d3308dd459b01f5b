"""Time travel: move the running stack's clock forward and do the work that has come due.

python -m infra.local.travel --days 10
"""

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from infra.local import clock
from infra.local.aws import Aws
from infra.local.deploy import deployed
from infra.local.errors import CannotRunError
from infra.local.queues import wait_until_drained
from infra.local.state import DEFAULT_FOLDER, Folder, Running

_MOST_SWEEPS = 200
_MOST_YEARS = timedelta(days=3650)
_DRAIN_SECONDS = 60.0
_QUIET_SECONDS = 2.0
"""Longer than the time after which a delivery is reported."""

_CONSUMERS = ("Dispatch", "SendEmail", "RecordDelivery", "DeliverWebhook")
_AT_ONCE = {"late_after_seconds": 0}
"""Workflows wait by the real clock, so whatever should have started by the stack's own is late at once."""


def travel(*, folder: Folder, distance: timedelta) -> str:
    """Move the clock of the stack that runs on this folder, sweep, wait for the emails; say what happened.

    Raises:
        CannotRunError: nothing runs, or the clock cannot be moved so.
    """
    if not timedelta() < distance <= _MOST_YEARS:
        raise CannotRunError("time only goes forward here, ten years at most at once: make travel DAYS=10")
    running = folder.running()
    if running is None:
        raise CannotRunError(
            "nothing is running to travel with; start it with `make run` in another terminal first"
        )
    aws = Aws(running.emulator)
    stack = deployed(aws, assembly=folder.assembly)
    if stack is None:
        raise CannotRunError("the stack is not deployed; stop it and start it again with `make run`")
    emails_before = _emails(running)
    offset = folder.load().clock_offset_seconds + int(distance.total_seconds())
    # A function that gets a new environment while it starts fails, and its work is tried again much later.
    wait_until_drained(aws, stack=stack.name, seconds=_DRAIN_SECONDS, quiet=_QUIET_SECONDS)
    clock.set_offset(aws, stack=stack.name, offset_seconds=offset)
    folder.change(clock_offset_seconds=offset)
    _wake(aws, stack.outputs)
    swept = _sweep(aws, stack.outputs["SweepFunctionName"])
    wait_until_drained(aws, stack=stack.name, seconds=_DRAIN_SECONDS, quiet=_QUIET_SECONDS)
    return "\n".join(
        [
            f"It is now {clock.now(offset):%A %Y-%m-%d %H:%M} UTC in there, {_days(offset)} ahead.",
            f"The sweep did: {_counted(swept)}.",
            f"New emails: {_emails(running) - emails_before}, at {running.origin}/_local/mail",
        ]
    )


def _wake(aws: Aws, outputs: dict[str, str]) -> None:
    """Let the functions behind the stream and the queues start, so that waiting for them need not guess."""
    for name in _CONSUMERS:
        aws.functions.invoke(FunctionName=outputs[f"{name}FunctionName"], Payload=b'{"Records": []}')


def _sweep(aws: Aws, function: str) -> dict[str, int]:
    """Sweep until a sweep finds nothing; the sums of what was done, by name."""
    done: dict[str, int] = {}
    for _ in range(_MOST_SWEEPS):
        answer = aws.functions.invoke(FunctionName=function, Payload=json.dumps(_AT_ONCE).encode())
        body: Any = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            raise CannotRunError(f"the sweep failed: {json.dumps(body)[:300]}")
        counts = _counts(body)
        for name, count in counts.items():
            done[name] = done.get(name, 0) + count
        if not any(counts.values()):
            return done
    raise CannotRunError("the sweep finds no end; the functions' log says more")


def _counts(body: Any) -> dict[str, int]:  # noqa: ANN401 - what a function answers
    if not isinstance(body, dict):
        return {}
    return {str(name): count for name, count in body.items() if type(count) is int}


def _counted(swept: dict[str, int]) -> str:
    words = [f"{name.replace('_', ' ')} {count}" for name, count in swept.items() if count]
    return ", ".join(words) or "nothing was due"


def _days(offset: int) -> str:
    days, rest = divmod(offset, 86_400)
    return f"{days} days" if not rest else f"{days} days and {timedelta(seconds=rest)}"


def _emails(running: Running) -> int:
    return len(httpx.get(f"{running.origin}/_local/mail.json", timeout=30, trust_env=False).json()["items"])


def main() -> int:
    """Travel from the command line."""
    parser = argparse.ArgumentParser(prog="make travel", description="Move the local stack's clock forward.")
    parser.add_argument("--days", type=float, default=0)
    parser.add_argument("--hours", type=float, default=0)
    parser.add_argument("--state", type=Path, default=DEFAULT_FOLDER)
    asked = parser.parse_args()
    try:
        distance = timedelta(days=asked.days, hours=asked.hours)
        print(travel(folder=Folder(asked.state), distance=distance))
    except (CannotRunError, OverflowError) as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
