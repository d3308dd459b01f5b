"""Webhooks: the queue of deliveries, and the function that calls the receivers."""

from aws_cdk import Duration
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.queues import MOST_RECEIVES, WorkQueue
from infra.constructs.secrets import Secrets
from infra.settings import Settings

_TIMEOUT = Duration.seconds(30)
"""A call of a receiver may take half of it."""


class Webhooks(Construct):
    """`deliver_webhook` behind its queue, from which it may receive the same delivery twice.

    `environment` is that of the functions that create webhooks or call receivers.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, base: Base, secrets: Secrets, settings: Settings
    ) -> None:
        super().__init__(scope, construct_id)
        self.to_deliver = WorkQueue(self, "ToDeliver", consumer_timeout=_TIMEOUT)
        keys = secrets.webhook_keys.secret_arn
        self.environment = {
            "USHER_WEBHOOK_KEYS": keys,
            "USHER_WEBHOOK_NETWORKS": ",".join(settings.webhook_networks),
        }
        queue = self.to_deliver.queue

        self.deliver_webhook = Handler(
            self,
            "DeliverWebhook",
            name="deliver_webhook",
            base=base,
            timeout=_TIMEOUT,
            queues_itself=True,
            environment={
                **self.environment,
                "USHER_MOST_RECEIVES": str(MOST_RECEIVES),
                "USHER_WEBHOOK_QUEUE": queue.queue_url,
            },
        )
        deliver = self.deliver_webhook
        deliver.may("dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", on=[base.table.arn])
        deliver.may("secretsmanager:GetSecretValue", on=[keys])
        deliver.may("sqs:SendMessage", on=[queue.queue_arn])  # the next attempt
        # One at a time: no delivery waits behind a slow receiver.
        self.to_deliver.feed(deliver, batch=1, at_once=base.concurrency.webhooks)

    def queue_from(self, handler: Handler) -> None:
        """Allow a function to queue deliveries."""
        self.to_deliver.allow_sending(handler, variable="USHER_WEBHOOK_QUEUE")
