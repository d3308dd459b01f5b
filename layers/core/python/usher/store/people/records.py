"""Records: items of any kind, unparsed, for exporting and erasing personal data (docs/decisions/0034)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition

from usher.domain.directory import DirectoryField
from usher.domain.erasures import mention_of
from usher.lazy_dataclasses import dataclass
from usher.store import keys
from usher.store.keys import directory
from usher.store.keys import invites as invite_keys
from usher.store.table import Ref, Table

_KEYS = frozenset({"pk", "sk"})
_DIRECTORY_KEYS = frozenset(directory.SORT_KEYS.values())
_OF_THE_TABLE = frozenset(
    {
        *_KEYS,
        *("listing_pk", "listing_sk", "due_pk", "due_sk"),
        *(directory.PARTITION_KEY, directory.ADDRESS_PARTITION_KEY),
        *_DIRECTORY_KEYS,
        *("expires_on", "version", "figures", "redispatched_at"),
    }
)
"""Attributes for keys, indexes and bookkeeping, which are not about a person."""

_EVENT = "event"

_REFUSED = frozenset(
    {"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"}
)

_LIVES = ("state", "start_at", "reserved_until")
"""The attributes of an access that change."""

_READ = TypeDeserializer()
_WRITE = TypeSerializer()


@dataclass(frozen=True, kw_only=True)
class Record:
    """An item. `kind` is the first part of its sort key, in lower case: event, learner, access and so on."""

    pk: str
    sk: str
    attributes: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The kind of the item, by its sort key."""
        return self.sk.partition("#")[0].lower()

    def is_keyed_by(self, email: str) -> bool:
        """Return whether the item's key has the address, as that of a membership or a provider link has."""
        return any(keys.ends_with_address(key, email) for key in (self.pk, self.sk))

    def is_about(self, email: str) -> bool:
        """Return whether the item is about the person, and does not only name them as its author."""
        return self.is_keyed_by(email) or self.kind == _EVENT or self.attributes.get("email") == email

    @property
    def content(self) -> dict[str, Any]:
        """The item's attributes without keys, indexes and bookkeeping; an invite's id is in its key alone."""
        named = {"id": invite_keys.id_in(self.pk)} if self.sk == keys.INVITE else {}
        return named | {name: value for name, value in self.attributes.items() if name not in _OF_THE_TABLE}


def naming(items: Iterable[Mapping[str, Any]], email: str) -> Iterator[Record]:
    """Yield those of many items that name the address, in a key or an attribute; in order.

    An item's texts are searched before it is read: of a million, few name one person.
    """
    folded = email.casefold()
    for item in items:
        if _has(item, folded) and names(record := record_of(item), email):
            yield record


def read(table: Table, ref: Ref[Any]) -> Record | None:
    """Read an item, strongly consistent: one call."""
    arguments = {"TableName": table.name, "Key": {"pk": {"S": ref.pk}, "sk": {"S": ref.sk}}}
    answer = table.connection.dispatch("GetItem", {**arguments, "ConsistentRead": True})
    item = answer.get("Item")
    return None if item is None else record_of(item)


def read_many(table: Table, refs: Sequence[Ref[Any]]) -> Iterator[Record]:
    """Yield the items that there are, strongly consistent: one call for each hundred."""
    found = table.get_many(refs)
    items = (found.item(ref) for ref in dict.fromkeys(refs))
    return (record_of(item) for item in items if item is not None)


def in_range(table: Table, partition: str, sort: Condition, email: str) -> Iterator[Record]:
    """Yield the items of a part of a partition that name the address, in order."""
    found = (record_of(item) for item in table.query_raw(partition, sort))
    return (record for record in found if names(record, email))


def record_of(item: Mapping[str, Any]) -> Record:
    """Read an item in DynamoDB's own form."""
    attributes = {name: _READ.deserialize(value) for name, value in item.items()}
    return Record(pk=attributes["pk"], sk=attributes["sk"], attributes=attributes)


def event_data(record: Record) -> dict[str, Any]:
    """Return what the type of an event says."""
    data: dict[str, Any] = json.loads(record.attributes["data"])
    return data


def names(record: Record, email: str) -> bool:
    """Return whether the item names the address, in a key or an attribute."""
    return _names(record.attributes, mention_of(email).search)


def all_in(table: Table, partition: str) -> Iterator[Record]:
    """Yield the items of a partition, in order."""
    return (record_of(item) for item in table.query_raw(partition))


def rewrite(table: Table, record: Record, scrub: Callable[[object], object]) -> bool:
    """Write an item's scrubbed attributes if it has not changed since the read, else return False: one call.

    Its keys stay; its version grows, so that nobody who read it before can write it back.
    """
    after = {**_scrubbed(record, scrub), "pk": record.pk, "sk": record.sk}
    changed = [name for name in after if after[name] != record.attributes[name]]
    if not changed:
        return True
    if "version" in after:
        after["version"] += 1
        changed.append("version")
    names = {f"#{at}": name for at, name in enumerate(changed)}
    values = {f":o{at}": _WRITE.serialize(record.attributes[name]) for at, name in enumerate(changed)}
    values |= {f":n{at}": _WRITE.serialize(after[name]) for at, name in enumerate(changed)}
    return _sent(
        table,
        "UpdateItem",
        {
            "Key": _key(record),
            "UpdateExpression": "SET " + ", ".join(f"#{at} = :n{at}" for at in range(len(changed))),
            "ConditionExpression": " AND ".join(f"#{at} = :o{at}" for at in range(len(changed))),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        },
    )


def remove(table: Table, record: Record) -> None:
    """Remove an item: one call."""
    _sent(table, "DeleteItem", {"Key": _key(record)})


def move(table: Table, record: Record, scrub: Callable[[object], object]) -> bool:
    """Move an item to its scrubbed keys, with scrubbed attributes, if it has not changed since the read.

    One transaction; False if the item was changed.
    """
    after = _scrubbed(record, scrub)
    watched = [name for name in _LIVES if name in record.attributes]
    removal: dict[str, Any] = {"TableName": table.name, "Key": _key(record)}
    if watched:
        removal |= {
            "ConditionExpression": " AND ".join(f"#{at} = :{at}" for at in range(len(watched))),
            "ExpressionAttributeNames": {f"#{at}": name for at, name in enumerate(watched)},
            "ExpressionAttributeValues": {
                f":{at}": _WRITE.serialize(record.attributes[name]) for at, name in enumerate(watched)
            },
        }
    item = {name: _WRITE.serialize(value) for name, value in after.items()}
    put = {"TableName": table.name, "Item": item}
    return _sent(table, "TransactWriteItems", {"TransactItems": [{"Put": put}, {"Delete": removal}]})


def _scrubbed(record: Record, scrub: Callable[[object], object]) -> dict[str, Any]:
    """Return the scrubbed attributes, scrubbed together, since fields beside an address are emptied.

    Whoever loses the address loses the names, by which the directory lists them no longer.
    """
    after: Any = scrub(dict(record.attributes))
    by_address = directory.SORT_KEYS[DirectoryField.EMAIL]
    if after.get(by_address) != record.attributes.get(by_address):
        after |= {name: after[by_address] for name in _DIRECTORY_KEYS if name in after}
    return dict(after)


def _names(value: object, found: Callable[[str], object]) -> bool:
    if isinstance(value, Mapping):
        return any(_names(one, found) for one in value.values())
    if isinstance(value, list):
        return any(_names(one, found) for one in value)
    return isinstance(value, str) and found(value) is not None


def _has(value: Any, folded: str) -> bool:  # noqa: ANN401 - any part of an item in DynamoDB's own form
    """Return whether a text in an item has another, in whatever case."""
    if isinstance(value, str):
        return folded in value.casefold()
    if isinstance(value, Mapping):
        return any(_has(one, folded) for one in value.values())
    return isinstance(value, list) and any(_has(one, folded) for one in value)


def _key(record: Record) -> dict[str, dict[str, str]]:
    return {"pk": {"S": record.pk}, "sk": {"S": record.sk}}


def _sent(table: Table, operation: str, arguments: dict[str, Any]) -> bool:
    if operation != "TransactWriteItems":
        arguments = {"TableName": table.name, **arguments}
    try:
        table.connection.dispatch(operation, arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in _REFUSED:
            return False
        raise
    return True
