"""Counters of rate limits, which expire by DynamoDB's time to live after their windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from usher.domain.enrollment.rate_limits import RateLimit
from usher.store import keys
from usher.store.table import Ref, Row, Table

_KEPT_AFTER = timedelta(days=1)


class LimitRow(Row):
    """`LIMIT#kind#subject`, the number of the window: how often it was counted."""

    times = NumberAttribute()
    expires_on = NumberAttribute()


def _ref(limit: RateLimit, subject: str, now: datetime) -> Ref[LimitRow]:
    return Ref(LimitRow, keys.limit(limit.kind, subject), str(limit.window(now)))


def spend(table: Table, limit: RateLimit, subject: str, *, now: datetime) -> bool:
    """Add one to the count if the limit allows it, and return whether it does: one call, exact."""
    return table.update(
        _ref(limit, subject, now),
        LimitRow.times.add(1),
        LimitRow.expires_on.set(int((limit.over_at(now) + _KEPT_AFTER).timestamp())),
        condition=LimitRow.times.does_not_exist() | (LimitRow.times < limit.times),
    )


def is_spent(table: Table, limit: RateLimit, subject: str, *, now: datetime) -> bool:
    """Return whether the limit is reached, without counting: one call."""
    row = table.get(_ref(limit, subject, now))
    return row is not None and row.times >= limit.times


def spent_of(table: Table, counted: Sequence[tuple[RateLimit, str]], *, now: datetime) -> list[RateLimit]:
    """Return those of the limits that their subjects have reached, without counting: one call."""
    refs = [(limit, _ref(limit, subject, now)) for limit, subject in counted]
    found = table.get_many([at for _, at in refs])
    return [limit for limit, at in refs if (row := found.get(at)) is not None and row.times >= limit.times]
