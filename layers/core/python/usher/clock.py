"""The one clock. Everything else is told what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

OFFSET = "USHER_CLOCK_OFFSET_SECONDS"
"""Moves the clock forward on one's own machine (DESIGN 8, Time travel); a deployed template never sets it."""


def now() -> datetime:
    """Return the present instant in whole seconds of UTC."""
    return exactly_now().replace(microsecond=0)


def world() -> datetime:
    """Return the instant that it is for everybody else, whose clocks nobody moved."""
    return datetime.now(UTC)


def exactly_now() -> datetime:
    """Return the present instant with its fractions, which order ids within a second."""
    moment = world()
    offset = os.environ.get(OFFSET)
    return moment + timedelta(seconds=int(offset)) if offset else moment
