"""`make export-organization`: writes all items of one organization to a file, as lines of JSON.

Each line is `{"Item": {…}}` in DynamoDB's own form, as in an export of the table to S3. The file is for its
owner's eyes alone, since it is full of addresses.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.operations.stacks import CannotOperateError, DeployedStage
from infra.settings import BadSettingsError, Settings

Item = Mapping[str, Any]
"""An item in DynamoDB's own form: `{"pk": {"S": "ORG#…"}, …}`."""

_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_ANSWERED = ("accepted", "declined", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class OrganizationItems:
    """The items of an organization, found by their keys and the index `listing` (docs/data-model.md).

    Left out is what only leads to other items, such as a slug or the pointers of lists, and what counts or
    remembers requests for some days: emails that were sent, answers under an `Idempotency-Key`.

    Attributes:
        dynamodb: a client of DynamoDB.
        table: the table's name.
        organization: the organization's id.
    """

    dynamodb: Any
    table: str
    organization: str

    def read(self) -> Iterator[Item]:
        """Yield the items, the organization's own partition first.

        Raises:
            CannotOperateError: there is no such organization.
        """
        own = f"ORG#{self.organization}"
        asked = {"pk": {"S": own}, "sk": {"S": "ORG"}}
        found = self.dynamodb.get_item(TableName=self.table, Key=asked, ConsistentRead=True)
        if "Item" not in found:
            raise CannotOperateError(f"There is no organization {self.organization}.")
        shards = range(int(found["Item"].get("shards", {"N": "1"})["N"]))
        for item in self._partition(own):
            yield item
            yield from self._belonging_to(item["sk"]["S"])
        for shard in shards:
            yield from self._partition(f"{own}#EVENTS#{shard}")
        yield from self._partition(f"FIGURES#{self.organization}")
        yield from self._invites(own, shards)
        yield from self._listed(f"{own}#CODES")
        yield from self._listed(f"{own}#CODE_USES")
        for connection in self._listed(f"{own}#SSO"):
            yield connection
            yield from self._listed(f"{connection['pk']['S']}#PEOPLE")

    def _belonging_to(self, sort: str) -> Iterator[Item]:
        """Yield what an item of the organization's partition has outside it: accesses, deliveries."""
        kind, _, identity = sort.partition("#")
        if kind == "LICENSE" and "#" not in identity:
            yield from self._listed(sort)
        elif kind == "WEBHOOK":
            yield from self._partition(sort)

    def _invites(self, own: str, shards: range) -> Iterator[Item]:
        """Yield the invites of learners and of the team.

        The pending ones come first: one that is answered meanwhile is there twice, and not missing.
        """
        for state in ("pending", *_ANSWERED):
            for shard in shards:
                yield from self._listed(f"{own}#INVITES#{state}#{shard}")
            yield from self._listed(f"{own}#TEAM_INVITES#{state}")

    def _partition(self, key: str) -> Iterator[Item]:
        return self._query("pk", key, ConsistentRead=True)

    def _listed(self, key: str) -> Iterator[Item]:
        return self._query("listing_pk", key, IndexName="listing")

    def _query(self, attribute: str, key: str, **more: Any) -> Iterator[Item]:  # noqa: ANN401 - of the client
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression=f"{attribute} = :key",
            ExpressionAttributeValues={":key": {"S": key}},
            **more,
        )
        for page in pages:
            yield from page["Items"]


def write(items: Iterator[Item], file: Path) -> int:
    """Write the items to a new file that its owner alone may read; return how many they were.

    Where that fails, the file is removed.

    Raises:
        CannotOperateError: there is such a file already, or it cannot be written.
    """
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as reason:
        raise CannotOperateError(f"{file} cannot be written: {reason.strerror}.") from reason
    count = 0
    try:
        with os.fdopen(opened, "w") as lines:
            for item in items:
                lines.write(json.dumps({"Item": item}, ensure_ascii=False) + "\n")
                count += 1
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Export what the command line names; print how much that was, or the reason why not."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.operations.export_organization", description=__doc__
    )
    parser.add_argument("organization", help="the organization's id")
    parser.add_argument("file", type=Path, help="the file to write, which must not exist")
    parser.add_argument("--stage", help="the name of a file in stages/; without it the stack is Usher")
    asked = parser.parse_args(arguments)
    if not _ULID.fullmatch(asked.organization):
        sys.stderr.write(f"{asked.organization!r} is no organization's id\n")
        return 1
    try:
        stage = DeployedStage.read(Settings.of_stage(asked.stage or None))
        found = OrganizationItems(
            dynamodb=stage.client("dynamodb"),
            table=stage.output("TableName"),
            organization=asked.organization,
        )
        count = write(found.read(), asked.file)
    except (BadSettingsError, CannotOperateError, BotoCoreError, ClientError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    sys.stdout.write(f"{count} items were written to {asked.file}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
