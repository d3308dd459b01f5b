"""Erasures: the function that pseudonymizes a learner in an organization's data, and its queue."""

from aws_cdk import Acknowledgment, Duration, Validations
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.identity import Identity
from infra.constructs.imports import ImportFiles
from infra.constructs.queues import MOST_RECEIVES, WorkQueue

_TIMEOUT = Duration.minutes(5)
"""A turn; an organization with millions of events takes many (decision 90)."""

_A_WHOLE_CPU_MB = 1769


class Erasures(Construct):
    """`erase_learner` behind its queue, to which it adds itself what is left to do.

    It alone may delete accounts, and any item of an organization.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, base: Base, identity: Identity, files: ImportFiles
    ) -> None:
        super().__init__(scope, construct_id)
        self.ordered = WorkQueue(self, "Ordered", consumer_timeout=_TIMEOUT)
        self.erase_learner = Handler(
            self,
            "EraseLearner",
            name="erase_learner",
            base=base,
            timeout=_TIMEOUT,
            memory_mb=_A_WHOLE_CPU_MB,
            queues_itself=True,
            environment={
                "USHER_ERASURE_QUEUE": self.ordered.queue.queue_url,
                "USHER_IMPORTS_BUCKET": files.bucket.bucket_name,
                "USHER_MOST_RECEIVES": str(MOST_RECEIVES),
                "USHER_USER_POOL": identity.pool.user_pool_id,
                "USHER_USER_POOL_CLIENT": identity.client.user_pool_client_id,
            },
        )
        self._allow(base, identity)
        files.allow(self.erase_learner, "s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        self.erase_learner.may("sqs:SendMessage", on=[self.ordered.queue.queue_arn])  # the remainder of a job
        self.ordered.feed(self.erase_learner, batch=1, at_once=base.concurrency.erasures)

    def _allow(self, base: Base, identity: Identity) -> None:
        self.erase_learner.may(
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            on=[base.table.arn],
        )
        self.erase_learner.may("dynamodb:Query", on=[base.table.listing_arn])
        self.erase_learner.may(
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:AdminDeleteUser",
            on=[identity.pool.user_pool_arn],
        )
        self.erase_learner.may("ses:DeleteSuppressedDestination", on=["*"])
        Validations.of(self.erase_learner.role).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-IAM5[Resource::*]",
                reason="An account has one suppression list, which has no name.",
            )
        )

    def queue_from(self, handler: Handler) -> None:
        """Allow a function to queue erasures."""
        self.ordered.allow_sending(handler, variable="USHER_ERASURE_QUEUE")
