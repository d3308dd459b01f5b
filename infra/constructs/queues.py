"""Queues between functions, each with a dead-letter queue, whose messages are kept for two weeks."""

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Validations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.handler import Handler

_KEPT = Duration.days(14)
MOST_RECEIVES = 6
"""How often a message is received before it is a dead letter.

The functions that are told so (`USHER_MOST_RECEIVES`) record with the last that their work has failed.
"""


class DeadLetters(sqs.Queue):
    """A dead-letter queue: it keeps messages that failed repeatedly, and an alarm watches it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=_KEPT,
            removal_policy=RemovalPolicy.DESTROY,
        )
        Validations.of(self).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-SQS3",
                reason="This is a dead-letter queue itself; an alarm watches it.",
            ),
            Acknowledgment(
                id="Serverless::Serverless-SQSRedrivePolicy",
                reason="This is a dead-letter queue itself; an alarm watches it.",
            ),
        )


class WorkQueue(Construct):
    """A queue between two functions, with its dead-letter queue."""

    def __init__(self, scope: Construct, construct_id: str, *, consumer_timeout: Duration) -> None:
        """Create the queue for a consumer whose function has the timeout `consumer_timeout`.

        The visibility timeout is six times as long, as Lambda recommends, so that no retry overlaps the first
        attempt.
        """
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetters(self, "DeadLetters")
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=_KEPT,
            visibility_timeout=Duration.seconds(6 * consumer_timeout.to_seconds()),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MOST_RECEIVES),
            removal_policy=RemovalPolicy.DESTROY,
        )

    def feed(
        self,
        handler: Handler,
        *,
        batch: int,
        at_once: int,
        wait: Duration | None = None,
        as_queue: str = "Queue",
    ) -> None:
        """Invoke a function with the messages; the function reports those that failed.

        An invocation gets at most `batch` messages, and at most `at_once` invocations run concurrently.
        Lambda waits for a full batch for `wait`, if that is given. `as_queue` tells apart the queues of a
        function that has several.
        """
        handler.may(
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", on=[self.queue.queue_arn]
        )
        mapping = lambda_.CfnEventSourceMapping(
            handler,
            as_queue,
            function_name=handler.function.function_name,
            event_source_arn=self.queue.queue_arn,
            batch_size=batch,
            maximum_batching_window_in_seconds=None if wait is None else wait.to_seconds(),
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=at_once),
        )
        mapping.node.add_dependency(handler.role)  # Lambda checks this permission right away
        Validations.of(mapping).acknowledge(
            Acknowledgment(
                id="Serverless::Serverless-LambdaEventSourceMappingDestination",
                reason="A queue has none: what fails goes to the queue's dead letters.",
            )
        )

    def allow_sending(self, handler: Handler, *, variable: str) -> None:
        """Allow a function to send messages, and put the queue's URL into its environment as `variable`."""
        handler.function.add_environment(variable, self.queue.queue_url)
        handler.may("sqs:SendMessage", on=[self.queue.queue_arn])
