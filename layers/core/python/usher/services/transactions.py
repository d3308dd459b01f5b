"""Conflicts between transactions: a command decides anew, or goes on without the items that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from usher.services.context import Context
from usher.store.transaction import BusyError, ConditionFailedError, Write, commit

_T = TypeVar("_T")

ATTEMPTS = 6
"""How often a command decides anew when somebody else changed what it had read."""


def looking_again() -> Iterator[int]:
    """Count the attempts of a command that decides anew when what it read has changed meanwhile.

    Raises:
        BusyError: after the last attempt; nothing was written.
    """
    yield from range(ATTEMPTS)
    raise BusyError("Others kept changing the same thing.")


def commit_surviving(
    context: Context,
    items: Sequence[_T],
    *,
    each: Callable[[_T], Sequence[Write]],
    shared: Callable[[Sequence[_T]], Sequence[Write]],
) -> list[_T]:
    """Commit the writes of those items whose conditions hold, in one transaction, and return those items.

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
