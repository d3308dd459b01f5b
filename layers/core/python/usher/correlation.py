"""The correlation id: the id of the request that is being worked on, from its event to what follows from it.

It is written with each event, and with each access that is to start, and handed on by each message of a
queue, so that the log of the function that sends an email names the request that the email began with. It
decides nothing.
"""

from __future__ import annotations

from contextvars import ContextVar

ATTRIBUTE = "correlation_id"
"""The attribute of a queue's message that has the id."""

_current: ContextVar[str] = ContextVar("correlation_id", default="")


def current() -> str:
    """Return the correlation id of the present work; empty for none."""
    return _current.get()


def begin(correlation_id: str) -> None:
    """Begin work that belongs to the id; empty for none."""
    _current.set(correlation_id)
