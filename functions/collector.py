"""The collector of garbage, which need not look through what a start has loaded: all of it stays."""

from __future__ import annotations

import gc

NEW_OBJECTS = 100_000
"""How many objects are new when the collector looks for garbage among them (decision 91)."""


def leave_what_is_loaded() -> None:
    """Have the collector leave aside all that there is, for good, and look at what comes from now on.

    It would look through all of that once, 25 ms, at the end of a start or in the first invocation.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
