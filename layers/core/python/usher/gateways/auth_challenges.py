"""Answers to the user pool's custom challenge, by which an identity provider's proof becomes a session.

The answer is an HMAC over the account's address, the challenge's nonce and the expiry, under a key that the
pages and the pool's triggers share (decision 61). Nobody else can make one, and one that was seen is good for
its own challenge alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from usher.gateways.links import Keys

ANSWER_LIFE = timedelta(seconds=60)
"""How long an answer is good: the pages give it in the moment in which they make it."""

_PURPOSE = "auth-challenge"
_ANSWER = re.compile(r"(?P<expires>[0-9]{10})\.(?P<key>[a-z0-9]{1,16})\.(?P<mac>.{43})", re.ASCII)


def new_nonce() -> str:
    """Return what makes one challenge another than every other."""
    return secrets.token_urlsafe(32)


class AuthChallenges:
    """Makes and checks the answers."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def answer(self, *, email: str, nonce: str, now: datetime) -> str:
        """Return the answer to a challenge for the account with this address: `expiry.key.hmac`."""
        expires, key_id = int((now + ANSWER_LIFE).timestamp()), self._keys.current()
        return f"{expires}.{key_id}.{self._mac(email, nonce, expires, key_id)}"

    def is_right(self, answer: str, *, email: str, nonce: str, now: datetime) -> bool:
        """Return whether the answer is to this challenge and still good; compared in constant time."""
        parts = _ANSWER.fullmatch(answer)
        if parts is None or not (email and nonce):
            return False
        expires = int(parts["expires"])
        expected = self._mac(email, nonce, expires, parts["key"])
        if expected is None or not hmac.compare_digest(expected.encode(), parts["mac"].encode()):
            return False
        return now.timestamp() < expires

    def _mac(self, email: str, nonce: str, expires: int, key_id: str) -> str | None:
        key = self._keys.derive(key_id, _PURPOSE)
        if key is None:
            return None
        digest = hmac.digest(key, f"{expires}\n{nonce}\n{email}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
