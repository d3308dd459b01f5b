"""Suppressions: the addresses of the account to which SES sends nothing, since they bounced or complained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from usher.gateways.outages import NO_ANSWER, is_outage, is_throttle

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class SuppressionsUnavailableError(Exception):
    """SES throttles, fails or does not answer; the same call may succeed later."""


class Suppressions:
    """The suppression list of the AWS account, to which SES itself adds."""

    def __init__(self, *, client: SESV2Client) -> None:
        self._client = client

    def remove(self, *, email: str) -> None:
        """Take an address off the list, if it is there: one call.

        Raises:
            SuppressionsUnavailableError: it was not done, and may be done later.
        """
        try:
            self._client.delete_suppressed_destination(EmailAddress=email)
        except self._client.exceptions.NotFoundException:
            return
        except ClientError as error:
            if is_throttle(error) or is_outage(error):
                raise SuppressionsUnavailableError from error
            raise
        except NO_ANSWER as error:
            raise SuppressionsUnavailableError from error
