"""Time travel: move the running stack's clock forward, through every moment at which something comes due.

python -m infra.local.travel --days 10
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError

from infra.local.aws import Aws
from infra.local.deploy import deployed
from infra.local.errors import CannotRunError
from infra.local.queues import wait_until_drained
from infra.local.state import DEFAULT_FOLDER, Folder, Running
from infra.local.warming import BEHIND_THE_STREAM, warm

_MOST_SWEEPS = 200
"""At one moment, before there is taken to be no end."""

_MOST_DAYS = 3650
_DRAIN_SECONDS = 600.0
_QUIET_SECONDS = 2.0
"""Longer than the time after which a delivery is reported."""

_SCHEDULE = timedelta(minutes=15)
"""How often the sweep runs by itself: what comes due meanwhile is done together."""

_TO_THE_DIGEST = timedelta(days=1, hours=1)
"""Within that long after an expiry, managers are told of it; an hour more, for the clocks' own changes."""

_AS_SCHEDULED = {"late_after_seconds": 0, "tell_next_due": True}
"""Workflows wait by the real clock, so whatever should have started by the stack's own is late at once."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class Travel:
    """One trip.

    Attributes:
        folder: where the stack that runs keeps its state.
        say: prints what is being done.
    """

    folder: Folder
    say: Callable[[str], None]
    _untold: bool = field(default=False, init=False)
    """Whether invites expired of which managers were not told yet."""

    def go(self, *, days: float, hours: float) -> None:
        """Move the clock and do what comes due on the way, each at its moment; wait for the emails.

        A trip of whole days goes on to the next digest, where invites expired since the last one: with the
        days that passed, managers are told of them.

        Raises:
            CannotRunError: nothing runs, or the clock cannot be moved so.
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
        if self._untold and not hours:
            self.say("Managers are told once a day what expired; on to that …")
            self._pass_to(end + _TO_THE_DIGEST, stack, until_told=True)
        stack.settle()
        ahead = self.folder.snapshot.offset
        self.say(f"It is now {_read(self._now())} in there, {_distance(ahead)} ahead.")
        self.say(f"New emails: {stack.emails() - emails}, at {stack.running.origin}/_local/mail")

    def _pass_to(self, end: datetime, stack: "_Stack", *, until_told: bool = False) -> None:
        """Sweep now, whenever something comes due, and at the end."""
        moment = self._now()
        while True:
            self._set(moment)
            before = stack.emails()
            done, next_due = stack.sweep()
            if done.total():
                stack.settle()
                self.say(f"  {_read(moment)}  {_counted(done)}; emails {stack.emails() - before}")
            self._untold = bool(done["expired"]) or (self._untold and not done["digests"])
            if moment >= end or (until_told and not self._untold):
                return
            moment = max(moment, min(end, _scheduled(next_due)) if next_due else end)

    def _set(self, moment: datetime) -> None:
        """Move the clock to this moment; never back, since the real clock goes on meanwhile."""
        snapshot = self.folder.snapshot
        snapshot.set_offset(max(snapshot.offset, moment - datetime.now(UTC)))

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.folder.snapshot.offset


@dataclass(frozen=True, kw_only=True)
class _Stack:
    """The stack that runs, as far as a trip has to do with it."""

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
        # Waiting for functions that still start would be guessing.
        for name in BEHIND_THE_STREAM:
            warm(aws, stack.outputs, name)
        return cls(running=running, name=stack.name, aws=aws)

    def settle(self) -> None:
        """Wait until what follows from the last sweep is done, its emails included."""
        if not wait_until_drained(self.aws, stack=self.name, seconds=_DRAIN_SECONDS, quiet=_QUIET_SECONDS):
            raise CannotRunError("the queues do not get empty; the functions' log says more")

    def sweep(self) -> tuple[Counter[str], datetime | None]:
        """Sweep until a sweep finds nothing; what was done, by name, and when something comes due next."""
        done: Counter[str] = Counter()
        function = self.running.outputs["SweepFunctionName"]
        for _ in range(_MOST_SWEEPS):
            answer = self.aws.functions.invoke(
                FunctionName=function, Payload=json.dumps(_AS_SCHEDULED).encode()
            )
            body: Any = json.loads(answer["Payload"].read() or b"null")
            if answer.get("FunctionError") or not isinstance(body, dict):
                raise CannotRunError(f"the sweep failed: {json.dumps(body)[:300]}")
            next_due = body.pop("next_due")
            done.update(body)
            if not any(body.values()):
                return done, next_due and datetime.fromisoformat(next_due)
        raise CannotRunError("the sweep finds no end; the functions' log says more")

    def emails(self) -> int:
        """How many emails there are."""
        answer = httpx.get(f"{self.running.origin}/_local/mail.json", timeout=120, trust_env=False)
        return len(answer.raise_for_status().json()["items"])


def _scheduled(due: datetime) -> datetime:
    """The first scheduled run of the sweep at which this is due."""
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
    except KeyboardInterrupt:
        print("stopped on the way; what came due so far is done", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
