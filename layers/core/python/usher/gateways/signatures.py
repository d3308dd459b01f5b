"""Secrets of webhooks, and signatures with them, by the Standard Webhooks specification.

No secret is stored: it is derived from a key in Secrets Manager, the webhook's id and the number of the
secret. The webhook has the key's id, so that keys can be rotated.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook as Signer

from usher.domain.integrations.webhooks import SecretVersion
from usher.gateways.links import Keys

PREFIX = "whsec_"
_PURPOSE = "webhook-secret"


class KeyGoneError(Exception):
    """The key of a secret was removed, so that the secret has to be rotated."""


class Signatures:
    """Derives webhooks' secrets and signs messages with them."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def current_key(self) -> str:
        """The id of the key for new secrets."""
        return self._keys.current()

    def secret(self, webhook: str, version: SecretVersion) -> str:
        """Return a webhook's secret, or raise KeyGoneError."""
        key = self._keys.derive(version.key, _PURPOSE)
        if key is None:
            raise KeyGoneError(f"There is no key {version.key} any more.")
        digest = hmac.digest(key, f"{webhook}.{version.number}".encode(), hashlib.sha256)
        return PREFIX + base64.b64encode(digest).decode()

    def headers(
        self, webhook: str, secrets: Sequence[SecretVersion], *, message: str, at: datetime, body: str
    ) -> dict[str, str]:
        """Return the headers of a message, with a signature by each secret whose key still exists.

        Raises:
            KeyGoneError: no secret's key exists.
        """
        signatures: list[str] = []
        for version in secrets:
            try:
                signer = Signer(self.secret(webhook, version))
            except KeyGoneError:
                if version is secrets[-1] and not signatures:
                    raise
                continue
            signatures.append(signer.sign(message, at, body))
        return {
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
