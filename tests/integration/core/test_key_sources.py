"""What ranges of keys have in common, against sets: exact in every page, however few keys a read asks for."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from tests.support.call_counts import Count
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.store import key_sources
from usher.store import table as store
from usher.store.invite_pointers import PointerRow
from usher.store.key_ranges import Found, KeyRange
from usher.store.key_sources import CommonKeys, KnownItems
from usher.store.table import Table


def keys(found: Sequence[Found]) -> list[str | None]:
    return [one.key for one in found]


def write(table: Table, name: str, numbers: Sequence[int]) -> None:
    table.write_many(puts=[PointerRow(name, f"{n:06}") for n in numbers])


def ranges(*names: str, descending: bool, low: str = "", high: str = "") -> list[KeyRange]:
    return [KeyRange(partition=name, descending=descending, low=low, high=high) for name in names]


def pages(table: Table, source: CommonKeys, *, limit: int) -> list[list[str]]:
    found: list[list[str]] = []
    cursor = None
    while True:
        page = read_page(
            table, [Section([source], keys, lambda _: True)], query="test", limit=limit, cursor=cursor
        )
        found.append(page.items)
        cursor = page.next
        if cursor is None:
            return found
        assert len(found) < 300, "the list ends"


@pytest.mark.parametrize("seed", range(4))
def test_what_unions_have_in_common_is_found_page_by_page(
    context: Context, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Random unions of two ranges each; reads of two keys at first, and a few passed over."""
    chance = Random(seed)  # noqa: S311 - test data
    few = chance.choice([0, 3])
    monkeypatch.setattr(key_sources, "BATCH_GET", few)
    monkeypatch.setattr(key_sources, "FIRST_KEYS", 2)
    monkeypatch.setattr(key_sources, "MOST_KEYS", chance.choice([3, 9]))
    monkeypatch.setattr(key_sources, "_PASSED", chance.choice([1, 5]))
    monkeypatch.setattr(key_sources, "_TIMES_ANEW", chance.choice([0, 2, 100]))
    monkeypatch.setattr(store, "FILTER_READS", chance.choice([2, 10]))
    sets: list[set[int]] = []
    for union in range(2 + seed % 2):
        every: set[int] = set()
        for part in range(2):
            start, density = chance.randrange(60), chance.choice([0.1, 0.5, 0.9])
            numbers = [n for n in range(start, start + 70) if chance.random() < density]
            write(context.table, f"{union}{part}", numbers)
            every |= {*numbers}
        sets.append(every)
    unions = [(f"{union}0", f"{union}1") for union in range(len(sets))]

    for descending in (False, True):
        for limit in (2, 7):
            for low, high in ((0, 999), (40, 80)):
                source = CommonKeys(
                    [
                        ranges(*names, descending=descending, low=f"{low:06}", high=f"{high:06}")
                        for names in unions
                    ]
                )
                every = {n for n in set.intersection(*sets) if low <= n <= high}
                wanted = [f"{n:06}" for n in sorted(every, reverse=descending)]

                found = pages(context.table, source, limit=limit)

                read = [one for page in found for one in page]
                # A union of few is yielded as it is: whoever loads what was found compares it.
                assert [one for one in read if one in {*wanted}] == wanted
                assert len(read) == len({*read})
                if not few:
                    assert read == wanted


def test_a_union_of_few_is_read_alone(context: Context, count: Count) -> None:
    write(context.table, "few", range(0, 400, 100))
    write(context.table, "many", range(400))

    with count() as cost:
        found = [
            *CommonKeys([ranges("few", descending=True), ranges("many", descending=True)]).read(
                context.table, first=5
            )
        ]

    assert keys(found) == ["000300", "000200", "000100", "000000"]
    assert cost.calls == 1


def test_keys_far_apart_are_not_read_on_the_way(context: Context, count: Count) -> None:
    """Two unions of more than a hundred, whose only common keys are behind six thousand others."""
    write(context.table, "old", range(300))
    write(context.table, "all", range(200, 7000))
    both = CommonKeys([ranges("all", descending=True), ranges("old", descending=True)])

    with count() as cost:
        (found,) = pages(context.table, both, limit=200)

    assert found == [f"{n:06}" for n in range(299, 199, -1)]
    assert cost.calls <= 5


def test_known_items_are_left_behind_a_key() -> None:
    items = [Found(key, {}) for key in ("c", "a", "b1", "b2")]

    up = KnownItems.of(items, prefix="", descending=False)
    down = KnownItems.of(items, prefix="b", descending=True)

    assert keys([*up.items]) == ["a", "b1", "b2", "c"]
    assert keys([*down.items]) == ["b2", "b1"]
    left = up.behind("b2")
    assert left is not None
    assert keys([*left.items]) == ["b2", "c"]
    assert up.behind("d") is None
    assert down.behind("a") is None
