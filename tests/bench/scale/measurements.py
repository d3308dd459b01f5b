"""What is measured of a layout: commands at growing rates, footprints, and the dispatch of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tests.bench.scale.deployment import Deployment
from tests.bench.scale.footprints import ReachedLimit, kind_of, of_answers, of_settings, taken
from tests.bench.scale.runs import Command, Commands
from usher.domain.invites import Invite
from usher.services.outbox.sweep import Sweep

LICENSES = 50
BATCH = 100
_INVITES = 300
_BATCHES = 3
_OTHERS = 5
"""Batches of others who are invited to the same license, so that each of its parts has some."""


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


def commands(deployment: Deployment) -> Iterator[ReachedLimit]:
    """Yield the highest rate of each scenario that the table engine sustains."""
    for scenario in SCENARIOS:
        given = Commands(deployment, scenario.prepare(deployment), least=scenario.least)
        good, bad = given.sustained(scenario.lowest)
        rate = good.rate * scenario.invites
        yield ReachedLimit(
            what=scenario.what, of="organization", source=kind_of("", bad.refused_for), rate=rate
        )


def one_at_a_time(deployment: Deployment) -> Iterator[ReachedLimit]:
    """Yield the limits that invites to one license reach, each of them a command."""
    command = invite_one(deployment)

    def invite() -> int:
        for number in range(_INVITES):
            command(-number)
        return _INVITES

    yield from taken(deployment, invite).reached_limits()
    yield from of_settings(invites_of_a_request=1)


def a_hundred_at_a_time(deployment: Deployment) -> Iterator[ReachedLimit]:
    """Yield the limits that invites to one license reach, a hundred of them a command."""
    command = invite_a_hundred(deployment)

    def invite() -> int:
        for number in range(_BATCHES):
            command(-number)
        return _BATCHES * BATCH

    yield from taken(deployment, invite).reached_limits()
    yield from of_settings(invites_of_a_request=BATCH)


def _invited(deployment: Deployment) -> list[Invite]:
    """Invite many people to one license, let what follows happen, and return the invites of a hundred."""
    license_ = deployment.license()
    for batch in range(_OTHERS + 1):
        emails = [f"guest-{batch}-{number}@x.io" for number in range(BATCH)]
        invited = deployment.tenant.invite_all(license_, emails)
    deployment.dispatch()
    deployment.send_emails()
    return [one.invite for one in invited if one.invite is not None]


def _each(deployment: Deployment, command: Callable[[Invite], object]) -> Iterator[ReachedLimit]:
    invited = _invited(deployment)

    def all_of_them() -> int:
        for invite in invited:
            command(invite)
        return len(invited)

    return taken(deployment, all_of_them).reached_limits()


def accepted(deployment: Deployment) -> Iterator[ReachedLimit]:
    """Yield the limits that people reach who accept invites to one license."""
    yield from _each(deployment, deployment.tenant.accept)
    yield from of_answers()


def withdrawn(deployment: Deployment) -> Iterator[ReachedLimit]:
    """Yield the limits that withdrawing reaches."""
    return _each(deployment, deployment.tenant.withdraw)


def expired(deployment: Deployment) -> Iterator[ReachedLimit]:
    """Yield the limits that the sweep reaches when invites expire."""
    _invited(deployment)
    deployment.time.sleep(timedelta(days=11).total_seconds())
    rate = 0.0

    def sweep() -> int:
        nonlocal rate
        begun = deployment.time.now
        swept = Sweep(deployment.context).sweep()
        rate = swept.expired / (deployment.time.now - begun)
        return swept.expired

    yield from taken(deployment, sweep).reached_limits()
    yield ReachedLimit(
        what="a run of the sweep", of="stage", source="its calls, one after another", rate=rate
    )
