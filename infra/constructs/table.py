"""The DynamoDB table of all items, its indexes, and its stream of events."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

COMMAND_ACTIONS = (
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:ConditionCheckItem",
)
"""The permissions to decide and commit a command. A transaction needs those of each of its writes."""

_INDEXES = {"listing": dynamodb.ProjectionType.ALL, "due": dynamodb.ProjectionType.KEYS_ONLY}
"""The indexes of all other lists, and of work that comes due, with what they have of their items."""

_DIRECTORY = {
    "directory_email": ("directory_pk", "email_sk"),
    "directory_first_name": ("directory_pk", "first_name_sk"),
    "directory_last_name": ("directory_pk", "last_name_sk"),
    "directory_address": ("to_pk", "listing_sk"),
}
"""The indexes of the directory with the attributes of their keys."""


class SeatTable(Construct):
    """The table with its sparse indexes. It outlives a deleted stack and is protected from deletion."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute="expires_on",
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        for index, projection in _INDEXES.items():
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=_text(f"{index}_pk"),
                sort_key=_text(f"{index}_sk"),
                projection_type=projection,
            )
        for index, (partition_key, sort_key) in _DIRECTORY.items():
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=_text(partition_key),
                sort_key=_text(sort_key),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )

    @property
    def arn(self) -> str:
        """The ARN of the table without its indexes."""
        return self.table.table_arn

    @property
    def listing_arn(self) -> str:
        """The ARN of the index of lists: clients, managers, invites, accesses, codes."""
        return f"{self.arn}/index/listing"

    @property
    def directory_arns(self) -> list[str]:
        """The ARNs of the directory's indexes, by address and by names (usher/store/keys/directory.py)."""
        return [f"{self.arn}/index/{index}" for index in _DIRECTORY]

    @property
    def index_names(self) -> tuple[str, ...]:
        """The names of all indexes."""
        return (*_INDEXES, *_DIRECTORY)

    @property
    def due_arn(self) -> str:
        """The ARN of the index of work that comes due: expiry, reminders, late starts, ends."""
        return f"{self.arn}/index/due"

    @property
    def stream_arn(self) -> str:
        """The ARN of the table's stream of changes."""
        arn = self.table.table_stream_arn
        if arn is None:
            raise AssertionError("the table has a stream")
        return arn


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
