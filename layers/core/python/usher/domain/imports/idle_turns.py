"""Turns of an import's worker that made no progress since others were in the way, and their pauses."""

from __future__ import annotations

from datetime import timedelta

MOST_IDLE_TURNS = 12
"""How many turns of the worker in a row may make no progress; after the last the import has failed."""

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=15)


def pause_after(idle_turns: int) -> timedelta:
    """Return the pause before the next turn of an import's worker: none after a turn that made progress.

    It doubles with each idle turn in a row. The pauses of MOST_IDLE_TURNS are an hour and a quarter together.
    """
    if not idle_turns:
        return timedelta()
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << (idle_turns - 1)))
