"""Parts of licenses: the items that keep a license's seats between them (decision 0086)."""

from __future__ import annotations

from collections.abc import Sequence

from usher.lazy_dataclasses import dataclass

PART_SEATS = 500
"""From how many seats on a license has a part more: one item gives that many in about ten seconds."""
MAX_PARTS = 8
"""So many items take more commands a second than the partition of the organization that they are in."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """The change of one part: seats that leave one of its counts, and seats that arrive in another."""

    part: int
    leaving: int
    arriving: int


def parts_for(seats: int) -> int:
    """Return in how many parts a license of so many seats is kept, at least."""
    return min(MAX_PARTS, max(1, -(-seats // PART_SEATS)))


def even_shares(seats: int, parts: int) -> list[int]:
    """Split seats evenly; the first parts have one more where they do not divide."""
    each, more = divmod(seats, parts)
    return [each + (part < more) for part in range(parts)]


def drawn(counts: Sequence[int], seats: int, *, own: int) -> list[Move] | None:
    """Return the moves of `seats` in as few parts as have them; None if all have fewer.

    They come from the part `own` if it has them all, otherwise from the fullest on.
    """
    if sum(counts) < seats:
        return None
    if counts[own] >= seats:
        return [Move(part=own, leaving=seats, arriving=seats)]
    moves: list[Move] = []
    for part in sorted(range(len(counts)), key=lambda part: -counts[part]):
        drawing = min(seats, counts[part])
        moves.append(Move(part=part, leaving=drawing, arriving=drawing))
        seats -= drawing
        if not seats:
            break
    return moves


def refilled(counts: Sequence[int], seats: int, *, own: int) -> list[Move] | None:
    """Return the moves as `drawn` does, but let an empty part `own` steal from the fullest.

    It steals `seats` and half of what is then left there, so that the next command finds some in it. Where
    the fullest has no more than `seats`, there is nothing to share.
    """
    fullest = max(range(len(counts)), key=lambda part: counts[part])
    if counts[own] or counts[fullest] <= seats:
        return drawn(counts, seats, own=own)
    kept = (counts[fullest] - seats) // 2
    return [
        Move(part=own, leaving=-kept, arriving=seats),
        Move(part=fullest, leaving=seats + kept, arriving=0),
    ]


def gathered(counts: Sequence[int], seats: int, *, into: int) -> list[Move]:
    """Return the moves that bring what the part `into` lacks of `seats` there, from the fullest on."""
    lacking = seats - counts[into]
    others = [0 if part == into else count for part, count in enumerate(counts)]
    moves = drawn(others, lacking, own=into) or []
    return [
        Move(part=into, leaving=-lacking, arriving=0),
        *(Move(part=one.part, leaving=one.leaving, arriving=0) for one in moves),
    ]


def upper_bounds(counts: Sequence[int], most: int) -> list[int]:
    """Return up to how many each part may have for the sum to stay within `most`; it must be now."""
    return [n + more for n, more in zip(counts, even_shares(most - sum(counts), len(counts)), strict=True)]


def lower_bounds(counts: Sequence[int], least: int) -> list[int]:
    """Return how many each part must have for the sum to be at least `least`; it must be now."""
    return [
        max(0, n - less)
        for n, less in zip(counts, even_shares(sum(counts) - least, len(counts)), strict=True)
    ]
