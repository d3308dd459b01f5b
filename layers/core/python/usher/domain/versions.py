"""Versions of what several managers change: each change can require the version that was read."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from usher.domain.errors import RefusedError
from usher.lazy_dataclasses import dataclass

_V = TypeVar("_V", bound="Versioned")


class ChangedMeanwhileError(RefusedError):
    """Somebody else changed it since the caller read it; the caller's change was not written."""

    code = "changed_meanwhile"
    title = "Somebody else has changed this meanwhile"
    fields = ("version",)
    next_action = "Look at it as it is now, and make your changes to that."


@dataclass(frozen=True, kw_only=True)
class Versioned:
    """What several managers change.

    Attributes:
        version: grows with each change; None before the first write, and of codes before their first change.
    """

    version: int | None = None


def written(thing: _V) -> _V:
    """Return the thing with the version that it has once it is written."""
    return replace(thing, version=(thing.version or 0) + 1)
