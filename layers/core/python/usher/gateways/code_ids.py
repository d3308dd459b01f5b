"""Ids of codes: a code's key, encrypted for one organization, so that no URL names its text (decision 0050).

A code's text gives a seat to whoever knows it. The key's ULID comes first, so that a code has another id than
one of the same text that was removed.
"""

from __future__ import annotations

from usher.domain.enrollment.codes import CodeKey
from usher.gateways.links import Keys
from usher.gateways.opaque_ids import OpaqueIds

_ULID = 26


class CodeIds:
    """Makes the ids of codes and reads them."""

    def __init__(self, keys: Keys) -> None:
        self._ids = OpaqueIds(keys, purpose="code-id")

    def id_of(self, organization: str, code: CodeKey) -> str:
        """Return the id of the organization's code."""
        return self._ids.seal(organization, code.id + code.text)

    def key_of(self, organization: str, code: str) -> CodeKey:
        """Return the key behind an id; one that no code has if the id was not made here."""
        plain = self._ids.open(organization, code)
        return CodeKey(id=plain[:_ULID], text=plain[_ULID:])
