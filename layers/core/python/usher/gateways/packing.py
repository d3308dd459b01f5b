"""Packing of entries into as few calls as the limits of a batch operation allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

MOST_ENTRIES = 10
"""The most entries of one SendMessageBatch and of one PutEvents, by the limits of SQS and EventBridge."""

MOST_BYTES = 256 * 1024
"""The most bytes of one such call, of which EventBridge takes no more."""


def packed(entries: Sequence[T], *, size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield the entries in their order, as many at a time as one call takes.

    An entry that is too large for any call stands alone, so that its refusal is of no other.
    """
    batch: list[T] = []
    size = 0
    for entry in entries:
        own = size_of(entry)
        if batch and (len(batch) == MOST_ENTRIES or size + own > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += own
    if batch:
        yield batch
