"""A queue that loses nothing: what cannot be handled lands in dead letters, kept for two weeks."""

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Validations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_KEPT = Duration.days(14)
_RECEIVES_BEFORE_DEAD = 5


class DeadLetters(sqs.Queue):
    """Where what failed waits for a person; an alarm says when it holds anything."""

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
