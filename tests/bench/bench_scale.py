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
from tests.bench.scale.footprints import Wall
from tests.bench.scale.layouts import LAYOUTS
from tests.bench.scale.measurements import a_hundred_at_a_time, commands, one_at_a_time

MOST = 10_000_000
"""A rate above which a limit is of no interest."""


@pytest.mark.parametrize("measure", [commands, one_at_a_time, a_hundred_at_a_time])
def test_invites_a_second(measure: Callable[[Deployment], Iterator[Wall]], say: Say) -> None:
    found: list[Mapping[str, Wall]] = []
    for layout in LAYOUTS:
        with deployed(layout) as deployment:
            found.append({wall.what: wall for wall in measure(deployment)})
    names = sorted({what for walls in found for what in walls}, key=lambda what: _first(found, what).rate)
    lines = [f"{measure.__name__:66} {' '.join(f'{layout.name:>9}' for layout in LAYOUTS)}"]
    for what in names:
        rates = " ".join(f"{_rate(walls.get(what)):>9}" for walls in found)
        lines.append(f"{what:66} {rates}  {_first(found[::-1], what).source}")
    say("\n".join(lines))


def _first(found: list[Mapping[str, Wall]], what: str) -> Wall:
    return next(walls[what] for walls in found if what in walls)


def _rate(wall: Wall | None) -> str:
    return "-" if wall is None or wall.rate > MOST else f"{wall.rate:,.0f}"
