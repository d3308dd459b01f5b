"""What a call of DynamoDB writes, as its parameters name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Key = tuple[str, str]


def key_of(item: Mapping[str, Any]) -> Key:
    """Return the partition key and the sort key of an item, or of a key as calls have it."""
    return item["pk"]["S"], item["sk"]["S"]


def written_in(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Yield the keys of what a call writes or checks, with the kind of the write."""
    if operation == "PutItem":
        yield key_of(params["Item"]), "Put"
    elif operation in {"UpdateItem", "DeleteItem"}:
        yield key_of(params["Key"]), operation.removesuffix("Item")
    elif operation == "BatchWriteItem":
        for request in (one for requests in params["RequestItems"].values() for one in requests):
            put = request.get("PutRequest")
            yield (
                (key_of(request["DeleteRequest"]["Key"]), "Delete")
                if put is None
                else (key_of(put["Item"]), "Put")
            )
    elif operation == "TransactWriteItems":
        for one in params["TransactItems"]:
            ((kind, write),) = one.items()
            yield key_of(write["Item"] if kind == "Put" else write["Key"]), kind
