"""Where the time of an entitlement goes beside its one bare call, in parts that add up (docs/performance.md).

The bare call is measured twice: right after itself, as `bench_operations` does, and after the preparation
that comes before the operation, which drives botocore's code out of the processor's caches. So are those of
single commands.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.bench_operations import Prepared, bare, fresh, one_dynamodb_client
from tests.bench.conftest import Say
from tests.bench.measured_calls import BareClient, recording
from tests.integration.core import test_costs as costs
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.services.integrations import entitlements
from usher.store import accesses, table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["bare", "one_dynamodb_client"]

RUNS = 60

ADDRESS, CALL, QUERY = "reading the address", "the client's call", "PynamoDB around the call"
ITEM, ACCESS, REST = "reading the item", "making the access", "choosing the best, and the rest"


class Stopwatch:
    """Processor time by part; what a part calls that is a part itself is left out of it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def measured(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose time counts as the part's."""

        def measured(*arguments: Any, **options: Any) -> Any:
            self._inside.append(0.0)
            begun = time.process_time()
            try:
                return function(*arguments, **options)
            finally:
                took = time.process_time() - begun
                self.spent[part] += took - self._inside.pop()
                if self._inside:
                    self._inside[-1] += took

        return measured


def test_the_parts_of_an_entitlement(
    tenant: Tenant, clock: Clock, bare: BareClient, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = tenant.context.table.connection.client
    connection: Any = tenant.context.table.connection
    watch = Stopwatch()
    for where, name, part in (
        (entitlements, "read_address", ADDRESS),
        (connection, "query", QUERY),
        (client, "_make_api_call", CALL),
        (table, "read_item", ITEM),
        (accesses, "access_of", ACCESS),
    ):
        monkeypatch.setattr(where, name, watch.measured(part, getattr(where, name)))
    clear = fresh(clock)
    found: dict[str, list[float]] = defaultdict(list)
    for run in range(RUNS + 1):
        clear()
        operation = watch.measured(REST, costs.entitlement(tenant, clock))
        watch.spent.clear()
        with recording(client) as recorded:
            operation()
        watch.spent[CALL] -= sum(watch.spent.values()) - recorded.seconds  # the engine's own time
        parts = {**watch.spent}
        again = [bare.seconds(recorded.calls) for _ in range(2)]
        clear()
        costs.entitlement(tenant, clock)
        after_preparing = bare.seconds(recorded.calls)
        if run:
            for part, seconds in parts.items():
                found[part].append(seconds)
            found["the operation"].append(recorded.seconds)
            found["the bare call, again"].append(min(again))
            found["the bare call, after the preparation"].append(after_preparing)
    say(_table(found))


@pytest.mark.parametrize("prepared", [costs.invite_one, costs.accept, costs.resend, costs.withdraw])
def test_a_command_beside_its_bare_calls_after_the_same_preparation(
    prepared: Prepared, tenant: Tenant, clock: Clock, bare: BareClient, say: Say
) -> None:
    client = tenant.context.table.connection.client
    clear = fresh(clock)
    found: dict[str, list[float]] = defaultdict(list)
    for run in range(RUNS + 1):
        clear()
        operation = prepared(tenant, clock)
        with recording(client) as recorded:
            operation()
        again = min(bare.seconds(recorded.calls) for _ in range(2))
        clear()
        prepared(tenant, clock)
        after_preparing = bare.seconds(recorded.calls)
        if run:
            found["the operation"].append(recorded.seconds)
            found["its bare calls, again"].append(again)
            found["its bare calls, after the preparation"].append(after_preparing)
    say(f"{prepared.__name__}\n{_table(found)}")


def _table(found: Mapping[str, list[float]]) -> str:
    return "\n".join(f"{what:40} {statistics.median(each) * 1000:6.3f} ms" for what, each in found.items())
