"""The table (DESIGN 4), created without CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NAME = "usher"
INDEXES: dict[str, tuple[str, str, Literal["ALL", "KEYS_ONLY"]]] = {
    "listing": ("listing_pk", "listing_sk", "ALL"),
    "due": ("due_pk", "due_sk", "KEYS_ONLY"),
    "directory_email": ("directory_pk", "email_sk", "KEYS_ONLY"),
    "directory_first_name": ("directory_pk", "first_name_sk", "KEYS_ONLY"),
    "directory_last_name": ("directory_pk", "last_name_sk", "KEYS_ONLY"),
    "directory_address": ("to_pk", "listing_sk", "KEYS_ONLY"),
}
"""The indexes: partition key, sort key and projection."""
REGION = "us-east-1"


def create_table(client: DynamoDBClient, name: str = NAME) -> None:
    """Create the table with its indexes, its stream and its time to live."""
    keys = dict.fromkeys(["pk", "sk", *(key for index in INDEXES.values() for key in index[:2])])
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": partition_key, "KeyType": "HASH"},
                    {"AttributeName": sort_key, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": projection},
            }
            for index, (partition_key, sort_key, projection) in INDEXES.items()
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_on"}
    )


def items(client: DynamoDBClient, name: str = NAME) -> Iterator[dict[str, Any]]:
    """Yield every item of the table, in DynamoDB's own form."""
    for page in client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
        yield from page["Items"]
