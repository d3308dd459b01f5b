"""The one table: every item of Usher, and the stream of events that all else hangs on."""

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
"""What it takes to decide and commit a command (the parts of a transaction are allowed one by one)."""


class SeatTable(Construct):
    """The table with its two sparse indexes; it outlives the stack and cannot be deleted by mistake."""

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
            removal_policy=RemovalPolicy.RETAIN,
        )
        for index in ("listing", "due"):
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=_text(f"{index}_pk"),
                sort_key=_text(f"{index}_sk"),
                projection_type=dynamodb.ProjectionType.ALL,
            )

    @property
    def arn(self) -> str:
        """The table without its indexes."""
        return self.table.table_arn

    @property
    def listing_arn(self) -> str:
        """The index that lists: clients, managers, invites, accesses, codes."""
        return f"{self.arn}/index/listing"

    @property
    def due_arn(self) -> str:
        """The index of what is due: expiry, reminders, late starts, ends."""
        return f"{self.arn}/index/due"

    @property
    def stream_arn(self) -> str:
        """The table's stream of changes."""
        arn = self.table.table_stream_arn
        if arn is None:
            raise AssertionError("the table is made with a stream")
        return arn


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
