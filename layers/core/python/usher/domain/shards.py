"""Shards: among how many partitions an organization's events and invites are divided, and which has one.

A partition of DynamoDB takes a bounded number of writes a second, and one that is sorted by time cannot be
split. The number is kept on the organization and only grows. An id says its shard, so that what has the id is
found whatever the number was when it was made, and whatever its maker knew of it (decision 0087).
"""

from __future__ import annotations

import hashlib

from usher.domain.events.event import EventData
from usher.domain.events.parts import InviteRef
from usher.domain.invites import InviteKind

MOST_SHARDS = 32
"""The most of an organization: as many as one character of a ULID says."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AT = 10
"""The place of that character: the first one after a ULID's time, so that ids still sort by time."""

UNITS_OF_AN_EVENT = 6
"""The write units that an event is to its partition: it is written, and taken out of the outbox."""

UNITS_OF_AN_INVITE = 2
"""The write units that an invite of an event is to the list that it stands in."""

UNITS_A_SECOND = 500
"""The write units a second of one shard at which there should be more: half of what a partition takes."""


def shard_of(id_: str) -> int:
    """Return the shard that an id says; the first for a text that is no ULID."""
    return max(_ALPHABET.find(id_[_AT : _AT + 1]), 0) if len(id_) > _AT else 0


def in_shard(id_: str, shard: int) -> str:
    """Return a new ULID as one that says the shard."""
    return id_[:_AT] + _ALPHABET[shard] + id_[_AT + 1 :]


def any_shard(id_: str, number: int) -> int:
    """Return one of so many shards, by a hash of a new id."""
    return hashlib.sha256(id_.encode()).digest()[0] % number


def first_invite_of(data: EventData) -> InviteRef | None:
    """Return the first invite to a learner that an event is about, whose shard is the event's, too.

    So the events of one invite are in one partition, and the stream delivers them in their order.
    """
    invite = getattr(data, "invite", None)
    if invite is None:
        invite = next(iter(getattr(data, "invites", ())), None)
    return invite if isinstance(invite, InviteRef) and invite.kind is InviteKind.LEARNER else None


def write_units_of(data: EventData) -> int:
    """Return the write units of an event's transaction to the busiest of its organization's partitions."""
    return max(UNITS_OF_AN_EVENT, UNITS_OF_AN_INVITE * len(getattr(data, "invites", ())))


def shards_for(units_a_second: float) -> int:
    """Return among how many shards so many write units a second should be divided: a power of two."""
    number = 1
    while number < MOST_SHARDS and units_a_second > number * UNITS_A_SECOND:
        number *= 2
    return number
