"""What is measured of a layout: commands at growing rates, footprints, and the dispatch of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.scale.deployment import Deployment
from tests.bench.scale.footprints import Wall, of_settings, taken
from tests.bench.scale.runs import Command, Commands

LICENSES = 50
BATCH = 100
_INVITES = 120
_BATCHES = 3


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A command that is given at growing rates.

    Attributes:
        invites: how many invites one command makes or changes.
        lowest: commands a second to begin with.
        least: how many commands a run has at least.
    """

    what: str
    prepare: Callable[[Deployment], Command]
    invites: int = 1
    lowest: float = 10
    least: int = 50


def invite_one(deployment: Deployment) -> Command:
    license_ = deployment.license()
    return lambda number: deployment.tenant.invite(license_, f"one-{number}@x.io")


def invite_one_to_one_of_fifty(deployment: Deployment) -> Command:
    some = [deployment.license() for _ in range(LICENSES)]
    return lambda number: deployment.tenant.invite(some[number % LICENSES], f"fifty-{number}@x.io")


def invite_a_hundred(deployment: Deployment) -> Command:
    license_ = deployment.license()
    return lambda number: deployment.tenant.invite_all(
        license_, [f"batch-{number}-{one}@x.io" for one in range(BATCH)]
    )


SCENARIOS = (
    Scenario(what="invites to one license, one at a time", prepare=invite_one),
    Scenario(what="invites to fifty licenses, one at a time", prepare=invite_one_to_one_of_fifty, lowest=80),
    Scenario(
        what="invites to one license, a hundred at a time",
        prepare=invite_a_hundred,
        invites=BATCH,
        lowest=2,
        least=8,
    ),
)


def commands(deployment: Deployment) -> Iterator[Wall]:
    """Yield the highest rate of each scenario that the table engine sustains."""
    for scenario in SCENARIOS:
        given = Commands(deployment, scenario.prepare(deployment), least=scenario.least)
        good, bad = given.sustained(scenario.lowest)
        yield Wall(what=scenario.what, source=bad.wall, rate=good.rate * scenario.invites)


def one_at_a_time(deployment: Deployment) -> Iterator[Wall]:
    """Yield the limits that invites to one license reach, each of them a command."""
    command = invite_one(deployment)

    def invite() -> int:
        for number in range(_INVITES):
            command(-number)
        return _INVITES

    yield from taken(deployment, invite).walls()
    yield from of_settings(invites_of_a_request=1)


def a_hundred_at_a_time(deployment: Deployment) -> Iterator[Wall]:
    """Yield the limits that invites to one license reach, a hundred of them a command."""
    command = invite_a_hundred(deployment)

    def invite() -> int:
        for number in range(_BATCHES):
            command(-number)
        return _BATCHES * BATCH

    yield from taken(deployment, invite).walls()
    yield from of_settings(invites_of_a_request=BATCH)
