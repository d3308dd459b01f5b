"""Virtual time: threads that take turns, so that thousands of commands overlap without waiting for a clock.

One thread runs at any time. A thread that sleeps hands over to the one that wakes first, and the time jumps
to that moment; what happens between two sleeps takes no time.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count

_really_sleep = time.sleep


class VirtualTime:
    """The time, in seconds, and the work that is spread over it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._owner = threading.get_ident()
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._back = threading.Semaphore(0)
        self._inside = threading.local()
        self._failed: list[BaseException] = []

    def start(self, at: float, work: Callable[[], None]) -> None:
        """Begin work at a moment, in a thread of its own."""

        def working() -> None:
            self._inside.turn = threading.Semaphore(0)
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised where the time is run
                self._failed.append(error)
            self._back.release()

        def begin() -> None:
            threading.Thread(target=working, daemon=True).start()

        heapq.heappush(self._waiting, (at, next(self._order), begin))

    def sleep(self, seconds: float) -> None:
        """Let the others run until so many seconds have passed.

        Outside of `run` the time just passes. Threads that are no work of this time, such as the table
        engine's own, sleep as ever.
        """
        turn: threading.Semaphore | None = getattr(self._inside, "turn", None)
        if turn is None:
            if threading.get_ident() == self._owner:
                self.now += seconds
            else:
                _really_sleep(seconds)
            return
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), turn.release))
        self._back.release()
        turn.acquire()

    def run(self) -> None:
        """Let all the work run to its end, in the order of time; raise what one of them raised."""
        while self._waiting:
            at, _, resume = heapq.heappop(self._waiting)
            self.now = max(self.now, at)
            resume()
            self._back.acquire()
            if self._failed:
                raise self._failed.pop()
