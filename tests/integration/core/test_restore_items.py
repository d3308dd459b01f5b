"""Items of a restored table are put back, and nothing of since is lost unless that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.operations.restore_items import restore_items
from tests.support.async_workers import AsyncWorkers
from tests.support.tables import NAME, create_table, items
from tests.support.tenant import Tenant
from usher.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RESTORED = "restored"


@pytest.fixture
def client(table: Table) -> DynamoDBClient:
    found: Any = table.connection.client
    return found  # type: ignore[no-any-return] # the stubs have its type alone


@pytest.fixture
def before(client: DynamoDBClient, tenant: Tenant, async_workers: AsyncWorkers) -> list[dict[str, Any]]:
    """The items as they were, which a table named RESTORED has."""
    tenant.invite(tenant.license(), "ann@x.io")
    async_workers.settle()
    create_table(client, RESTORED)
    found = list(items(client))
    for item in found:
        client.put_item(TableName=RESTORED, Item=item)
    return found


def _put_back(client: DynamoDBClient, partitions: str = "", *, overwrite: bool = False) -> int:
    return restore_items(client, source=RESTORED, target=NAME, partitions=partitions, overwrite=overwrite)


def test_what_was_deleted_comes_back_and_what_was_changed_stays(
    client: DynamoDBClient, before: list[dict[str, Any]]
) -> None:
    deleted, changed, *_ = before
    client.delete_item(TableName=NAME, Key={name: deleted[name] for name in ("pk", "sk")})
    client.put_item(TableName=NAME, Item={**changed, "since": {"S": "yes"}})

    assert _put_back(client) == 1

    assert deleted in list(items(client))
    assert {**changed, "since": {"S": "yes"}} in list(items(client))
    assert _put_back(client, overwrite=True) == len(before)
    assert changed in list(items(client))


def test_only_the_partitions_that_are_named_come_back(
    client: DynamoDBClient, before: list[dict[str, Any]]
) -> None:
    for item in before:
        client.delete_item(TableName=NAME, Key={name: item[name] for name in ("pk", "sk")})
    of_invites = [item for item in before if item["pk"]["S"].startswith("INVITE#")]

    assert _put_back(client, "INVITE#") == len(of_invites) > 0

    assert all(item["pk"]["S"].startswith("INVITE#") for item in items(client))
    assert _put_back(client) == len(before) - len(of_invites), "the rest"


def test_events_that_were_dispatched_are_put_back_outside_the_outbox(before: list[dict[str, Any]]) -> None:
    """So that the stream does not dispatch them again."""
    events = [item for item in before if item["sk"]["S"].startswith("EVENT#")]

    assert events
    assert not [event for event in events if "due_pk" in event]
