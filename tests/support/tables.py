"""The table (DESIGN 4), created without CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NAME = "usher"
REGION = "us-east-1"


def create_table(client: DynamoDBClient, name: str = NAME) -> None:
    """Create the table with both indexes, its stream and its time to live."""
    keys = ("pk", "sk", "listing_pk", "listing_sk", "due_pk", "due_sk")
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
                    {"AttributeName": f"{index}_pk", "KeyType": "HASH"},
                    {"AttributeName": f"{index}_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("listing", "due")
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
