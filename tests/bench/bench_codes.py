"""How long ten thousand codes take on the emulator's table engine (docs/decisions/0031)."""

from __future__ import annotations

from tests.bench.conftest import Say, Timed
from tests.integration.core.test_codes import generate
from tests.support.call_counts import Count
from tests.support.tenant import Tenant
from usher.services.receipts import Receipt


def test_ten_thousand(emulator_tenant: Tenant, timed: Timed, say: Say) -> None:
    license_ = emulator_tenant.license()
    count = Count(emulator_tenant.context.table.connection.client)

    with timed("10,000 codes"), count() as cost:
        generate(emulator_tenant, license_, 10_000, Receipt())

    say(f"in {cost.calls} calls")
    assert cost.calls > 100
