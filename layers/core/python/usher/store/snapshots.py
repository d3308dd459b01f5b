"""Snapshots: several items as they were at one moment, whatever was being written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pynamodb.exceptions import TransactGetError

from usher.store.table import Ref, Table
from usher.store.transaction import BusyError, pauses

_WORTH_REPEATING = frozenset(
    {"TransactionCanceledException", "TransactionInProgressException", "ThrottlingException"}
)


def read_snapshot(table: Table, refs: Sequence[Ref[Any]]) -> list[Mapping[str, Any] | None]:
    """Read up to a hundred items in a transaction, in DynamoDB's own form: one call, repeated in conflicts.

    Raises:
        BusyError: others wrote the items at every attempt.
    """
    gets = [{"TableName": table.name, "Key": {"pk": {"S": ref.pk}, "sk": {"S": ref.sk}}} for ref in refs]
    for _ in pauses():
        try:
            answer = table.connection.transact_get_items(gets)
        except TransactGetError as error:
            if error.cause_response_code not in _WORTH_REPEATING:
                raise
        else:
            return [response.get("Item") for response in answer["Responses"]]
    raise BusyError("The same items were being written all the time.")
