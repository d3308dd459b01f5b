"""Email: the SES identity and configuration set, SES's reports about emails, and the two queues."""

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.findings import arn_in_finding
from infra.constructs.handler import Handler
from infra.constructs.queues import DeadLetters, WorkQueue
from infra.settings import Settings

SEND_TIMEOUT = Duration.seconds(30)
RECORD_TIMEOUT = Duration.seconds(30)


class Mail(Construct):
    """The queues of emails, and the queue `deliveries` of SES's reports about them.

    Reports that SNS could not put into that queue are in `undelivered`: apart from the queue's own dead
    letters, because SQS moves back only what came from a queue (decision 94).

    Emails in `to_send` are waited for by somebody; those in `bulk` have a share of the senders of their own,
    so that no import holds up the others (decision 77).
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self.to_send = WorkQueue(self, "ToSend", consumer_timeout=SEND_TIMEOUT)
        self.bulk = WorkQueue(self, "Bulk", consumer_timeout=SEND_TIMEOUT)
        self.deliveries = WorkQueue(self, "Deliveries", consumer_timeout=RECORD_TIMEOUT)
        self.undelivered = DeadLetters(self, "Undelivered")
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            reputation_metrics=True,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
        if settings.ses_identity == "new":
            ses.EmailIdentity(
                self,
                "Identity",
                identity=ses.Identity.domain(settings.sender_domain),
                configuration_set=self.configuration_set,
            )
        self.sender = settings.sender
        # In its sandbox SES also asks for the permission to use the recipient's identity.
        identity = "*" if settings.ses_sandbox else settings.sender_domain
        self._sending_arns = [
            stack.format_arn(service="ses", resource="identity", resource_name=identity),
            stack.format_arn(
                service="ses",
                resource="configuration-set",
                resource_name=self.configuration_set.configuration_set_name,
            ),
        ]
        self.topic = self._delivery_topic(key)

    def allow_sending(self, handler: Handler) -> None:
        """Allow a function to send emails from the sender's domain."""
        handler.may("ses:SendEmail", on=self._sending_arns)
        recipients = arn_in_finding(Stack.of(self), "ses", "identity/*")
        Validations.of(handler.role).acknowledge(
            Acknowledgment(
                id=f"AwsSolutions::AwsSolutions-IAM5[Resource::{recipients}]",
                reason="In its sandbox SES asks for the permission to use each recipient's identity, too.",
            )
        )

    def _delivery_topic(self, key: kms.IKey) -> sns.Topic:
        """Create the topic of SES's reports; only the configuration set may publish to it."""
        topic = sns.Topic(self, "DeliveryTopic", enforce_ssl=True, master_key=key)
        topic.add_subscription(
            subscriptions.SqsSubscription(
                self.deliveries.queue,
                raw_message_delivery=True,
                dead_letter_queue=self.undelivered,
            )
        )
        self.configuration_set.add_event_destination(
            "Events",
            destination=ses.EventDestination.sns_topic(topic),
            events=[
                ses.EmailSendingEvent.DELIVERY,
                ses.EmailSendingEvent.BOUNCE,
                ses.EmailSendingEvent.COMPLAINT,
                ses.EmailSendingEvent.REJECT,
            ],
        )
        return topic
