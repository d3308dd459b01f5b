"""Runs of commands at a rate, by people who do not wait for each other, until the table refuses them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.bench.scale.deployment import Deployment
from usher.store.transaction import BusyError

Command = Callable[[int], object]
"""A command of the service, by its number."""

LONGEST = 2.0
"""Seconds within which 99 of 100 commands have to be done."""
_SECONDS = 1.0
_MOST = 1_000
_BISECTIONS = 2


@dataclass
class Run:
    """What became of commands at a rate.

    Attributes:
        refused: why the table refused calls, how often.
        busy: how many commands were given up.
        load: what the busiest partition was asked for, of what it has.
    """

    rate: float
    busy: int = 0
    load: float = 0.0
    seconds: list[float] = field(default_factory=list)
    refused: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def slowest(self) -> float:
        """The seconds within which 99 of 100 commands were done."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else 0.0

    @property
    def is_sustained(self) -> bool:
        """Whether no command was given up, few were slow, and no partition was asked for more than it has.

        What a run asks for beyond that would pile up in a longer one.
        """
        return not self.busy and self.slowest <= LONGEST and self.load <= 1

    @property
    def refused_for(self) -> str:
        """What most calls were refused for, with the partition or item."""
        if not self.refused:
            return "none"
        reason, where = max(self.refused, key=lambda one: self.refused[one])
        return f"{reason} at {where}"


class Commands:
    """Commands on a deployment, numbered through all runs."""

    def __init__(self, deployment: Deployment, command: Command, *, least: int) -> None:
        """Take the command, and how many of them a run has at least."""
        self._deployment = deployment
        self._least = least
        self._command = command
        self._next = 0

    def at(self, rate: float) -> Run:
        """Run commands at a rate, at random moments, and wait for all of them."""
        time, table = self._deployment.time, self._deployment.table
        table.renew()
        table.limited = True
        run = Run(rate)
        chance = random.Random(self._next)  # noqa: S311 - nothing secret
        begins = time.now
        commands = max(self._least, int(rate * _SECONDS))
        for _ in range(commands):
            begins += chance.expovariate(rate)
            time.start(begins, self._one(run, begins, self._next))
            self._next += 1
        time.run()
        table.limited = False
        run.refused = dict(table.consumed.refused)
        run.load = table.consumed.load(seconds=commands / rate)
        return run

    def _one(self, run: Run, begins: float, number: int) -> Callable[[], None]:
        def one() -> None:
            try:
                self._command(number)
            except BusyError:
                run.busy += 1
            run.seconds.append(self._deployment.time.now - begins)

        return one

    def sustained(self, lowest: float) -> tuple[Run, Run]:
        """Find the highest rate that is sustained, and return its run and that of one a little higher."""
        good, bad = Run(0), self.at(lowest)
        while bad.is_sustained and bad.rate < _MOST:
            good, bad = bad, self.at(bad.rate * 2)
        for _ in range(_BISECTIONS):
            between = self.at((good.rate + bad.rate) / 2)
            good, bad = (between, bad) if between.is_sustained else (good, between)
        return good, bad
