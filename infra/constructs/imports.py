"""Imports: the bucket that files are uploaded to, and the function that reads, checks and runs imports."""

from typing import cast

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.queues import WorkQueue
from infra.settings import Settings

_TIMEOUT = Duration.minutes(3)
"""A workbook of 50,000 rows is read in one step; no other step takes as long."""

_A_WHOLE_CPU_MB = 1769
_FILES_KEPT = Duration.days(30)
_AT_ONCE = 5
"""Imports that are worked on at the same time, each by one invocation at a time."""

_ANY_DISTRIBUTION = "https://*.cloudfront.net"


class ImportFiles(Construct):
    """The bucket. It is made before the front, whose console may upload to it."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=_FILES_KEPT, abort_incomplete_multipart_upload_after=Duration.days(1)
                )
            ],
            cors=[
                # Whoever has a form may upload, from wherever: this is for browsers alone. CloudFront's own
                # name cannot stand here, since the front knows the bucket.
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.POST],
                    allowed_origins=[settings.origin or _ANY_DISTRIBUTION],
                    allowed_headers=["*"],
                )
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
        Validations.of(self.bucket).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-S1",
                reason="Two functions read and write it, and the events say who imported what.",
            )
        )

    def let(self, handler: Handler, *actions: str, on: str = "*") -> None:
        """Allow a function actions on the objects whose keys look so; `*/file` is what is uploaded."""
        handler.may(*actions, on=[f"{self.bucket.bucket_arn}/{on}"])
        name = Stack.of(self).get_logical_id(cast("s3.CfnBucket", self.bucket.node.default_child))
        Validations.of(handler.role).acknowledge(
            Acknowledgment(
                id=f"AwsSolutions::AwsSolutions-IAM5[Resource::<{name}.Arn>/{on}]",
                reason="They are the objects of all imports; of which import, no policy can know.",
            )
        )

    @property
    def upload_origin(self) -> str:
        """Where the console posts a file to."""
        return f"https://{self.bucket.bucket_regional_domain_name}"


class Imports(Construct):
    """`run_import` behind its queue, into which `dispatch` puts jobs, and it itself what is left of one."""

    def __init__(self, scope: Construct, construct_id: str, *, base: Base, files: ImportFiles) -> None:
        super().__init__(scope, construct_id)
        self.waiting = WorkQueue(self, "Waiting", consumer_timeout=_TIMEOUT)
        queue = self.waiting.queue
        self.run_import = Handler(
            self,
            "RunImport",
            name="run_import",
            base=base,
            timeout=_TIMEOUT,
            memory_mb=_A_WHOLE_CPU_MB,
            environment={
                "USHER_IMPORTS_BUCKET": files.bucket.bucket_name,
                "USHER_IMPORT_QUEUE": queue.queue_url,
            },
        )
        self.run_import.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=[base.table.arn],
        )
        self.run_import.may("dynamodb:Query", on=[base.table.listing_arn])
        files.let(self.run_import, "s3:GetObject", "s3:PutObject")
        self.run_import.may("sqs:SendMessage", on=[queue.queue_arn])  # what is left of a job
        self.waiting.feed(self.run_import, batch=1, at_once=_AT_ONCE)

    def queue_from(self, handler: Handler) -> None:
        """Let a function queue imports."""
        self.waiting.let_queue(handler, variable="USHER_IMPORT_QUEUE")
