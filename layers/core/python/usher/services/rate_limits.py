"""Rate limits: what is limited is counted first, by an atomic write, so that they are exact."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.rate_limits import Counted, LimitReachedError, RateLimit
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.store import rate_limits
from usher.store.transaction import commit

Counts = Sequence[tuple[RateLimit, str]]
"""Limits, each with the subject that is counted: an email address, an IP address or an organization's id."""


@dataclass(frozen=True, kw_only=True)
class NarrowingLimits:
    """Limits on what strangers do to one target, which narrow once they did it too often together.

    Others than those who used it up must not be kept out by a limit for all, so that it closes nothing: it
    brings stricter limits for each subject.

    Attributes:
        each: the limits for each subject.
        overall: the limit for all together.
        narrowed: the limits for each subject while `overall` is used up, of the kinds of `each`.
    """

    each: Counts
    overall: tuple[RateLimit, str]
    narrowed: Counts


def spend(context: Context, limit: RateLimit, subject: str) -> None:
    """Count one use of the limit for the subject (email, IP address or organization's id): one call.

    Raises:
        LimitReachedError: the limit is used up; `retry_after` is in seconds.
    """
    now = context.now()
    if not rate_limits.spend(context.table, limit, subject, now=now):
        raise _reached(context, [limit])


def require_left(context: Context, limit: RateLimit, subject: str) -> None:
    """Raise LimitReachedError if the subject has used the limit up, without counting: one call."""
    if rate_limits.is_spent(context.table, limit, subject, now=context.now()):
        raise _reached(context, [limit])


def spend_narrowing(context: Context, limits: NarrowingLimits, *, wait: bool = False) -> Counted:
    """Count one use of each limit, or of none: one call, and one more while the overall limit is used up.

    With `wait`, a limit that is reached by counts that are not final yet (see `confirm`) is waited for.

    Raises:
        LimitReachedError: a limit for a subject is used up; `retry_after` is in seconds.
    """
    now = context.now()
    overall, _ = limits.overall
    for counts in ([*limits.each, limits.overall], limits.narrowed):
        reached = rate_limits.spend_all(context.table, counts, now=now, wait=wait)
        if not reached:
            return Counted(counts=counts, at=now)
        if overall not in reached:
            break
    raise _reached(context, reached)


def give_back(context: Context, counted: Counted) -> None:
    """Give counts back: what was counted is none of what they limit. One call."""
    commit(context.table, rate_limits.give_back(counted))


def confirm(context: Context, counted: Counted) -> None:
    """Make counts final, so that nobody waits for them to be given back. One call."""
    commit(context.table, rate_limits.confirm(counted))


def _reached(context: Context, limits: Sequence[RateLimit]) -> LimitReachedError:
    now = context.now()
    over_at = max(limit.over_at(now) for limit in limits)
    return LimitReachedError("This was done too often.", retry_after=int((over_at - now).total_seconds()) + 1)
