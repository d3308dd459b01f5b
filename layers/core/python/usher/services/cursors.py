"""Cursors of lists that are merged of several ranges: a place in the list, bound to the query."""

from __future__ import annotations

import base64
import hashlib
import json

from usher.domain.paging import BadCursorError
from usher.lazy_dataclasses import dataclass

_LONGEST_KEY = 900
"""The most bytes of a key in a cursor: more than any has, and with a prefix less than DynamoDB's 1,024."""


@dataclass(frozen=True)
class Place:
    """The place behind the item with this sort key, in one of the sections that a list is read by."""

    section: int
    key: str


def cursor_of(query: object, place: Place) -> str:
    """Return the cursor of a place in the list of this query."""
    text = json.dumps([_fingerprint(query), place.section, place.key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(query: object, cursor: str) -> Place:
    """Return the place in a cursor.

    Raises:
        BadCursorError: the cursor is none of this query's list.
    """
    try:
        fingerprint, section, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        is_place = type(section) is int and isinstance(key, str) and 0 < len(key.encode()) <= _LONGEST_KEY
    except (ValueError, TypeError) as error:
        raise BadCursorError("The cursor cannot be read.") from error
    if not is_place or section < 0 or fingerprint != _fingerprint(query):
        raise BadCursorError("The cursor belongs to another list.")
    return Place(section, key)


def _fingerprint(query: object) -> str:
    """Return a short text that differs between queries; their `repr` has all that they ask for."""
    return hashlib.sha256(repr(query).encode()).hexdigest()[:12]
