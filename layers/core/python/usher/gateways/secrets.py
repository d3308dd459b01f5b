"""Secrets in Secrets Manager, cached for REREAD_AFTER seconds, so that a rotation takes effect by itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REREAD_AFTER = 300.0
"""Seconds for which a secret is cached."""


class Secret:
    """A secret, cached."""

    def __init__(self, *, client: SecretsManagerClient, arn: str) -> None:
        self._client = client
        self._arn = arn
        self._text = ""
        self._read_at = float("-inf")

    def text(self) -> str:
        """Return the secret's text, at most REREAD_AFTER seconds old."""
        if time.monotonic() - self._read_at > REREAD_AFTER:
            self._text = self._client.get_secret_value(SecretId=self._arn)["SecretString"]
            self._read_at = time.monotonic()
        return self._text
