"""Items that are nothing but a key of packed ids: which to write for some ids, or in place of others."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from usher.store import packed_ids
from usher.store.table import Ref, Row

R = TypeVar("R", bound=Row)


def holding(
    row: type[R], partition: str, ids: Collection[str], *, alike: int = packed_ids.HALF_A_MINUTE
) -> list[R]:
    """Return the items of a partition that hold these ids."""
    return [row(partition, key) for key in packed_ids.keys_of(ids, alike=alike)]


def changes(
    row: type[R],
    partition: str,
    there: Collection[R],
    ids: Collection[str],
    *,
    alike: int = packed_ids.HALF_A_MINUTE,
) -> tuple[list[R], list[Ref[R]]]:
    """Return which items to write and which to delete, so that the partition has these ids instead.

    An item that holds one that it should not is deleted, and its other ids are written anew.
    """
    wanted, missing = {*ids}, {*ids}
    wrong: list[Ref[R]] = []
    for one in there:
        held = packed_ids.ids_in(one.sk)
        if wanted.issuperset(held):
            missing.difference_update(held)
        else:
            wrong.append(Ref(row, partition, one.sk))
    return holding(row, partition, missing, alike=alike), wrong
