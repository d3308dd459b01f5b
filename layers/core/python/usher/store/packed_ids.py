"""Packed ids: sort keys that hold several ids each, the newest first (decision 0097).

An item whose sort key holds its ids needs no other attribute, and none takes the place of another that holds
more. The ids of a key begin alike, as far as their partition says, so that whoever reads from an id knows how
far above it keys may still hold older ones: all of these are read, if it is upwards.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

MOST = 33
"""The ids of a key: so many, with the longest key of a partition of trails, are one write unit (1 KB)."""

HALF_A_MINUTE = 7
"""Characters at the front of ULIDs that were made within the same 33 seconds (32^3 milliseconds)."""

A_SECOND = 8
"""Those of ULIDs that were made within the same second (32^2 milliseconds)."""

_SEPARATOR = ","
_ID = 26
_LAST = "Z" * _ID


def keys_of(ids: Collection[str], *, alike: int = HALF_A_MINUTE) -> list[str]:
    """Return the sort keys that hold the ids, each of them once; an id alone is its own key."""
    newest_first = sorted(set(ids), reverse=True)
    return [
        _SEPARATOR.join(together[first : first + MOST])
        for together in (list(group) for _, group in groupby(newest_first, key=lambda id_: id_[:alike]))
        for first in range(0, len(together), MOST)
    ]


def ids_in(key: str) -> list[str]:
    """Return the ids that a sort key holds, newest first."""
    return key.split(_SEPARATOR)


def newest_in(key: str) -> str:
    """Return the newest id that a sort key holds."""
    return key[:_ID]


def oldest_beside(newest: str, *, alike: int) -> str:
    """Return a text that sorts before every id that a key with this newest id may hold."""
    return newest[:alike]


def last_key(id_: str, *, alike: int = HALF_A_MINUTE) -> str:
    """Return a text that sorts after every key that may hold the id or an older one.

    Keys up to it may hold newer ids as well, which begin alike.
    """
    return id_[:alike] + _LAST
