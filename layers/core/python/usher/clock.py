"""The clock. Everything else gets the time as an argument."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET_FILE = "USHER_CLOCK_OFFSET_FILE"
"""The environment variable with the path of a file, which has the seconds to advance the clock by (DESIGN 8).

It is set on a developer's machine only, for time travel. While the file does not exist, the clock is right.
"""


def now() -> datetime:
    """Return the present instant in whole seconds of UTC."""
    return exactly_now().replace(microsecond=0)


def actual_now() -> datetime:
    """Return the actual instant, whatever the offset."""
    return datetime.now(UTC)


def exactly_now() -> datetime:
    """Return the present instant with fractions of a second, which order ids within a second."""
    moment = actual_now()
    file = os.environ.get(OFFSET_FILE)
    return moment + _offset(Path(file)) if file else moment


def _offset(file: Path) -> timedelta:
    try:
        return timedelta(seconds=int(file.read_text()))
    except FileNotFoundError:
        return timedelta()
