"""Crashes at a chosen moment: before or after the n-th call to AWS, as of a process that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any


class Crash(BaseException):
    """A crash, which no `except Exception` catches."""


class CrashPoints:
    """Counts the moments at which a command could die: one before and one after each call."""

    def __init__(self, at: int | None) -> None:
        self.passed = 0
        self.last = ""
        self._at = at

    def count_one(self, moment: str) -> None:
        """Count a moment, and crash if it is the chosen one."""
        self.passed += 1
        if self.passed == self._at:
            self.last = moment
            raise Crash(moment)


_READS = ("Get", "Query", "BatchGet", "TransactGet", "List", "AdminList", "Head")


def written(moment: str) -> bool:
    """Whether the moment follows a write: a crash before a call equals one after the previous write."""
    when, _, call = moment.partition(" ")
    return when == "after" and not call.startswith(_READS)


@contextmanager
def crashing(
    *clients: Any, at: int | None, counts: Callable[[str], bool] = lambda _: True
) -> Iterator[CrashPoints]:
    """Crash at the given moment of the block: 1 is before its first call, 2 after it; None only counts.

    Where only some moments count, the others are passed over.
    """
    moments = CrashPoints(at)
    with ExitStack() as listening:
        for client in clients:
            events = client.meta.events

            def before(model: Any, **_: object) -> None:
                if counts(moment := f"before {model.name}"):
                    moments.count_one(moment)

            def after(model: Any, **_: object) -> None:
                if counts(moment := f"after {model.name}"):
                    moments.count_one(moment)

            for event, listener in (("before-call", before), ("after-call", after)):
                events.register(event, listener)
                listening.callback(events.unregister, event, listener)
        yield moments
