"""The units of DynamoDB that benchmarks and cost tests compute, by the examples of its developer guide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.capacity import Index, index_units, read_units, write_units
from tests.support.item_sizes import item_size

LISTING = Index(name="listing", keys=("listing_pk", "listing_sk"), included=None)
KEYS_ALONE = Index(name="directory", keys=("listing_pk", "listing_sk"), included=frozenset())


def item(size: int, **keys: str) -> dict[str, Any]:
    """Return an item of this size."""
    given = {"pk": {"S": "p"}, "sk": {"S": "s"}, **{name: {"S": key} for name, key in keys.items()}}
    return {**given, "text": {"S": "x" * (size - item_size(given) - len("text"))}}


def test_an_item_is_as_large_as_its_names_and_values() -> None:
    assert item_size({"pk": {"S": "ü"}}) == 4
    assert item_size({"n": {"N": "27"}}) == 1 + 2
    assert item_size({"n": {"N": "-1200"}}) == 1 + 3
    assert item_size({"yes": {"BOOL": True}}) == 4
    assert item_size({"l": {"L": []}}) == 1 + 3
    assert item_size({"m": {"M": {"ab": {"S": "c"}}}}) == 1 + 3 + 1 + 3
    assert item_size({"s": {"SS": ["ab", "c"]}}) == 4


@pytest.mark.parametrize(
    ("before", "after", "transactional", "units"),
    [(None, 500, False, 1), (None, 1025, False, 2), (3072, 100, False, 3), (1024, 1024, True, 2)],
)
def test_a_write_takes_a_unit_a_kilobyte_of_the_larger_state(
    *, before: int | None, after: int, transactional: bool, units: int
) -> None:
    old = None if before is None else item(before)

    assert write_units(old, item(after), transactional=transactional) == units


def test_removing_what_is_not_there_takes_a_unit() -> None:
    assert write_units(None, None, transactional=False) == 1


@pytest.mark.parametrize(
    ("before", "after", "units", "units_of_keys"),
    [
        (None, item(1500), 0, 0),
        (None, item(1500, listing_pk="a", listing_sk="1"), 2, 1),
        (item(1500, listing_pk="a", listing_sk="1"), item(900, listing_pk="a", listing_sk="1"), 2, 0),
        (item(900, listing_pk="a", listing_sk="1"), item(900, listing_pk="b", listing_sk="1"), 2, 2),
        (item(900, listing_pk="a", listing_sk="1"), item(900), 1, 1),
    ],
)
def test_an_index_takes_units_of_what_changes_in_its_entries(
    before: dict[str, Any] | None, after: dict[str, Any], units: int, units_of_keys: int
) -> None:
    assert index_units(LISTING, before, after) == units
    assert index_units(KEYS_ALONE, before, after) == units_of_keys


def test_a_query_reads_all_together_and_a_batch_each_item() -> None:
    sizes = [1000] * 5

    assert read_units(sizes, together=True, consistent=True) == 2
    assert read_units(sizes, together=True, consistent=False) == 1
    assert read_units(sizes, together=False, consistent=True) == 5
    assert read_units([], together=True, consistent=False) == 0.5
