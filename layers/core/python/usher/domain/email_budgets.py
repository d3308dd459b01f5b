"""Email budgets: the most emails that one recipient is sent in a day without having asked (decision 43)."""

from __future__ import annotations

from datetime import timedelta

from usher.domain.errors import TooSoonError
from usher.domain.organizations import Organization
from usher.domain.rate_limits import RateLimit

UNASKED_EMAILS = RateLimit(kind="email-recipient", times=20, per=timedelta(days=1))
"""Limits the invites, resends, changes of a start and withdrawals that one recipient is emailed about."""
CODE_COPIES = RateLimit(kind="code-copy", times=50, per=timedelta(days=1))
"""Limits the copies of codes that a manager has sent to their own address."""


class TooManyEmailsError(TooSoonError):
    """The recipient was sent as many emails today as one may be sent; nothing was done."""

    code = "too_many_emails"
    title = "Too many emails to one address today"
    next_action = "Wait until more emails may be sent, or use the last one that was sent."


def budget_owner(organization: Organization) -> str:
    """Return the id of the organization whose budget is used: the provider's for all of its clients.

    A provider can create clients without end, and each would bring a budget of its own.
    """
    return organization.provider or organization.id
