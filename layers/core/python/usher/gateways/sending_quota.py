"""The sending quota: how many emails SES sends for the account in 24 hours, and how many it has sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient


class SendingQuota:
    """The account's quota of SES in the region."""

    def __init__(self, *, client: SESClient) -> None:
        self._client = client

    def used(self) -> float | None:
        """Return the part of the quota that the last 24 hours have used, 0 to 1; None for no quota.

        One call.
        """
        quota = self._client.get_send_quota()
        most = quota["Max24HourSend"]  # -1 for an account without a quota
        return quota["SentLast24Hours"] / most if most > 0 else None
