"""How long ten thousand codes take on the emulator's table engine (docs/decisions/0031)."""

from __future__ import annotations

from tests.bench.conftest import Say, Timed
from tests.integration.core.test_codes import generate
from tests.support.counting import Count
from tests.support.house import House
from usher.services.receipts import Receipt


def test_ten_thousand(arena: House, timed: Timed, say: Say) -> None:
    license_ = arena.license()
    count = Count(arena.context.table.connection.client)

    with timed("10,000 codes"), count() as cost:
        generate(arena, license_, 10_000, Receipt())

    say(f"in {cost.calls} calls")
    assert cost.calls > 100
