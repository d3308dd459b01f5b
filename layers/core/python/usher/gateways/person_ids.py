"""Ids of people: an address, encrypted for one organization, so that no URL names it (decision 0041).

AES-SIV (RFC 5297) gives the same id for the same address each time, and nobody without the key makes one.
Nothing is stored, and no call is needed to find the address behind an id. The organization is authenticated
with it: a person has another id in each organization, and one organization's ids mean nothing in another.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from usher.gateways.links import Keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

NOBODY = ""
"""The address behind an id that was not made here: nobody has it."""

_PURPOSE = "person-id"
_BLOCK = 16
"""Addresses are filled up to a multiple of this many bytes, so that an id hides how long its address is."""


class PersonIds:
    """Makes the ids of people and reads them."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._ciphers: dict[bytes, AESSIV] = {}

    def id_of(self, organization: str, email: str) -> str:
        """Return the id of the person with this address in the organization: `key.ciphertext`."""
        key_id = self._keys.current()
        cipher = self._cipher(key_id)
        if cipher is None:
            raise KeyError(key_id)
        plain = email.encode()
        sealed = cipher.encrypt(plain.ljust(_filled(len(plain)), b"\0"), [organization.encode()])
        return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def email_of(self, organization: str, person: str) -> str:
        """Return the address behind an id; NOBODY if the id was not made for this organization."""
        key_id, _, text = person.partition(".")
        cipher = self._cipher(key_id)
        if cipher is None:
            return NOBODY
        # Loaded when the first id is read or made, and not with every function (DESIGN 8).
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see above

        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            plain = cipher.decrypt(sealed, [organization.encode()])
        except (binascii.Error, ValueError, InvalidTag):
            return NOBODY
        return plain.rstrip(b"\0").decode()

    def _cipher(self, key_id: str) -> AESSIV | None:
        key = self._keys.derive(key_id, _PURPOSE)
        if key is None:
            return None
        if key not in self._ciphers:
            from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - see email_of

            self._ciphers[key] = AESSIV(key)
        return self._ciphers[key]


def _filled(length: int) -> int:
    return -(-length // _BLOCK) * _BLOCK
