"""Imports: the bucket that files are uploaded to, and the function that reads, checks and runs imports."""

from typing import cast

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.queues import MOST_RECEIVES, WorkQueue
from infra.settings import Settings

_TIMEOUT = Duration.minutes(3)
"""A workbook of 50,000 rows is read in one step; no other step takes as long."""

_A_WHOLE_CPU_MB = 1769
_FILES_KEPT = Duration.days(30)
_ANY_DISTRIBUTION = "https://*.cloudfront.net"


class ImportFiles(Construct):
    """The bucket of uploaded files. It is created before the CDN, whose console may upload to it."""

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
                # CORS restrains browsers alone: the form permits the upload. CloudFront's own name is not
                # known here, since the distribution is created after the bucket.
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.POST],
                    allowed_origins=[settings.origin or _ANY_DISTRIBUTION],
                    allowed_headers=["*"],
                )
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        Validations.of(self.bucket).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-S1",
                reason="Two functions read and write it, and the events say who imported what.",
            )
        )

    def allow(self, handler: Handler, *actions: str, on: str = "*") -> None:
        """Allow a function these actions on the objects whose keys match `on`; uploads have `*/file`."""
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
        """The origin that the console posts a file to."""
        return f"https://{self.bucket.bucket_regional_domain_name}"


class Imports(Construct):
    """`run_import` behind its queue of jobs, to which `dispatch` and `run_import` itself add."""

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
            queues_itself=True,
            environment={
                "USHER_IMPORTS_BUCKET": files.bucket.bucket_name,
                "USHER_IMPORT_QUEUE": queue.queue_url,
                "USHER_MOST_RECEIVES": str(MOST_RECEIVES),
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
        files.allow(self.run_import, "s3:GetObject", "s3:PutObject")
        self.run_import.may("sqs:SendMessage", on=[queue.queue_arn])  # the remainder of a job
        self.waiting.feed(self.run_import, batch=1, at_once=base.concurrency.imports)

    def queue_from(self, handler: Handler) -> None:
        """Allow a function to queue imports."""
        self.waiting.allow_sending(handler, variable="USHER_IMPORT_QUEUE")
