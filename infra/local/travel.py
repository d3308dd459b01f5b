"""Time travel: move the running stack's clock forward, through every moment at which something comes due.

python -m infra.local.travel --days 10
"""

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.aws import Aws
from infra.local.deploy import deployed
from infra.local.errors import CannotRunError
from infra.local.queues import wait_until_drained
from infra.local.state import DEFAULT_FOLDER, Folder, Running
from infra.local.warm_up import STREAM_FUNCTIONS, warm

_MOST_SWEEPS = 200
"""The most sweeps at one moment; with more, the sweep would not end."""

_MOST_DAYS = 3650
_DRAIN_SECONDS = 600.0
_QUIET_SECONDS = 2.0
"""Longer than the delay of SES's reports."""

_DISPATCH_SECONDS = 60.0
_BEHIND_SECONDS = 0.5

_SCHEDULE = timedelta(minutes=15)
"""The period of the sweep's schedule: work that comes due within it is done together."""

_DIGEST_WITHIN = timedelta(days=1, hours=1)
"""The longest time from an expiry to its digest: a day, and an hour for daylight saving time."""

_SWEEP_EVENT = {"late_after_seconds": 0, "tell_next_due": True}
"""The sweep's event. Workflows wait by the real clock, so a start due by the stack's is late at once."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class Travel:
    """Moves the clock of a running stack.

    Attributes:
        folder: the state folder of the stack.
        say: prints the progress.
    """

    folder: Folder
    say: Callable[[str], None]
    _digest_due: bool = field(default=False, init=False)
    """Whether invites have expired since the last digest."""

    def go(self, *, days: float, hours: float) -> None:
        """Move the clock, sweep at every moment at which something comes due, and wait for the emails.

        If invites expired and no hours are given, go on to the next digest, which informs managers of them.

        Raises:
            CannotRunError: no stack runs, or the clock cannot be moved by this time.
        """
        if not 0 < days + hours / 24 <= _MOST_DAYS:
            raise CannotRunError(
                "time only goes forward here, ten years at most at once: make travel DAYS=10"
            )
        distance = timedelta(days=days, hours=hours)
        stack = _Stack.running_on(self.folder)
        self.say(f"From {_read(self._now())}, {_distance(distance)} on …")
        stack.settle()
        emails = stack.emails()
        end = self._now() + distance
        self._pass_to(end, stack)
        if self._digest_due and not hours:
            self.say("Managers are told once a day what expired; on to that …")
            stack.wait_for_digest()
            self._pass_to(end + _DIGEST_WITHIN, stack, until_digest=True)
        stack.settle()
        ahead = self.folder.snapshot.offset
        self.say(f"It is now {_read(self._now())} in there, {_distance(ahead)} ahead.")
        self.say(f"New emails: {stack.emails() - emails}, at {stack.running.origin}/_local/mail")

    def _pass_to(self, end: datetime, stack: "_Stack", *, until_digest: bool = False) -> None:
        """Move the clock to `end`, and sweep now, whenever something comes due, and at the end."""
        moment = self._now()
        while True:
            self._set(moment)
            before = stack.emails()
            done, next_due = stack.sweep()
            if done.total():
                stack.settle()
                self.say(f"  {_read(moment)}  {_counted(done)}; emails {stack.emails() - before}")
            self._digest_due = bool(done["expired"]) or (self._digest_due and not done["digests"])
            if moment >= end or (until_digest and not self._digest_due):
                return
            moment = max(moment, min(end, _scheduled(next_due)) if next_due else end)

    def _set(self, moment: datetime) -> None:
        """Move the clock to this moment, but never back: the real clock goes on meanwhile."""
        snapshot = self.folder.snapshot
        snapshot.set_offset(max(snapshot.offset, moment - datetime.now(UTC)))

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.folder.snapshot.offset


@dataclass(frozen=True, kw_only=True)
class _Stack:
    """The running stack."""

    running: Running
    name: str
    aws: Aws

    @classmethod
    def running_on(cls, folder: Folder) -> "_Stack":
        running = folder.running()
        if running is None:
            raise CannotRunError(
                "nothing is running to travel with; start it with `make run` in another terminal first"
            )
        aws = Aws(running.emulator)
        stack = deployed(aws, assembly=folder.assembly)
        if stack is None:
            raise CannotRunError("the stack is not deployed; stop it and start it again with `make run`")
        # A queue may look empty while the function behind it still starts.
        for name in STREAM_FUNCTIONS:
            warm(aws, stack.outputs, name)
        return cls(running=running, name=stack.name, aws=aws)

    def settle(self) -> None:
        """Wait until the effects of the last sweep are carried out, its emails included."""
        if not wait_until_drained(self.aws, stack=self.name, seconds=_DRAIN_SECONDS, quiet=_QUIET_SECONDS):
            raise CannotRunError("the queues do not get empty; the functions' log says more")

    def sweep(self) -> tuple[Counter[str], datetime | None]:
        """Sweep until a sweep finds nothing; return the counts by name, and when something comes due next."""
        done, next_due, _ = self._sweep()
        return done, next_due

    def _sweep(self) -> tuple[Counter[str], datetime | None, datetime | None]:
        """Sweep until a sweep finds nothing and every event is dispatched.

        On a busy machine the stream's function starts late, and what an event makes due would come late, too.

        Returns:
            The counts, the next moment, and the next digest's.
        """
        done: Counter[str] = Counter()
        deadline = time.monotonic() + _DISPATCH_SECONDS
        function = self.running.outputs["SweepFunctionName"]
        for _ in range(_MOST_SWEEPS):
            answer = self.aws.functions.invoke(
                FunctionName=function, Payload=json.dumps(_SWEEP_EVENT).encode()
            )
            body: Any = json.loads(answer["Payload"].read() or b"null")
            if answer.get("FunctionError") or not isinstance(body, dict):
                raise CannotRunError(f"the sweep failed: {json.dumps(body)[:300]}")
            moments = [body.pop(name) for name in ("next_due", "next_digest")]
            is_behind = body.pop("undispatched") and time.monotonic() < deadline
            done.update(body)
            if is_behind:
                time.sleep(_BEHIND_SECONDS)
            elif not any(body.values()):
                next_due, next_digest = (at and datetime.fromisoformat(at) for at in moments)
                return done, next_due, next_digest
        raise CannotRunError("the sweep finds no end; the functions' log says more")

    def wait_for_digest(self) -> None:
        """Wait for a while until a digest is due.

        On a busy machine the stream's function starts so late that the queues behind it look empty before an
        expiry is in its digest.
        """
        deadline = time.monotonic() + _DISPATCH_SECONDS
        while time.monotonic() < deadline:
            _, _, next_digest = self._sweep()
            if next_digest is not None:
                return
            time.sleep(1)

    def emails(self) -> int:
        """How many emails there are."""
        answer = httpx.get(f"{self.running.origin}/_local/mail.json", timeout=120, trust_env=False)
        return len(answer.raise_for_status().json()["items"])


def _scheduled(due: datetime) -> datetime:
    """Return the first scheduled run of the sweep at or after this moment."""
    late = (due - _EPOCH) % _SCHEDULE
    return due + (_SCHEDULE - late if late else late)


def _counted(done: Counter[str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in done.items() if count)


def _read(moment: datetime) -> str:
    return f"{moment:%A %Y-%m-%d %H:%M} UTC"


def _distance(distance: timedelta) -> str:
    days, rest = distance.days, timedelta(seconds=distance.seconds)
    parts = [f"{days} days" if days != 1 else "1 day"] if days else []
    return " and ".join([*parts, *([f"{rest}"] if rest or not days else [])])


def _number(text: str, *, name: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CannotRunError(f"{name}={text} is no number; for example: make travel DAYS=10")
    return number


def main() -> int:
    """Travel from the command line."""
    parser = argparse.ArgumentParser(prog="make travel", description="Move the local stack's clock forward.")
    parser.add_argument("--days", default="0")
    parser.add_argument("--hours", default="0")
    parser.add_argument("--state", type=Path, default=DEFAULT_FOLDER)
    asked = parser.parse_args()
    travel = Travel(folder=Folder(asked.state), say=lambda words: print(words, flush=True))
    try:
        travel.go(days=_number(asked.days, name="DAYS"), hours=_number(asked.hours, name="HOURS"))
    except CannotRunError as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, httpx.HTTPError, FileNotFoundError):
        print("the stack stopped meanwhile; start it again with `make run`, then travel on", file=sys.stderr)
        return 1
    except (ClientError, OSError) as reason:
        said = " ".join(str(reason).split()) or type(reason).__name__
        print(
            f"cannot travel on: {said} ({travel.folder.log} may say more). Travel again; where that does not "
            "help, stop the stack and start it again with `make run`",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("stopped on the way; what came due so far is done", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
