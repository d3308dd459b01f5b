"""`make restore-items`: puts items of a table that was restored back into the table of a stage."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.operations.stacks import CannotOperateError, DeployedStage
from infra.settings import BadSettingsError, Settings


def restore_items(
    dynamodb: Any,  # noqa: ANN401 - a client of DynamoDB
    *,
    source: str,
    target: str,
    partitions: str,
    overwrite: bool,
) -> int:
    """Put the items of one table into another; return how many were put.

    `partitions` is what the partition keys of these items begin with; empty for all items. Items that the
    target has stay as they are, unless `overwrite`; items that the source lacks stay in any case.
    """
    put = 0
    for item in _items(dynamodb, source, partitions):
        condition = {} if overwrite else {"ConditionExpression": "attribute_not_exists(pk)"}
        try:
            dynamodb.put_item(TableName=target, Item=item, **condition)
        except dynamodb.exceptions.ConditionalCheckFailedException:
            continue
        put += 1
    return put


def _items(dynamodb: Any, table: str, partitions: str) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - as above
    """Yield the items of the table, or of the partitions whose keys begin so."""
    asked: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    if partitions:
        asked |= {
            "FilterExpression": "begins_with(pk, :partitions)",
            "ExpressionAttributeValues": {":partitions": {"S": partitions}},
        }
    for page in dynamodb.get_paginator("scan").paginate(**asked):
        yield from page["Items"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Put back what the command line names; print how much that was, or the reason why not."""
    parser = argparse.ArgumentParser(prog="python -m infra.operations.restore_items", description=__doc__)
    parser.add_argument("source", help="the name of the restored table")
    parser.add_argument("--partitions", default="", help="what their partition keys begin with; else all")
    parser.add_argument("--overwrite", action="store_true", help="replace items that the stage has, too")
    parser.add_argument("--stage", help="the name of a file in stages/; without it the stack is Usher")
    asked = parser.parse_args(arguments)
    try:
        stage = DeployedStage.read(Settings.of_stage(asked.stage or None))
        target = stage.output("TableName")
        put = restore_items(
            stage.client("dynamodb"),
            source=asked.source,
            target=target,
            partitions=asked.partitions,
            overwrite=asked.overwrite,
        )
    except (BadSettingsError, CannotOperateError, BotoCoreError, ClientError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    sys.stdout.write(f"{put} items were put back into {target}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
