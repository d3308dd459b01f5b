"""How lists with filters are read where there are very many items, with the few of a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from usher.services import license_access_lists, list_effort
from usher.services.enrollment import code_use_search
from usher.services.invites import invite_listing
from usher.services.list_effort import Effort
from usher.services.people import held_accesses, learner_listing
from usher.store import key_sources

_LISTS = (invite_listing, learner_listing, license_access_lists, code_use_search)


def as_it_is(_: pytest.MonkeyPatch) -> None:
    """What passes is read whole, since it is little."""


def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """What passes a filter is read as keys, and never sorted whole."""
    monkeypatch.setattr(key_sources, "BATCH_GET", 0)
    monkeypatch.setattr(key_sources, "FIRST_KEYS", 3)
    monkeypatch.setattr(list_effort, "BATCH_GET", 0)
    monkeypatch.setattr(list_effort, "_ENTRIES_PER_UNIT", 10**6)
    for lists in _LISTS:
        monkeypatch.setattr(lists, "FOR_A_SEARCH", Effort(items=0, keys=50))


def dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """What passes a filter is not read beforehand, but late, or what passes several."""
    many(monkeypatch)
    monkeypatch.setattr(list_effort, "_ITEMS_PER_UNIT", 0)
    monkeypatch.setattr(list_effort, "_KEYS_PER_UNIT", 1)
    for lists in _LISTS:
        monkeypatch.setattr(lists, "FOR_A_SEARCH", Effort(items=0, keys=3))


def scattered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The accesses of any license are of so many that each learner's are read."""
    monkeypatch.setattr(held_accesses, "FEW_LICENSES", 0)


def scattered_widely(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are, and what passes is read as keys."""
    scattered(monkeypatch)
    many(monkeypatch)


Size = Callable[[pytest.MonkeyPatch], None]

SIZES: tuple[Size, ...] = (as_it_is, many, dense)

LEARNER_SIZES: tuple[Size, ...] = (*SIZES, scattered, scattered_widely)
