"""What the table engine refuses, by the rules of the DynamoDB Developer Guide."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.bench.table_engine.engine import CONFLICT, THROTTLED, TRANSACTION_SECONDS, LimitedTable
from tests.bench.table_engine.limits import PARTITION_WRITES
from tests.bench.table_engine.virtual_time import VirtualTime
from tests.support.tables import NAME
from usher.store.rate_limits import LimitRow
from usher.store.table import Table
from usher.store.transaction import commit, update

Answers = list[str]


def transaction(client: Any, *names: str) -> str:
    """Write items in a transaction; return how DynamoDB answers."""
    puts = [{"Put": {"TableName": NAME, "Item": key(name)}} for name in names]
    return answer(lambda: client.transact_write_items(TransactItems=puts))


def key(name: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "s"}}


def put(client: Any, name: str, **others: str) -> str:
    item = {**key(name), **{attribute: {"S": value} for attribute, value in others.items()}}
    return answer(lambda: client.put_item(TableName=NAME, Item=item))


def answer(call: Any) -> str:
    try:
        call()
    except ClientError as error:
        reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
        return " ".join([error.response["Error"]["Code"], *reasons])
    return "done"


def exists(client: Any, name: str) -> bool:
    return "Item" in client.get_item(TableName=NAME, Key=key(name), ConsistentRead=True)


def at_once(time: VirtualTime, *calls: Any, apart: float = 0.001) -> Answers:
    """Make calls one after another, each while those before it may be under way; return the answers."""
    answers = ["" for _ in calls]

    def one(position: int) -> None:
        answers[position] = calls[position]()

    for position in range(len(calls)):
        time.start(time.now + position * apart, partial(one, position))
    time.run()
    return answers


def test_the_later_of_two_transactions_on_one_item_is_cancelled(time: VirtualTime, client: Any) -> None:
    answers = at_once(time, lambda: transaction(client, "a", "b"), lambda: transaction(client, "c", "b", "d"))

    assert answers == ["done", "TransactionCanceledException None TransactionConflict None"]
    assert exists(client, "a")
    assert not exists(client, "c")


def test_transactions_on_other_items_or_one_after_another_do_not_conflict(
    time: VirtualTime, client: Any
) -> None:
    both = (lambda: transaction(client, "a"), lambda: transaction(client, "b"))
    again = (lambda: transaction(client, "a"), lambda: transaction(client, "a"))

    assert at_once(time, *both) == ["done", "done"]
    assert at_once(time, *again, apart=TRANSACTION_SECONDS) == ["done", "done"]


def test_an_item_that_a_transaction_only_checks_conflicts_as_well(time: VirtualTime, client: Any) -> None:
    check = {"TableName": NAME, "Key": key("a"), "ConditionExpression": "attribute_not_exists(pk)"}

    def checking() -> str:
        return answer(lambda: client.transact_write_items(TransactItems=[{"ConditionCheck": check}]))

    assert at_once(time, checking, lambda: transaction(client, "a")) == [
        "done",
        "TransactionCanceledException TransactionConflict",
    ]


def test_a_single_write_in_the_way_of_a_transaction_is_refused(time: VirtualTime, client: Any) -> None:
    answers = at_once(time, lambda: transaction(client, "a"), lambda: put(client, "a"))

    assert answers == ["done", "TransactionConflictException"]


def test_reading_in_a_transaction_conflicts_and_reading_alone_does_not(
    time: VirtualTime, client: Any
) -> None:
    get = {"Get": {"TableName": NAME, "Key": key("a")}}
    answers = at_once(
        time,
        lambda: transaction(client, "a"),
        lambda: answer(lambda: client.transact_get_items(TransactItems=[get])),
        lambda: str(exists(client, "a")),
    )

    assert answers == ["done", "TransactionCanceledException TransactionConflict", "True"]


def use_up(engine: LimitedTable, name: str, **others: str) -> None:
    """Write to a partition until it refuses."""
    item = {**key(name), **{attribute: {"S": value} for attribute, value in others.items()}}
    item["big"] = {"S": "x" * 99 * 1024}
    while engine.call("PutItem", {"TableName": NAME, "Item": item})[0] == 200:
        pass


def test_a_partition_takes_a_thousand_write_units_a_second(
    time: VirtualTime, client: Any, engine: LimitedTable
) -> None:
    use_up(engine, "a")
    begun, before = time.now, engine.consumed.writes["", "a"]
    while time.now - begun < 3:
        engine.call("PutItem", {"TableName": NAME, "Item": {**key("a"), "big": {"S": "x" * 99 * 1024}}})

    taken = engine.consumed.writes["", "a"] - before
    assert taken == pytest.approx(3 * PARTITION_WRITES.per_second, rel=0.05)
    assert put(client, "b") == "done"


def test_botocore_repeats_a_call_that_a_hot_partition_refuses(
    time: VirtualTime, client: Any, engine: LimitedTable
) -> None:
    use_up(engine, "a")
    begun = time.now

    assert put(client, "a") == "done"
    assert engine.consumed.refused[THROTTLED, "a"] > 1
    assert time.now > begun


def test_a_hot_partition_cancels_a_transaction_and_nothing_of_it_is_written(
    client: Any, engine: LimitedTable
) -> None:
    use_up(engine, "a")

    answered = transaction(client, "b", "a")

    assert answered == "TransactionCanceledException ThrottlingError ThrottlingError"
    assert not exists(client, "b")


def test_an_index_that_is_hot_refuses_the_write_of_the_table(client: Any, engine: LimitedTable) -> None:
    """The update's new place in the index is known only once it was carried out, and is taken back."""
    put(client, "b", text="as before")
    use_up(engine, "a", listing_pk="L", listing_sk="1")
    move = {
        "TableName": NAME,
        "Key": key("b"),
        "UpdateExpression": "SET listing_pk = :l, listing_sk = :l, email = :l",
        "ExpressionAttributeValues": {":l": {"S": "L"}},
    }

    answered = answer(lambda: client.transact_write_items(TransactItems=[{"Update": move}]))

    assert answered == "TransactionCanceledException ThrottlingError"
    found = client.get_item(TableName=NAME, Key=key("b"), ConsistentRead=True)["Item"]
    assert found == {**key("b"), "text": {"S": "as before"}}


def test_a_partition_refuses_reads_beyond_three_thousand_units_a_second(
    client: Any, engine: LimitedTable
) -> None:
    put(client, "a", big="x" * 300 * 1024)
    get = {"TableName": NAME, "Key": key("a"), "ConsistentRead": True}
    statuses = [engine.call("GetItem", get)[0] for _ in range(60)]

    assert 400 in statuses
    assert engine.consumed.reads["", "a"] == pytest.approx(60 * 0.005 * 3_000, rel=0.1)


def test_a_failed_condition_consumes_what_it_would_have_written(client: Any, engine: LimitedTable) -> None:
    put(client, "a", big="x" * 1500)
    engine.consumed.writes.clear()

    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    answered = answer(lambda: client.put_item(TableName=NAME, Item=key("a"), **condition))

    assert answered == "ConditionalCheckFailedException"
    assert engine.consumed.writes == {("", "a"): 2}


def test_nothing_is_refused_while_the_limits_are_off(
    time: VirtualTime, client: Any, engine: LimitedTable
) -> None:
    engine.limited = False

    assert at_once(time, *[lambda: transaction(client, "a")] * 3) == ["done"] * 3


def test_the_store_waits_and_repeats_what_conflicts_until_all_is_written(
    time: VirtualTime, client: Any, engine: LimitedTable
) -> None:
    table = Table(name=NAME, client=client)

    def count() -> str:
        commit(table, [update(LimitRow("a", "s"), LimitRow.times.add(1))])
        return "done"

    assert at_once(time, *[count] * 8, apart=0.005) == ["done"] * 8
    assert engine.consumed.refused[CONFLICT, "a s"] > 0
    assert client.get_item(TableName=NAME, Key=key("a"))["Item"]["times"] == {"N": "8"}
