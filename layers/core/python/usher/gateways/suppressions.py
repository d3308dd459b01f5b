"""Suppressions: the addresses of the account to which SES sends nothing, since they bounced or complained."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class Suppressions:
    """The suppression list of the AWS account, to which SES itself adds."""

    def __init__(self, *, client: SESV2Client) -> None:
        self._client = client

    def remove(self, *, email: str) -> None:
        """Take an address off the list, if it is there: one call."""
        with suppress(self._client.exceptions.NotFoundException):
            self._client.delete_suppressed_destination(EmailAddress=email)
