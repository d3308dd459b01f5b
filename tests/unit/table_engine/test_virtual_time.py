"""Virtual time: work overlaps, in the order of time, and waits for no clock."""

from __future__ import annotations

import pytest

from tests.bench.table_engine.virtual_time import VirtualTime


def test_work_overlaps_in_the_order_of_time() -> None:
    time = VirtualTime()
    seen: list[tuple[str, float]] = []

    def work(name: str, pause: float) -> None:
        for _ in range(2):
            seen.append((name, time.now))
            time.sleep(pause)

    time.start(1, lambda: work("slow", 100))
    time.start(2, lambda: work("quick", 10))
    time.run()

    assert seen == [("slow", 1), ("quick", 2), ("quick", 12), ("slow", 101)]
    assert time.now == 201


def test_outside_of_a_run_a_sleep_passes_at_once() -> None:
    time = VirtualTime()

    time.sleep(3600)

    assert time.now == 3600


def test_what_work_raises_is_raised_where_the_time_is_run() -> None:
    time = VirtualTime()

    def fail() -> None:
        raise ValueError("no number")

    time.start(1, fail)

    with pytest.raises(ValueError, match="no number"):
        time.run()
