"""Wires start_access's service."""

from __future__ import annotations

from usher.bootstrap import Bootstrap
from usher.services.outbox.start_access import StartAccess


def start_access(bootstrap: Bootstrap) -> StartAccess:
    """Return the start of accesses that are due."""
    return StartAccess(bootstrap.context)
