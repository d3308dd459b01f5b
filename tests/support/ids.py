"""ULIDs that grow in the order of creation, so that tests are repeatable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count

from ulid import ULID


def growing_ids(now: Callable[[], datetime]) -> Callable[[], str]:
    """Return a source of ULIDs: the clock's milliseconds, then a counter in place of randomness."""
    numbers = count(1)

    def new_id() -> str:
        milliseconds = int(now().timestamp() * 1000)
        return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + next(numbers).to_bytes(10, "big")))

    return new_id
