"""Secrets in Secrets Manager, cached for REREAD_AFTER seconds, so that a rotation takes effect by itself."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from usher.gateways.outages import NO_ANSWER, is_outage, is_throttle

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REREAD_AFTER = 300.0
"""Seconds for which a secret is cached."""

KEPT_FOR = 3600.0
"""Seconds since the last read for which a secret that cannot be read anew is used (decision 93)."""

TRIED_AGAIN_AFTER = 30.0
"""Seconds until a read that failed is tried again, so that not every request waits for it."""

_log = logging.getLogger(__name__)


class Secret:
    """A secret, cached."""

    def __init__(self, *, client: SecretsManagerClient, arn: str) -> None:
        self._client = client
        self._arn = arn
        self._text = ""
        self._read_at = float("-inf")
        self._tried_at = float("-inf")

    def text(self) -> str:
        """Return the secret's text, at most REREAD_AFTER seconds old, or KEPT_FOR in an outage.

        Raises:
            ClientError, BotoCoreError: it cannot be read, and was not read within KEPT_FOR; or it may not be.
        """
        now = time.monotonic()
        if now - self._read_at > REREAD_AFTER and now - self._tried_at > TRIED_AGAIN_AFTER:
            self._read(now)
        return self._text

    def _read(self, now: float) -> None:
        try:
            self._text = self._client.get_secret_value(SecretId=self._arn)["SecretString"]
        except (ClientError, *NO_ANSWER) as error:
            passes = not isinstance(error, ClientError) or is_outage(error) or is_throttle(error)
            if not passes or now - self._read_at > KEPT_FOR:
                raise
            _log.warning("A secret could not be read anew; its former text is used.", exc_info=error)
            self._tried_at = now
        else:
            self._read_at = now
