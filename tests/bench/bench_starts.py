"""How long the accesses of one moment take to start, of a license that all of them are of (decision 96).

The real service runs in virtual time against a table that refuses what DynamoDB would refuse
(tests/bench/table_engine). One lane is measured: the lanes of a moment begin one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count, islice

import pytest

from tests.bench.conftest import Say
from tests.bench.scale.deployment import Deployment, deployed
from tests.bench.scale.layouts import LAYOUTS
from usher.domain.accesses import Access, AccessState
from usher.domain.licenses import License
from usher.domain.start_checks import LANES, SPREAD, StartCheck
from usher.services.bulkheads import Bulkhead
from usher.services.outbox.start_access import StartAccess
from usher.store import accesses, scheduled_accesses
from usher.store.transaction import MAX_ITEMS, commit

PEOPLE = 50_000
"""All whose access starts at the moment, of which a lane has its part."""


@pytest.mark.parametrize("together", [50, 1], ids=["fifty in a transaction", "each alone"])
def test_a_lane_of_one_moment(together: int, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("usher.services.outbox.start_access.TOGETHER", together)
    with deployed(LAYOUTS[-1]) as deployment:
        license_ = deployment.license()
        check = StartCheck(start_at=deployment.now() + timedelta(days=1), lane=0)
        some = [scheduled(license_, check, email) for email in islice(addresses(license_), PEOPLE // LANES)]
        write(deployment, some)
        deployment.time.now += timedelta(days=1).total_seconds()
        begun, started = deployment.time.now, list[int]()
        deployment.table.limited = True
        deployment.time.start(
            begun,
            lambda: started.append(StartAccess(deployment.context).check(check, Bulkhead()).started),
        )
        deployment.time.run()
        seconds = deployment.time.now - begun
    assert started == [len(some)]

    last = (SPREAD * (LANES - 1) / LANES).total_seconds() + seconds
    of_all = f"{len(some):,} of {PEOPLE:,} starts, {together} in a transaction"
    say(f"{of_all}: {seconds:.1f} s, all lanes after {last:.0f} s")


def addresses(license_: License) -> Iterator[str]:
    """Yield addresses whose accesses of the license start in the first lane."""
    every = (f"anna.bergmann{n:06}@hospital.example" for n in count())
    return (email for email in every if scheduled_accesses.lane_of(email, license_.id) == 0)


def scheduled(license_: License, check: StartCheck, email: str) -> Access:
    """Return an access that starts at the check's moment."""
    return Access(email=email, terms=license_.terms, state=AccessState.SCHEDULED, start_at=check.start_at)


def write(deployment: Deployment, some: Sequence[Access]) -> None:
    """Write accesses, without the commands that give them."""
    for first in range(0, len(some), MAX_ITEMS - 1):
        batch = some[first : first + MAX_ITEMS - 1]
        commit(deployment.context.table, [accesses.take(access) for access in batch])
