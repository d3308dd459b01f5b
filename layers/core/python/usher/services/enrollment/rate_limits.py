"""Limits on what strangers can do: exact, whoever asks at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.enrollment.rate_limits import LimitReachedError, RateLimit
from usher.services.context import Context
from usher.store.enrollment import rate_limits


def spend(context: Context, limit: RateLimit, subject: str) -> None:
    """Count one more for the subject (an address, an IP address, an organization's id): one call.

    Raises:
        LimitReachedError: it was done as often as it may be; `retry_after` says when it may be again.
    """
    now = context.now()
    if not rate_limits.spend(context.table, limit, subject, now=now):
        raise _reached(context, limit)


def require_left(context: Context, limit: RateLimit, subject: str) -> None:
    """Raise LimitReachedError if the subject has nothing left; counts nothing: one call."""
    if rate_limits.is_spent(context.table, limit, subject, now=context.now()):
        raise _reached(context, limit)


def require_all_left(context: Context, counted: Sequence[tuple[RateLimit, str]]) -> None:
    """Raise LimitReachedError if one of several subjects has nothing left; counts nothing: one call."""
    spent = rate_limits.spent_of(context.table, counted, now=context.now())
    if spent:
        raise _reached(context, max(spent, key=lambda limit: limit.over_at(context.now())))


def spend_all(context: Context, counted: Sequence[tuple[RateLimit, str]]) -> None:
    """Count one more for each subject, those that have nothing left included: one call each."""
    for limit, subject in counted:
        rate_limits.spend(context.table, limit, subject, now=context.now())


def _reached(context: Context, limit: RateLimit) -> LimitReachedError:
    now = context.now()
    return LimitReachedError(
        "This was done too often.", retry_after=int((limit.over_at(now) - now).total_seconds()) + 1
    )
