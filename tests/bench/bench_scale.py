"""The rates of invites at which limits of AWS are reached, before and now (docs/scale.md).

The real services run in virtual time against a table that refuses what DynamoDB would refuse
(tests/bench/table_engine). What is hot is laid out as it was before, and as it is now
(tests/bench/scale/layouts.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.bench.conftest import Say
from tests.bench.scale.deployment import Deployment, deployed
from tests.bench.scale.footprints import ReachedLimit
from tests.bench.scale.layouts import LAYOUTS
from tests.bench.scale.measurements import (
    a_hundred_at_a_time,
    accepted,
    commands,
    expired,
    one_at_a_time,
    withdrawn,
)

MOST = 10_000_000
"""A rate above which a limit is of no interest."""


@pytest.mark.parametrize(
    "measure", [commands, one_at_a_time, a_hundred_at_a_time, accepted, withdrawn, expired]
)
def test_invites_a_second(measure: Callable[[Deployment], Iterator[ReachedLimit]], say: Say) -> None:
    found: list[Mapping[str, ReachedLimit]] = []
    for layout in LAYOUTS:
        with deployed(layout) as deployment:
            found.append({one.what: one for one in measure(deployment)})
    names = sorted({what for limits in found for what in limits}, key=lambda what: _first(found, what).rate)
    heads = " ".join(f"{layout.name:>9}" for layout in LAYOUTS)
    lines = [f"{measure.__name__.replace('_', ' '):52} {'of a(n)':12} {heads}  limit"]
    for what in names:
        rates = " ".join(f"{_rate(limits.get(what)):>9}" for limits in found)
        present = _first(found[::-1], what)
        lines.append(f"{what:52} {present.of:12} {rates}  {present.source}")
    say("\n".join(lines))


def _first(found: list[Mapping[str, ReachedLimit]], what: str) -> ReachedLimit:
    return next(limits[what] for limits in found if what in limits)


def _rate(limit: ReachedLimit | None) -> str:
    return "-" if limit is None or limit.rate > MOST else f"{limit.rate:,.0f}"
