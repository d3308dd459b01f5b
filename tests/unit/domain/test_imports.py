"""Imports: how long the worker pauses while others are in its way."""

from __future__ import annotations

from datetime import timedelta

from usher.domain.imports.idle_turns import MOST_IDLE_TURNS, pause_after
from usher.gateways.queue import LONGEST_DELAY


def test_a_worker_that_others_hold_up_pauses_ever_longer_and_for_an_hour_in_all() -> None:
    pauses = [pause_after(turns) for turns in range(1, MOST_IDLE_TURNS)]

    assert pause_after(0) == timedelta()
    assert pauses == sorted(pauses)
    assert pauses[-1] <= LONGEST_DELAY
    assert timedelta(hours=1) < sum(pauses, timedelta()) < timedelta(hours=1, minutes=30)
