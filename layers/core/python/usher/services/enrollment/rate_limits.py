"""Rate limits on unauthenticated callers, exact under concurrency."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.enrollment.rate_limits import LimitReachedError, RateLimit
from usher.services.context import Context
from usher.store.enrollment import rate_limits


def spend(context: Context, limit: RateLimit, subject: str) -> None:
    """Count one use of the limit for the subject (email, IP address or organization's id): one call.

    Raises:
        LimitReachedError: the limit is used up; `retry_after` is in seconds.
    """
    now = context.now()
    if not rate_limits.spend(context.table, limit, subject, now=now):
        raise _reached(context, limit)


def require_left(context: Context, limit: RateLimit, subject: str) -> None:
    """Raise LimitReachedError if the subject has used the limit up, without counting: one call."""
    if rate_limits.is_spent(context.table, limit, subject, now=context.now()):
        raise _reached(context, limit)


def require_all_left(context: Context, counted: Sequence[tuple[RateLimit, str]]) -> None:
    """Raise LimitReachedError if one of the subjects has used its limit up, without counting: one call."""
    spent = rate_limits.spent_of(context.table, counted, now=context.now())
    if spent:
        raise _reached(context, max(spent, key=lambda limit: limit.over_at(context.now())))


def spend_all(context: Context, counted: Sequence[tuple[RateLimit, str]]) -> None:
    """Count one use for each subject, also for those that have used their limit up: one call each."""
    for limit, subject in counted:
        rate_limits.spend(context.table, limit, subject, now=context.now())


def _reached(context: Context, limit: RateLimit) -> LimitReachedError:
    now = context.now()
    return LimitReachedError(
        "This was done too often.", retry_after=int((limit.over_at(now) - now).total_seconds()) + 1
    )
