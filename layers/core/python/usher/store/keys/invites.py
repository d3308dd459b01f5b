"""What the keys of an invite say, which its item does not repeat."""

from __future__ import annotations

from usher.store import keys


def id_in(partition: str) -> str:
    """The id of the invite in a partition."""
    return partition.removeprefix(keys.INVITE_PARTITION)


def organization_in(listing: str) -> str:
    """The organization under which an invite is listed, to learners or to its team."""
    return listing.split("#", 2)[1]
