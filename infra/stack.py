"""Usher as one CloudFormation stack, composed of the constructs."""

from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from infra.constructs.auth_challenge import AuthChallenge
from infra.constructs.backups import Backups
from infra.constructs.bus import Bus
from infra.constructs.canaries import Canaries
from infra.constructs.cdn import Cdn
from infra.constructs.custom_message import CustomMessage
from infra.constructs.erasures import Erasures
from infra.constructs.handler import Base, Handler
from infra.constructs.http_api import HttpApi, Routes
from infra.constructs.http_functions import HttpFunctions
from infra.constructs.identity import Identity
from infra.constructs.imports import ImportFiles, Imports
from infra.constructs.mail import Mail
from infra.constructs.notices import NoticesKey
from infra.constructs.observability.alarms import Watched
from infra.constructs.observability.construct import Observability
from infra.constructs.outbox import Outbox
from infra.constructs.schedules import Schedules
from infra.constructs.secrets import Secrets
from infra.constructs.starts import Starts
from infra.constructs.table import SeatTable
from infra.constructs.webhooks import Webhooks
from infra.settings import Settings
from infra.stack_outputs import DUE_SHARDS, ORIGIN_VERIFY_KEY, OWN_NAME, SENDER_DOMAIN


class UsherStack(Stack):
    """All resources of one deployment of Usher."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        **options: Any,  # noqa: ANN401 - Stack's own
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self.settings = settings
        key = NoticesKey(self, "NoticesKey")
        self._add_resources(settings, key)
        self._add_functions(settings)
        self.observability = Observability(
            self,
            "Observability",
            key=key,
            settings=settings,
            watched=self._watched(),
        )
        if settings.backup:
            Backups(self, "Backups", table=self.table)
        if settings.canary:
            serving = [self.http_functions.api, self.http_functions.pages]
            Canaries(self, "Canaries", http=self.http, handlers=serving)
        self._add_outputs()

    def _watched(self) -> Watched:
        """Return what the alarms watch, with how long a message may wait in each queue."""
        oldest_in = [
            (self.mail.to_send, Duration.minutes(15)),
            # An import of 50,000 rows takes an hour at SES's 14 emails a second.
            (self.mail.bulk, Duration.hours(2)),
            (self.mail.deliveries, Duration.minutes(30)),
            (self.webhooks.to_deliver, Duration.hours(1)),
            (self.imports.waiting, Duration.hours(1)),
            (self.erasures.ordered, Duration.hours(1)),
        ]
        return Watched(
            http=self.http,
            table=self.table,
            mail=self.mail,
            machine=self.starts.machine,
            dispatch=self.outbox.dispatch,
            handlers=self.handlers,
            oldest_in=oldest_in,
            dead_letters=[
                self.outbox.undispatched,
                self.schedules.missed,
                self.mail.undelivered,
                *(work.dead_letters for work, _ in oldest_in),
            ],
        )

    def _add_resources(self, settings: Settings, key: NoticesKey) -> None:
        """Add everything that the functions use."""
        self.table = SeatTable(self, "Seats")
        self.identity = Identity(self, "Identity", plan=settings.cognito_plan)
        self.secrets = Secrets(self, "Secrets")
        self.mail = Mail(self, "Mail", settings=settings, key=key)
        self.bus = Bus(self, "Events")
        self.http = HttpApi(self, "Http", settings=settings)
        self.import_files = ImportFiles(self, "ImportFiles", settings=settings)
        self.cdn = Cdn(
            self,
            "Cdn",
            api=self.http.api,
            secrets=self.secrets,
            settings=settings,
            uploads=self.import_files.upload_origin,
        )

    def _add_functions(self, settings: Settings) -> None:
        """Add the functions, with their routes, queues and schedules."""
        base = Base.of(self, settings=settings, table=self.table)
        self.webhooks = Webhooks(self, "Webhooks", base=base, secrets=self.secrets, settings=settings)
        self.imports = Imports(self, "Imports", base=base, files=self.import_files)
        self.erasures = Erasures(self, "Erasures", base=base, identity=self.identity, files=self.import_files)
        self._add_http_functions(base)
        self.auth_challenge = AuthChallenge(
            self, "AuthChallenge", base=base, identity=self.identity, secrets=self.secrets
        )
        self.messages = CustomMessage(self, "Messages", base=base, identity=self.identity, cdn=self.cdn)
        self.starts = Starts(self, "Starts", base=base)
        self.outbox = Outbox(
            self,
            "Outbox",
            base=base,
            mail=self.mail,
            starts=self.starts,
            bus=self.bus,
            secrets=self.secrets,
            cdn=self.cdn,
        )
        self.webhooks.queue_from(self.outbox.dispatch)
        self.imports.queue_from(self.outbox.dispatch)
        self.erasures.queue_from(self.outbox.dispatch)
        self.schedules = Schedules(self, "Schedules", base=base, webhooks=self.webhooks)

    def _add_http_functions(self, base: Base) -> None:
        self.http_functions = HttpFunctions(
            self,
            "HttpFunctions",
            base=base,
            identity=self.identity,
            secrets=self.secrets,
            cdn=self.cdn,
            webhooks=self.webhooks,
            imports=self.import_files,
        )
        Routes(
            self,
            "Routes",
            api=self.http.api,
            identity=self.identity,
            serving_api=self.http_functions.api.live,
            serving_pages=self.http_functions.pages.live,
        )

    @property
    def handlers(self) -> list[Handler]:
        """Every function."""
        return [
            self.http_functions.api,
            self.http_functions.pages,
            self.outbox.dispatch,
            self.outbox.send_email,
            self.outbox.record_delivery,
            self.starts.start_access,
            self.schedules.sweep,
            self.webhooks.deliver_webhook,
            self.imports.run_import,
            self.erasures.erase_learner,
            self.auth_challenge.auth_challenge,
            self.messages.custom_message,
        ]

    def _add_outputs(self) -> None:
        """Add the outputs that `make deploy`, the local stack and whoever runs Usher read."""
        for name, (value, description) in {
            **self._resource_outputs(),
            **self._secret_outputs(),
            **self._function_outputs(),
        }.items():
            CfnOutput(self, name, value=value, description=description)

    def _resource_outputs(self) -> dict[str, tuple[str, str]]:
        return {
            "Origin": (self.cdn.origin, "Where people find this Usher"),
            **self._kept_outputs(),
            ORIGIN_VERIFY_KEY: (
                self.settings.origin_verify_key,
                "The id of the key that CloudFront shows to the API",
            ),
            "DistributionDomainName": (
                self.cdn.distribution.distribution_domain_name,
                "CloudFront's name; a domain of your own points here",
            ),
            "ApiEndpoint": (self.http.api.api_endpoint, "The HTTP API behind CloudFront"),
            "TableName": (self.table.table.table_name, "The table that holds everything"),
            "UserPoolId": (self.identity.pool.user_pool_id, "The Cognito user pool that holds the accounts"),
            "UserPoolClientId": (
                self.identity.client.user_pool_client_id,
                "The user pool's client; tokens name it as their audience",
            ),
            "EmailQueueUrl": (self.mail.to_send.queue.queue_url, "Emails that wait to be sent"),
            "DeliveryTopicArn": (self.mail.topic.topic_arn, "Where SES reports what became of each email"),
            "ConsoleBucketName": (
                self.cdn.console.bucket_name,
                "The bucket that holds the admin console and the API's reference",
            ),
            "StateMachineArn": (
                self.starts.machine.state_machine_arn,
                "The state machine that waits for starts of access",
            ),
            "EventBusName": (
                self.bus.bus.event_bus_name,
                "The bus on which everything that happened is heard",
            ),
            "AlarmTopicArn": (self.observability.topic.topic_arn, "Subscribe here to hear of alarms"),
        }

    def _kept_outputs(self) -> dict[str, tuple[str, str]]:
        """Return the domains that another deployment might take away, and the shards."""
        own_name, sender = self.settings.origin_host, self.settings.sender_domain
        outputs = {
            DUE_SHARDS: (str(self.settings.due_shards), "The partitions of the index of what is due"),
        }
        if self.settings.certificate:
            outputs[OWN_NAME] = (own_name, "The host name that CloudFront answers to beside its own")
        if self.settings.ses_identity == "new":
            outputs[SENDER_DOMAIN] = (sender, "The domain that the stack made an identity of SES")
        return outputs

    def _secret_outputs(self) -> dict[str, tuple[str, str]]:
        return {
            f"{secret.node.id}Secret": (secret.secret_arn, f"The secret that holds {what}")
            for secret, what in (
                (self.secrets.entitlements_key, "the API key for /v1/entitlements"),
                (self.secrets.link_keys, "the keys of emailed links"),
                (self.secrets.webhook_keys, "the keys of webhooks' secrets"),
                (self.secrets.person_id_keys, "the keys of people's ids"),
                (self.secrets.challenge_keys, "the keys that answer the user pool's challenge"),
                (self.secrets.origin_verify_keys, "the keys by which the API recognizes CloudFront"),
            )
        }

    def _function_outputs(self) -> dict[str, tuple[str, str]]:
        return {
            f"{handler.node.id}FunctionName": (
                handler.function.function_name,
                f"The function {handler.name}",
            )
            for handler in self.handlers
        }
