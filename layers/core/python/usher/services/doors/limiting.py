"""Limits on what strangers can do: exact, whoever asks at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.doors.limits import Limit, LimitReachedError
from usher.services.context import Context
from usher.store.doors import limits


def spend(context: Context, limit: Limit, subject: str) -> None:
    """Count one more for the subject (an address, an IP address, an organization's id): one call.

    Raises:
        LimitReachedError: it was done as often as it may be; `retry_after` says when it may be again.
    """
    now = context.now()
    if not limits.spend(context.table, limit, subject, now=now):
        raise _reached(context, limit)


def require_left(context: Context, limit: Limit, subject: str) -> None:
    """Raise LimitReachedError if the subject has nothing left; counts nothing: one call."""
    if limits.is_spent(context.table, limit, subject, now=context.now()):
        raise _reached(context, limit)


def require_all_left(context: Context, counted: Sequence[tuple[Limit, str]]) -> None:
    """Raise LimitReachedError if one of several subjects has nothing left; counts nothing: one call."""
    spent = limits.spent_of(context.table, counted, now=context.now())
    if spent:
        raise _reached(context, max(spent, key=lambda limit: limit.over_at(context.now())))


def spend_all(context: Context, counted: Sequence[tuple[Limit, str]]) -> None:
    """Count one more for each subject, those that have nothing left included: one call each."""
    for limit, subject in counted:
        limits.spend(context.table, limit, subject, now=context.now())


def _reached(context: Context, limit: Limit) -> LimitReachedError:
    now = context.now()
    return LimitReachedError(
        "This was done too often.", retry_after=int((limit.over_at(now) - now).total_seconds()) + 1
    )
