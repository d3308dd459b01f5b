"""The one clock. Everything else is told what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET_FILE = "USHER_CLOCK_OFFSET_FILE"
"""Names a file with the seconds that the clock is ahead, on one's own machine (DESIGN 8, Time travel).

A deployed template never sets it. While there is no such file, the clock is not ahead.
"""


def now() -> datetime:
    """Return the present instant in whole seconds of UTC."""
    return exactly_now().replace(microsecond=0)


def world() -> datetime:
    """Return the instant that it is for everybody else, whose clocks nobody moved."""
    return datetime.now(UTC)


def exactly_now() -> datetime:
    """Return the present instant with its fractions, which order ids within a second."""
    moment = world()
    file = os.environ.get(OFFSET_FILE)
    return moment + _offset(Path(file)) if file else moment


def _offset(file: Path) -> timedelta:
    try:
        return timedelta(seconds=int(file.read_text()))
    except FileNotFoundError:
        return timedelta()
