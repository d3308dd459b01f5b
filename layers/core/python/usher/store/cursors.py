"""The cursors of pages: the key after which a page begins, as text that only its own list takes."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from pynamodb.expressions.condition import Condition

from usher.domain.paging import BadCursorError
from usher.store.keys import directory

INDEX_KEYS: dict[str | None, tuple[str, ...]] = {
    None: (),
    "listing": ("listing_pk", "listing_sk"),
    "due": ("due_pk", "due_sk"),
    **{
        index: (directory.PARTITION_KEY, directory.SORT_KEYS[field])
        for field, index in directory.INDEXES.items()
    },
    directory.ADDRESS_INDEX: (directory.ADDRESS_PARTITION_KEY, "listing_sk"),
}
"""The attributes of each index's keys; those of the table itself are `pk` and `sk`."""


def sort_key_of(index: str | None) -> str:
    """Return the attribute with the sort key of an index, or of the table itself."""
    return INDEX_KEYS[index][1] if index is not None else "sk"


def key_of(item: object, index: str | None) -> dict[str, dict[str, str]]:
    """Return an item's keys in the table and in the index, in DynamoDB's own form."""
    return {name: {"S": str(getattr(item, name))} for name in ("pk", "sk", *INDEX_KEYS[index])}


def cursor_of(key: Mapping[str, Mapping[str, str]]) -> str:
    """Return the cursor of the page that begins after the key."""
    text = json.dumps({name: value["S"] for name, value in key.items()}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def start_of(
    cursor: str | None, *, partition: str, sort: Condition | None, index: str | None
) -> dict[str, dict[str, str]] | None:
    """Return the key in a cursor, or raise BadCursorError if it is not one of this list."""
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        names = ("pk", "sk", *INDEX_KEYS[index])
        listed = key["pk" if index is None else INDEX_KEYS[index][0]]
        if set(key) != set(names) or listed != partition or not all(isinstance(v, str) for v in key.values()):
            raise BadCursorError("The cursor belongs to another list.")
        # Lists of one partition differ by the prefix of their sort keys.
        if sort is not None and sort.operator == "begins_with":
            prefix = sort.values[1].value["S"]
            if not key[sort_key_of(index)].startswith(prefix):
                raise BadCursorError("The cursor belongs to another list.")
        if sort is not None and sort.operator == "BETWEEN":
            first, last = (value.value["S"] for value in sort.values[1:])
            if not first <= key[sort_key_of(index)] <= last:
                raise BadCursorError("The cursor belongs to another list.")
    except (ValueError, KeyError, TypeError) as error:
        raise BadCursorError("The cursor cannot be read.") from error
    return {name: {"S": value} for name, value in key.items()}
