"""Erasures: the function that takes a learner out of all that an organization holds, behind its queue."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.identity import Identity
from infra.constructs.imports import ImportFiles
from infra.constructs.queues import WorkQueue

_TIMEOUT = Duration.minutes(14)
"""It reads the whole of an organization's partition, twice: a million events are some minutes."""

_AT_ONCE = 2


class Erasures(Construct):
    """`erase_learner` alone may delete from the table what is no command's, and accounts."""

    def __init__(
        self, scope: Construct, construct_id: str, *, base: Base, identity: Identity, files: ImportFiles
    ) -> None:
        super().__init__(scope, construct_id)
        self.ordered = WorkQueue(self, "Ordered", consumer_timeout=_TIMEOUT)
        queue, table = self.ordered.queue, base.table
        self.erase_learner = Handler(
            self,
            "EraseLearner",
            name="erase_learner",
            base=base,
            timeout=_TIMEOUT,
            environment={
                "USHER_IMPORTS_BUCKET": files.bucket.bucket_name,
                "USHER_USER_POOL": identity.pool.user_pool_id,
                "USHER_USER_POOL_CLIENT": identity.client.user_pool_client_id,
            },
        )
        self.erase_learner.may(
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=[table.arn],
        )
        self.erase_learner.may("dynamodb:Query", on=[table.listing_arn])
        self.erase_learner.may(
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:AdminDeleteUser",
            on=[identity.pool.user_pool_arn],
        )
        files.let(self.erase_learner, "s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        self.erase_learner.may(
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", on=[queue.queue_arn]
        )
        mapping = lambda_.CfnEventSourceMapping(
            self.erase_learner,
            "Queue",
            function_name=self.erase_learner.function.function_name,
            event_source_arn=queue.queue_arn,
            batch_size=1,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=_AT_ONCE),
        )
        mapping.node.add_dependency(self.erase_learner.role)  # Lambda checks at once that it may read

    def queue_from(self, handler: Handler) -> None:
        """Let a function queue orders."""
        handler.function.add_environment("USHER_ERASURE_QUEUE", self.ordered.queue.queue_url)
        handler.may("sqs:SendMessage", on=[self.ordered.queue.queue_arn])
