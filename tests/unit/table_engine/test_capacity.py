"""The units that items consume, by the examples and rules of the DynamoDB Developer Guide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.table_engine.capacity import Index, read_units, write_units
from tests.bench.table_engine.engine import LimitedTable
from tests.support.item_sizes import item_size
from tests.support.tables import NAME


def of_size(size: int) -> dict[str, dict[str, str]]:
    return {"a": {"S": "x" * (size - 1)}}


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}, 23),  # the guide's own example
        ({"a": {"S": "é"}}, 3),
        ({"a": {"N": "0"}}, 2),
        ({"a": {"N": "1200"}}, 3),  # trailing zeros are trimmed
        ({"a": {"N": "-123"}}, 5),
        ({"a": {"BOOL": True}}, 2),
        ({"a": {"SS": ["x", "yz"]}}, 4),
        ({"a": {"L": []}}, 4),
        ({"a": {"L": [{"S": "xy"}, {"S": "z"}]}}, 1 + 3 + 2 + 3),
        ({"a": {"M": {"b": {"S": "xy"}}}}, 1 + 3 + 1 + 1 + 2),
    ],
)
def test_an_items_size_is_that_of_its_names_and_values(item: dict[str, Any], size: int) -> None:
    assert item_size(item) == size


@pytest.mark.parametrize(("size", "units"), [(10, 1), (1024, 1), (1025, 2), (3 * 1024, 3)])
def test_a_write_takes_a_unit_for_each_kilobyte_and_two_in_a_transaction(size: int, units: int) -> None:
    assert write_units(None, of_size(size), in_transaction=False) == units
    assert write_units(None, of_size(size), in_transaction=True) == 2 * units


def test_a_write_takes_the_units_of_the_larger_item() -> None:
    assert write_units(of_size(2048), of_size(10), in_transaction=False) == 2
    assert write_units(of_size(10), None, in_transaction=False) == 1


def test_a_read_takes_a_unit_for_each_four_kilobytes_and_half_when_it_may_be_late() -> None:
    assert read_units(4096, consistent=True) == 1
    assert read_units(4097, consistent=True) == 2
    assert read_units(4097, consistent=False) == 1
    assert read_units(0, consistent=False) == 0.5


KEYS = Index(name="i", partition_key="ip", sort_key="is", projected=frozenset())
ALL = Index(name="i", partition_key="ip", sort_key="is", projected=None)


def entry(partition: str = "p", sort: str = "s", **others: str) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in {"ip": partition, "is": sort, **others}.items()}


@pytest.mark.parametrize(
    ("index", "before", "after", "writes"),
    [
        (KEYS, None, {"a": {"S": "x"}}, []),
        (KEYS, None, entry(), [("p", 1)]),
        (KEYS, entry(), None, [("p", 1)]),
        (KEYS, entry(), {"a": {"S": "x"}}, [("p", 1)]),
        (KEYS, entry(), entry(a="x"), []),
        (ALL, entry(), entry(a="x"), [("p", 1)]),
        (ALL, entry(a="x"), entry(a="x"), []),
        (ALL, entry(), entry(a="x" * 1024), [("p", 2)]),
        (KEYS, entry(sort="s"), entry(sort="t"), [("p", 1), ("p", 1)]),
        (ALL, entry(a="x" * 1024), entry(partition="q"), [("p", 2), ("q", 1)]),
    ],
)
def test_an_index_is_written_when_its_entry_changes(
    index: Index, before: Any, after: Any, writes: list[tuple[str, int]]
) -> None:
    assert list(index.writes(before, after)) == writes


def test_the_units_are_those_that_the_emulator_reports(client: Any, engine: LimitedTable) -> None:
    """MiniStack compares its own with AWS's: https://pypi.org/project/ministack."""
    item = {
        "pk": {"S": "p"},
        "sk": {"S": "s"},
        "due_pk": {"S": "DUE#1"},
        "due_sk": {"S": "1"},
        "listing_pk": {"S": "L"},
        "listing_sk": {"S": "1"},
        "directory_pk": {"S": "D"},
        "email_sk": {"S": "ann"},
        "text": {"S": "x" * 1500},
        "list": {"L": [{"M": {"n": {"N": "12.50"}}}]},
    }
    put = {"Put": {"TableName": NAME, "Item": item}}
    moved = {
        "Update": {
            "TableName": NAME,
            "Key": {"pk": item["pk"], "sk": item["sk"]},
            "UpdateExpression": "SET listing_pk = :to REMOVE due_pk, due_sk",
            "ExpressionAttributeValues": {":to": {"S": "M"}},
        }
    }
    for write in (put, moved):
        engine.consumed.writes.clear()

        answer = client.transact_write_items(TransactItems=[write], ReturnConsumedCapacity="INDEXES")

        (reported,) = answer["ConsumedCapacity"]
        by_index = {
            name: units["CapacityUnits"] for name, units in reported["GlobalSecondaryIndexes"].items()
        }
        ours: dict[str, float] = {}
        for (index, _), units in engine.consumed.writes.items():
            ours[index] = ours.get(index, 0) + units
        assert ours.pop("") == reported["WriteCapacityUnits"]
        assert ours == by_index
