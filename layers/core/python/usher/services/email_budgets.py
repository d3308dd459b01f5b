"""Email budgets: an email is counted in the transaction of the command that causes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from usher.domain.email_budgets import CODE_COPIES, UNASKED_EMAILS, TooManyEmailsError
from usher.domain.rate_limits import RateLimit
from usher.services.context import Context
from usher.store import rate_limits
from usher.store.transaction import Write


def count_email(owner: str, email: str, *, now: datetime) -> Write:
    """Return the write that counts an email that its recipient did not ask for, if the budget allows it.

    `owner` is whose budget it is (`budget_owner`). Where the condition failed, raise `email_refusal`.
    """
    return rate_limits.count(UNASKED_EMAILS, f"{owner}#{email}", now=now)


def count_code_copy(email: str, *, now: datetime) -> Write:
    """Return the write that counts the copy of a code that a manager has sent to their own address.

    Where the condition failed, raise `copy_refusal`.
    """
    return rate_limits.count(CODE_COPIES, email, now=now)


def emails_left(context: Context, owner: str, emails: Iterable[str], *, now: datetime) -> dict[str, int]:
    """Return how many more emails each address may be sent today: one call for each hundred addresses."""
    subjects = {email: f"{owner}#{email}" for email in emails}
    counts = rate_limits.counts_of(context.table, UNASKED_EMAILS, list(subjects.values()), now=now)
    return {email: UNASKED_EMAILS.times - counts[subject] for email, subject in subjects.items()}


def email_refusal(*, now: datetime) -> TooManyEmailsError:
    """Return the refusal of a command whose recipient was emailed as often as the budget allows."""
    return _refusal(UNASKED_EMAILS, f"The address was sent {UNASKED_EMAILS.times} emails today.", now)


def copy_refusal(*, now: datetime) -> TooManyEmailsError:
    """Return the refusal of a copy by somebody who was sent as many as the limit allows."""
    return _refusal(CODE_COPIES, f"You were sent {CODE_COPIES.times} copies of codes today.", now)


def _refusal(limit: RateLimit, detail: str, now: datetime) -> TooManyEmailsError:
    return TooManyEmailsError(detail, retry_after=int((limit.over_at(now) - now).total_seconds()))
