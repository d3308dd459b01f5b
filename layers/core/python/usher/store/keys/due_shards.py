"""The number of shards of the `due` index, which all that write and read it share."""

from __future__ import annotations

import hashlib

FEWEST = 4
"""The number of a deployment that says none."""

MOST = 256
"""As many as the first byte of a hash can name."""


class _Deployment:
    number = FEWEST


def use(number: int) -> None:
    """Divide the index among this number of shards, each of which takes 1,000 writes a second.

    The number may only grow: what was written by a smaller one stays in its shard, which is still read.

    Raises:
        ValueError: there cannot be so many.
    """
    if not FEWEST <= number <= MOST:
        raise ValueError(f"The index has {FEWEST} to {MOST} shards, and not {number}.")
    _Deployment.number = number


def all_of_them() -> range:
    """Return the numbers of the shards."""
    return range(_Deployment.number)


def shard_of(identity: str) -> int:
    """The number of an item's shard, by a hash of its id."""
    return hashlib.sha256(identity.encode()).digest()[0] % _Deployment.number
