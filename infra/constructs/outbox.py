"""The outbox: `dispatch` reads the stream of events, `send_email` sends, `record_delivery` reads reports."""

import json

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.bus import Bus
from infra.constructs.cdn import Cdn
from infra.constructs.handler import Base, Handler
from infra.constructs.mail import RECORD_TIMEOUT, SEND_TIMEOUT, Mail
from infra.constructs.queues import DeadLetters
from infra.constructs.secrets import Secrets
from infra.constructs.starts import Starts

_ONLY_NEW_EVENTS = json.dumps(
    {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}
)
_STREAM_BATCH = 100
_STREAM_RETRIES = 10
_MAIL_BATCH = 10
_MAIL_AT_ONCE = 5
"""How many copies of a mail function run at most; each sends one email after another: SES limits the rate."""


class Outbox(Construct):
    """The consumers of the table's events. Each may receive the same one twice (at-least-once delivery)."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        base: Base,
        mail: Mail,
        starts: Starts,
        bus: Bus,
        secrets: Secrets,
        front: Cdn,
    ) -> None:
        super().__init__(scope, construct_id)
        table = base.table
        self.undispatched = DeadLetters(self, "Undispatched")

        self.dispatch = Handler(
            self,
            "Dispatch",
            name="dispatch",
            base=base,
            timeout=Duration.seconds(60),
            environment={
                "USHER_EMAIL_QUEUE": mail.to_send.queue.queue_url,
                "USHER_START_STATE_MACHINE": starts.machine.state_machine_arn,
                "USHER_BUS": bus.bus.event_bus_name,
            },
        )
        self.dispatch.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            on=[table.arn],
        )
        self.dispatch.may("sqs:SendMessage", on=[mail.to_send.queue.queue_arn])
        self.dispatch.may("states:StartExecution", on=[starts.machine.state_machine_arn])
        self.dispatch.may("events:PutEvents", on=[bus.bus.event_bus_arn])
        self._read_stream(self.dispatch)

        self.send_email = Handler(
            self,
            "SendEmail",
            name="send_email",
            base=base,
            timeout=SEND_TIMEOUT,
            environment={
                "USHER_LINK_KEYS": secrets.link_keys.secret_arn,
                "USHER_ORIGIN": front.origin,
                "USHER_SENDER": mail.sender,
                "USHER_SES_CONFIGURATION_SET": mail.configuration_set.configuration_set_name,
            },
        )
        self.send_email.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=[table.arn],
        )
        self.send_email.may("ses:SendEmail", on=mail.sending_arns)
        self.send_email.may("secretsmanager:GetSecretValue", on=[secrets.link_keys.secret_arn])
        mail.to_send.feed(self.send_email, batch=_MAIL_BATCH, at_once=_MAIL_AT_ONCE)

        self.record_delivery = Handler(
            self, "RecordDelivery", name="record_delivery", base=base, timeout=RECORD_TIMEOUT
        )
        self.record_delivery.may("dynamodb:GetItem", "dynamodb:UpdateItem", on=[table.arn])
        mail.deliveries.feed(self.record_delivery, batch=_MAIL_BATCH, at_once=_MAIL_AT_ONCE)

    def _read_stream(self, dispatch: Handler) -> None:
        """Hand new events, and nothing else, to dispatch; a poisoned one is isolated and kept."""
        table = dispatch.base.table
        dispatch.may(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            on=[table.stream_arn],
        )
        dispatch.may("sqs:SendMessage", on=[self.undispatched.queue_arn])
        mapping = lambda_.CfnEventSourceMapping(
            dispatch,
            "Stream",
            function_name=dispatch.function.function_name,
            event_source_arn=table.stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=_STREAM_BATCH,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=_STREAM_RETRIES,
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=_ONLY_NEW_EVENTS)]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.undispatched.queue_arn
                )
            ),
        )
        mapping.node.add_dependency(dispatch.role)  # Lambda checks at once that it may read
