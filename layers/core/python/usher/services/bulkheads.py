"""Bulkheads: the failure of one piece of work is counted and leaves the others to go on (decision 78)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator
from typing import ParamSpec, TypeVar

from usher.store.due_index import DueKeys, NextKey

_P = ParamSpec("_P")
_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class WorkFailedError(Exception):
    """Some pieces of work failed, each of them logged; the others were done."""


class Bulkhead:
    """Runs pieces of work that belong to different organizations, licenses or people.

    Attributes:
        failures: how many pieces of work failed.
        first_failure: why the first of them failed.
        out_of_time: whether some were left undone because it was `enough`.
    """

    def __init__(self, *, enough: Callable[[], bool] = lambda: False) -> None:
        self._enough = enough
        self._failed: set[Hashable] = set()
        self.failures = 0
        self.first_failure: Exception | None = None
        self.out_of_time = False

    def run(self, key: Hashable, work: Callable[_P, int | None], *args: _P.args, **kwargs: _P.kwargs) -> int:
        """Return the work's count, or 0 where it fails, where time is up, or where its `key` has failed.

        What is busy, such as a license, is tried once: each attempt at it may take ten seconds.
        """
        if self._enough():
            self.out_of_time = True
            return 0
        return self.attempt(key, work, *args, **kwargs) or 0

    def attempt(
        self, key: Hashable, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T | None:
        """Return what the work returns, whatever the time; None where it fails, or its `key` has failed."""
        if key in self._failed:
            return None
        try:
            return work(*args, **kwargs)
        except Exception as failure:  # noqa: BLE001 - whatever one piece meets, the others are not to wait for it
            _log.exception("A piece of work failed; the others go on.")
            self._failed.add(key)
            self.failures += 1
            self.first_failure = self.first_failure or failure
            return None

    def raise_failures(self) -> None:
        """Raise WorkFailedError if some work has failed."""
        if self.failures:
            raise WorkFailedError(f"{self.failures} pieces of work failed.") from self.first_failure


def keys_apart(alone: Bulkhead, of: str) -> NextKey:
    """Return the reading of what is due `of` a kind, for which a shard that cannot be read has no more."""

    def next_key(shard: int, found: Iterator[DueKeys]) -> DueKeys | None:
        return alone.attempt((of, shard), next, found, None)

    return next_key
