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

_NEW_EVENTS_PATTERN = json.dumps(
    {
        "eventName": ["INSERT"],
        "dynamodb": {
            "NewImage": {
                "sk": {"S": [{"prefix": "EVENT#"}]},
                "due_pk": {"S": [{"prefix": "OUTBOX#"}]},
            }
        },
    }
)
"""New events; one that is put back from a restored table after it was dispatched has no `due_pk`."""
_REDISPATCHED_EVENTS_PATTERN = json.dumps(
    {
        "eventName": ["MODIFY"],
        "dynamodb": {
            "NewImage": {
                "sk": {"S": [{"prefix": "EVENT#"}]},
                "due_pk": {"S": [{"prefix": "OUTBOX#"}]},
                "redispatched_at": {"S": [{"exists": True}]},
            }
        },
    }
)
"""Events that the sweep found undispatched; one that leaves the outbox has no `due_pk` any more."""
_STREAM_BATCH = 100
_EVENTS_WAIT = Duration.seconds(1)
"""How long events wait for others, to share what a batch shares; an awaited email comes as much later."""
_STREAM_RETRIES = 10
_MAIL_BATCH = 10
_REPORTS_WAIT = Duration.seconds(5)
"""How long reports of SES wait for others: nobody waits for one, and most invocations have several then."""


class Outbox(Construct):
    """The consumers of events and emails. Each may receive the same one twice (at-least-once delivery)."""

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
        cdn: Cdn,
    ) -> None:
        super().__init__(scope, construct_id)
        self.undispatched = DeadLetters(self, "Undispatched")
        self.dispatch = self._dispatch(base, mail, starts, bus)
        self.send_email = self._send_email(base, mail, secrets.link_keys.secret_arn, origin=cdn.origin)
        self.record_delivery = self._record_delivery(base, mail)

    def _dispatch(self, base: Base, mail: Mail, starts: Starts, bus: Bus) -> Handler:
        dispatch = Handler(
            self,
            "Dispatch",
            name="dispatch",
            base=base,
            timeout=Duration.seconds(60),
            environment={
                "USHER_EMAIL_QUEUE": mail.to_send.queue.queue_url,
                "USHER_BULK_EMAIL_QUEUE": mail.bulk.queue.queue_url,
                "USHER_START_STATE_MACHINE": starts.machine.state_machine_arn,
                "USHER_BUS": bus.bus.event_bus_name,
            },
        )
        dispatch.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            on=[base.table.arn],
        )
        dispatch.may("dynamodb:Query", on=[base.table.listing_arn])
        dispatch.may("sqs:SendMessage", on=[mail.to_send.queue.queue_arn, mail.bulk.queue.queue_arn])
        dispatch.may("states:StartExecution", on=[starts.machine.state_machine_arn])
        dispatch.may("events:PutEvents", on=[bus.bus.event_bus_arn])
        self._read_stream(dispatch)
        return dispatch

    def _send_email(self, base: Base, mail: Mail, link_keys: str, *, origin: str) -> Handler:
        send_email = Handler(
            self,
            "SendEmail",
            name="send_email",
            base=base,
            timeout=SEND_TIMEOUT,
            queues_itself=True,
            shares=("emails", "email_layout"),
            environment={
                "USHER_BULK_EMAIL_QUEUE": mail.bulk.queue.queue_url,
                "USHER_EMAIL_QUEUE": mail.to_send.queue.queue_url,
                "USHER_LINK_KEYS": link_keys,
                "USHER_ORIGIN": origin,
                "USHER_SENDER": mail.sender,
                "USHER_SES_CONFIGURATION_SET": mail.configuration_set.configuration_set_name,
            },
        )
        send_email.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=[base.table.arn],
        )
        mail.allow_sending(send_email)
        # What SES does not take at the moment.
        send_email.may("sqs:SendMessage", on=[mail.to_send.queue.queue_arn, mail.bulk.queue.queue_arn])
        send_email.may("secretsmanager:GetSecretValue", on=[link_keys])
        mail.to_send.feed(send_email, batch=_MAIL_BATCH, at_once=base.concurrency.emails)
        mail.bulk.feed(
            send_email, batch=_MAIL_BATCH, at_once=base.concurrency.bulk_emails, as_queue="BulkQueue"
        )
        return send_email

    def _record_delivery(self, base: Base, mail: Mail) -> Handler:
        record_delivery = Handler(
            self, "RecordDelivery", name="record_delivery", base=base, timeout=RECORD_TIMEOUT
        )
        record_delivery.may(
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=[base.table.arn],
        )
        mail.deliveries.feed(
            record_delivery, batch=_MAIL_BATCH, at_once=base.concurrency.reports, wait=_REPORTS_WAIT
        )
        return record_delivery

    def _read_stream(self, dispatch: Handler) -> None:
        """Feed new events, and those that were found undispatched, to dispatch, and nothing else.

        One that always fails is isolated and kept.
        """
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
            maximum_batching_window_in_seconds=_EVENTS_WAIT.to_seconds(),
            parallelization_factor=dispatch.base.concurrency.dispatch,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=_STREAM_RETRIES,
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern=pattern)
                    for pattern in (_NEW_EVENTS_PATTERN, _REDISPATCHED_EVENTS_PATTERN)
                ]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.undispatched.queue_arn
                )
            ),
        )
        mapping.node.add_dependency(dispatch.role)  # Lambda checks this permission right away
