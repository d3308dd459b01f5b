"""The numbers of shards of organizations, as far as this process has read them."""

from __future__ import annotations

from usher.domain.organizations import Organization
from usher.domain.shards import any_shard


class KnownShards:
    """Remembers the number of each organization that has more than one shard.

    What is written by a smaller number than the present one is found all the same, so that an old number does
    no harm, and an unknown organization is one with a single shard.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def note(self, organization: Organization) -> None:
        """Remember the number of an organization that was read."""
        self.note_number(organization.id, organization.shards)

    def note_number(self, organization: str, number: int) -> None:
        """Remember the number of an organization of which nothing else was read."""
        if number > 1:
            self._numbers[organization] = number

    def number_of(self, organization: str) -> int:
        """Return among how many shards the organization was divided when it was read last."""
        return self._numbers.get(organization, 1)

    def any_of(self, organization: str, id_: str) -> int:
        """Return one of the organization's shards, by a hash of a new id."""
        return any_shard(id_, self.number_of(organization))
