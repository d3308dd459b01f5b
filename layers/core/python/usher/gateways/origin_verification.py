"""The recognition of requests that came through CloudFront, by a key that only it and the functions know.

The HTTP API also answers at its own host name, where no web ACL and no security header stands before it, and
where the client can write any `X-Forwarded-For`.
"""

from __future__ import annotations

import hmac
import json

from usher.gateways.secrets import Secret


class OriginVerification:
    """The keys that CloudFront may show. All are accepted, so that one can be rotated without a pause."""

    def __init__(self, secret: Secret) -> None:
        """Take the keys from a secret: a JSON object of keys by id, with the newest one's id as `current`."""
        self._secret = secret

    def accepts(self, shown: str) -> bool:
        """Return whether this is one of the keys; compared in constant time."""
        keys: dict[str, str] = json.loads(self._secret.text())
        sent = shown.encode(errors="replace")
        matches = [hmac.compare_digest(sent, key.encode()) for id_, key in keys.items() if id_ != "current"]
        return any(matches)
