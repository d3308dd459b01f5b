"""Ranges of ULIDs, which sort by the time at their front."""

from __future__ import annotations

from datetime import datetime

from ulid import ULID

FIRST_ID = "0"
"""Sorts before every ULID."""

LAST_ID = "Z" * 26
"""Sorts after every ULID."""

_ULID_TIME = 10
"""Characters at the front of a ULID that say when it was made."""


def ids_from(at: datetime) -> str:
    """A text that sorts before every ULID made at `at` or later, and after all made earlier."""
    return str(ULID.from_datetime(at))[:_ULID_TIME]


def made_at(id_: str) -> datetime:
    """Return when a ULID was made, UTC, to the second."""
    return ULID.from_str(id_).datetime.replace(microsecond=0)


def last_before(id_: str) -> str:
    """A text that sorts after every id smaller than `id_`, and before `id_` itself."""
    return id_[:-1] + chr(ord(id_[-1]) - 1)
