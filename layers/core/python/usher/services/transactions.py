"""Transactions of commands: the event that each records, and what follows from conflicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from usher.domain.events.event import SYSTEM, EventData
from usher.services.context import Context
from usher.store import events
from usher.store.transaction import BusyError, ConditionFailedError, ConflictError, Write, commit

_P = ParamSpec("_P")
_T = TypeVar("_T")

ATTEMPTS = 6
"""How often a command runs, at most, when somebody else keeps changing what it has read."""


def record_event(
    context: Context,
    data: EventData,
    *,
    organization: str,
    actor: str = SYSTEM,
    at: datetime | None = None,
    of_import: bool = False,
    correlation_id: str = "",
) -> Write:
    """Return the write that records an event, dated `at` or now, in the command's transaction."""
    return events.record(
        context.event(
            data,
            organization=organization,
            actor=actor,
            at=at,
            of_import=of_import,
            correlation_id=correlation_id,
        )
    )


def retry_on_conflict(command: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate a command so that it runs again when ConflictError leaves it, up to ATTEMPTS times in all.

    Each attempt reads and decides again, authorization included, since what was read has changed. A command
    translates the failed conditions that mean a refusal, and does not catch the others. Each attempt uses the
    same arguments, so that none may be an iterator.

    Raises:
        BusyError: the last attempt ended in a conflict, too; nothing was written.
    """

    @wraps(command)
    def retried(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        conflict: ConflictError | None = None
        for _ in range(ATTEMPTS):
            try:
                return command(*args, **kwargs)
            except ConflictError as latest:
                conflict = latest
        raise BusyError("Others kept changing the same thing.") from conflict

    return retried


def commit_surviving(
    context: Context,
    items: Sequence[_T],
    *,
    each: Callable[[_T], Sequence[Write]],
    shared: Callable[[Sequence[_T]], Sequence[Write]],
) -> list[_T]:
    """Commit the writes of the items whose conditions hold, in one transaction, and return those items.

    An item whose conditions fail has changed since it was read; the transaction is repeated without it.

    `each` gives the writes of one item with its conditions, `shared` those about all that are left, such as
    their event; together they fit in one transaction.
    """
    left = list(items)
    while left:
        writes = {id(item): each(item) for item in left}
        try:
            commit(context.table, [*(w for own in writes.values() for w in own), *shared(left)])
        except ConditionFailedError as stale:
            kept = [item for item in left if not any(w in stale for w in writes[id(item)])]
            if len(kept) == len(left):
                raise
            left = kept
        else:
            return left
    return []
