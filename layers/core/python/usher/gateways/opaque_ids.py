"""Opaque ids: a text, encrypted for one organization, so that no URL names it (decisions 0041 and 0050).

AES-SIV (RFC 5297) gives the same id for the same text each time, and nobody without the key makes one.
Nothing is stored, and no call is needed to find the text behind an id. The organization is authenticated
with it: one organization's ids mean nothing in another.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from usher.gateways.links import Keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

NOTHING = ""
"""The text behind an id that was not made here."""

_BLOCK = 16
"""Texts are filled up to a multiple of this many bytes, so that an id hides how long its text is."""


class OpaqueIds:
    """Makes and reads the ids of one kind of thing; `purpose` names the kind, whose key is its own."""

    def __init__(self, keys: Keys, *, purpose: str) -> None:
        self._keys = keys
        self._purpose = purpose
        self._ciphers: dict[bytes, AESSIV] = {}

    def seal(self, organization: str, text: str) -> str:
        """Return the id of the text in the organization: `key.ciphertext`."""
        key_id = self._keys.current()
        cipher = self._cipher(key_id)
        if cipher is None:
            raise KeyError(key_id)
        plain = text.encode()
        sealed = cipher.encrypt(plain.ljust(_filled(len(plain)), b"\0"), [organization.encode()])
        return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def open(self, organization: str, id_: str) -> str:
        """Return the text behind an id; NOTHING if the id was not made for this organization."""
        key_id, _, text = id_.partition(".")
        cipher = self._cipher(key_id)
        if cipher is None:
            return NOTHING
        # Loaded when the first id is read or made, and not with every function (DESIGN 8).
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see above

        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            plain = cipher.decrypt(sealed, [organization.encode()])
        except (binascii.Error, ValueError, InvalidTag):
            return NOTHING
        return plain.rstrip(b"\0").decode()

    def _cipher(self, key_id: str) -> AESSIV | None:
        key = self._keys.derive(key_id, self._purpose)
        if key is None:
            return None
        if key not in self._ciphers:
            from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - see open

            self._ciphers[key] = AESSIV(key)
        return self._ciphers[key]


def _filled(length: int) -> int:
    return -(-length // _BLOCK) * _BLOCK
