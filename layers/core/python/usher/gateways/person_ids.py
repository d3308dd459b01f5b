"""Ids of people: an address, encrypted for one organization, so that no URL names it (decision 0041).

A person has another id in each organization.
"""

from __future__ import annotations

from usher.gateways.links import Keys
from usher.gateways.opaque_ids import NOTHING, OpaqueIds

NOBODY = NOTHING
"""The address behind an id that was not made here: nobody has it."""


class PersonIds:
    """Makes the ids of people and reads them."""

    def __init__(self, keys: Keys) -> None:
        self._ids = OpaqueIds(keys, purpose="person-id")

    def id_of(self, organization: str, email: str) -> str:
        """Return the id of the person with this address in the organization."""
        return self._ids.seal(organization, email)

    def email_of(self, organization: str, person: str) -> str:
        """Return the address behind an id; NOBODY if the id was not made for this organization."""
        return self._ids.open(organization, person)
