"""Queues between functions, each with a dead-letter queue, whose messages are kept for two weeks."""

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Validations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.handler import Handler

_KEPT = Duration.days(14)
_RECEIVES_BEFORE_DEAD = 5


class DeadLetters(sqs.Queue):
    """A dead-letter queue: messages that failed repeatedly wait in it for a person, whom an alarm calls."""

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
                reason="This queue is the end of the line; an alarm watches it.",
            )
        )


class WorkQueue(Construct):
    """A queue between two functions, with its dead letters."""

    def __init__(self, scope: Construct, construct_id: str, *, consumer_timeout: Duration) -> None:
        """Make the queue for a consumer that may work `consumer_timeout` on one batch.

        A message stays hidden for six times as long, as Lambda asks: no retry ever meets the first try.
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
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=_RECEIVES_BEFORE_DEAD
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )

    def feed(self, handler: Handler, *, batch: int, at_once: int) -> None:
        """Hand the messages to a function, which answers with those that failed.

        `batch` messages at most in one call, and `at_once` copies of the function at most.
        """
        handler.may(
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", on=[self.queue.queue_arn]
        )
        mapping = lambda_.CfnEventSourceMapping(
            handler,
            "Queue",
            function_name=handler.function.function_name,
            event_source_arn=self.queue.queue_arn,
            batch_size=batch,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=at_once),
        )
        mapping.node.add_dependency(handler.role)  # Lambda checks at once that it may read

    def let_queue(self, handler: Handler, *, variable: str) -> None:
        """Let a function put messages in, and tell it by an environment variable where."""
        handler.function.add_environment(variable, self.queue.queue_url)
        handler.may("sqs:SendMessage", on=[self.queue.queue_arn])
