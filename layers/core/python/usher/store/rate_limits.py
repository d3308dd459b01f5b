"""Counters of rate limits, which expire by DynamoDB's time to live after their windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.rate_limits import Counted, RateLimit
from usher.store import keys
from usher.store.table import Ref, Row, Table
from usher.store.transaction import ConditionFailedError, Write, commit, pauses, update

_KEPT_AFTER = timedelta(days=1)


class LimitRow(Row):
    """`LIMIT#kind#subject`, the number of the window: how often it was counted.

    `confirmed` of the counts are final; each of the others may be given back. Only guesses have it.
    """

    times = NumberAttribute()
    confirmed = NumberAttribute(null=True)
    expires_on = NumberAttribute()


def _ref(limit: RateLimit, subject: str, now: datetime) -> Ref[LimitRow]:
    return Ref(LimitRow, keys.limit(limit.kind, subject), str(limit.window(now)))


def _row(limit: RateLimit, subject: str, now: datetime) -> LimitRow:
    at = _ref(limit, subject, now)
    return LimitRow(at.pk, at.sk)


def count(limit: RateLimit, subject: str, *, now: datetime) -> Write:
    """Add one to the count, if the limit allows it, in the transaction of what is counted."""
    return update(
        _row(limit, subject, now),
        LimitRow.times.add(1),
        LimitRow.expires_on.set(int((limit.over_at(now) + _KEPT_AFTER).timestamp())),
        condition=_allows(limit),
    )


def _allows(limit: RateLimit) -> Condition:
    allows: Condition = LimitRow.times.does_not_exist() | (LimitRow.times < limit.times)
    return allows


def give_back(counted: Counted) -> list[Write]:
    """Subtract one from each of the counts: what was counted is none of what they limit."""
    return [
        update(_row(limit, subject, counted.at), LimitRow.times.add(-1)) for limit, subject in counted.counts
    ]


def confirm(counted: Counted) -> list[Write]:
    """Make each of the counts final, so that nobody waits for it to be given back."""
    return [
        update(_row(limit, subject, counted.at), LimitRow.confirmed.add(1))
        for limit, subject in counted.counts
    ]


def spend(table: Table, limit: RateLimit, subject: str, *, now: datetime) -> bool:
    """Add one to the count if the limit allows it, and return whether it does: one call, exact."""
    counted = count(limit, subject, now=now)
    return table.update(_ref(limit, subject, now), *counted.actions, condition=_allows(limit))


def spend_all(
    table: Table, counts: Sequence[tuple[RateLimit, str]], *, now: datetime, wait: bool
) -> list[RateLimit]:
    """Add one to each of the counts if all of the limits allow it, else to none: one call, exact.

    Return the limits that do not allow it. With `wait`, a limit that is reached by counts that may still be
    given back is tried again after a pause.
    """
    reached: list[RateLimit] = []
    for _ in pauses():
        writes = {count(limit, subject, now=now): limit for limit, subject in counts}
        try:
            commit(table, writes)
        except ConditionFailedError as stale:
            reached = [writes[write] for write in stale.failed]
            if not wait or any(
                _confirmed(item) >= writes[write].times for write, item in stale.failed.items()
            ):
                return reached
        else:
            return []
    return reached


def _confirmed(item: Mapping[str, Any] | None) -> int:
    """Return how many of the counts of an item are final."""
    return 0 if item is None else int(LimitRow.from_raw_data(item).confirmed or 0)


def is_spent(table: Table, limit: RateLimit, subject: str, *, now: datetime) -> bool:
    """Return whether the limit is reached, without counting: one call."""
    row = table.get(_ref(limit, subject, now))
    return row is not None and row.times >= limit.times


def counts_of(table: Table, limit: RateLimit, subjects: Sequence[str], *, now: datetime) -> dict[str, int]:
    """Return how often each subject was counted in the window of `now`: one call for each hundred."""
    refs = {subject: _ref(limit, subject, now) for subject in subjects}
    found = table.get_many(list(refs.values()))
    return {
        subject: 0 if (row := found.get(ref)) is None else int(row.times) for subject, ref in refs.items()
    }
