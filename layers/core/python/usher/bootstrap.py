"""Bootstrap: reads the environment once and builds the collaborators. Only handlers' modules call it.

A function builds only the collaborators that it asks for; all clients share one botocore session, and
those who call the same service share its client, with its connections.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.config import Config
from ulid import ULID

from usher import clock, gateways
from usher.aws_session import create_session
from usher.services.context import Context
from usher.store.client import create_client
from usher.store.keys import due_shards
from usher.store.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from usher.domain.effects.kinds import ContinueImport, Email, EraseLearner
    from usher.domain.integrations.webhook_deliveries import Call
    from usher.gateways.auth_challenges import AuthChallenges
    from usher.gateways.bus import Bus
    from usher.gateways.client_secrets import ClientSecrets
    from usher.gateways.code_ids import CodeIds
    from usher.gateways.download_links import DownloadLinks
    from usher.gateways.files import Files
    from usher.gateways.identity import Identity
    from usher.gateways.invocations import Invocations
    from usher.gateways.links import Cookies, Keys, Links
    from usher.gateways.logos import Logos
    from usher.gateways.mail import Mail
    from usher.gateways.opaque_ids import OpaqueIds
    from usher.gateways.origin_verification import OriginVerification
    from usher.gateways.person_ids import PersonIds
    from usher.gateways.providers import Providers
    from usher.gateways.queue import MessageFormat, OfOrganization, Queue
    from usher.gateways.receivers import Receivers
    from usher.gateways.secrets import Secret
    from usher.gateways.sending_quota import SendingQuota
    from usher.gateways.signatures import Signatures
    from usher.gateways.suppressions import Suppressions
    from usher.gateways.workflows import Workflows

T = TypeVar("T", bound="OfOrganization")

CONFIG = Config(
    retries={"total_max_attempts": 4, "mode": "standard"},
    connect_timeout=2,
    read_timeout=10,
    tcp_keepalive=True,
)

TABLE_CONFIG = CONFIG.merge(Config(parameter_validation=False))
"""Of DynamoDB's client: what the table's rows make needs no second look at each value (decision 84)."""


class Bootstrap:
    """The collaborators of one function, each built at its first use."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(os.environ) if environment is None else environment
        self._session = create_session()
        self._clients: dict[str, Any] = {}

    @property
    def starts_from_snapshot(self) -> bool:
        """Whether what is loaded now is in a snapshot (SnapStart), which costs no request its time."""
        return self._environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"

    def load_gateways(self) -> None:
        """Load the modules of all gateways, whoever asks for them later."""
        for module in pkgutil.iter_modules(gateways.__path__):
            importlib.import_module(f"{gateways.__name__}.{module.name}")

    @cached_property
    def context(self) -> Context:
        """The table, the clock and the source of ids."""
        due_shards.use(int(self._environment.get("USHER_DUE_SHARDS", due_shards.FEWEST)))
        table = Table(
            name=self._environment["USHER_TABLE"], client=create_client(self._session, TABLE_CONFIG)
        )
        return Context(
            table=table,
            now=clock.now,
            # By the same clock as everything else: windows of time are read by the time in the ids.
            new_id=lambda: str(ULID.from_datetime(clock.exactly_now())),
        )

    @cached_property
    def identity(self) -> Identity:
        """The user pool."""
        from usher.gateways.identity import Identity

        return Identity(
            client=self._client("cognito-idp"),
            pool=self._environment["USHER_USER_POOL"],
            app=self._environment["USHER_USER_POOL_CLIENT"],
        )

    @cached_property
    def entitlements_key(self) -> Secret:
        """The key of the learning platform."""
        return self._secret("USHER_ENTITLEMENTS_KEY")

    @cached_property
    def origin_verification(self) -> OriginVerification:
        """The recognition of requests that came through CloudFront."""
        from usher.gateways.origin_verification import OriginVerification

        return OriginVerification(self._secret("USHER_ORIGIN_VERIFY_KEYS"))

    @cached_property
    def links(self) -> Links:
        """The signed tokens of emailed links."""
        from usher.gateways.links import Links

        return Links(self._keys)

    @cached_property
    def cookies(self) -> Cookies:
        """The signed cookies."""
        from usher.gateways.links import Cookies

        return Cookies(self._keys)

    @cached_property
    def auth_challenges(self) -> AuthChallenges:
        """The answers to the user pool's custom challenge."""
        from usher.gateways.auth_challenges import AuthChallenges
        from usher.gateways.links import Keys

        return AuthChallenges(Keys(self._secret("USHER_CHALLENGE_KEYS")))

    @cached_property
    def person_ids(self) -> PersonIds:
        """The ids of people in the API."""
        from usher.gateways.person_ids import PersonIds

        return PersonIds(self._id_keys)

    @cached_property
    def code_ids(self) -> CodeIds:
        """The ids of codes in the API."""
        from usher.gateways.code_ids import CodeIds

        return CodeIds(self._id_keys)

    @cached_property
    def cursors(self) -> OpaqueIds:
        """The cursors of lists in the API."""
        from usher.gateways.opaque_ids import OpaqueIds

        return OpaqueIds(self._id_keys, purpose="cursor")

    @cached_property
    def download_links(self) -> DownloadLinks:
        """The links that download a list as a file."""
        from usher.gateways.download_links import DownloadLinks

        return DownloadLinks(self._id_keys)

    @cached_property
    def _id_keys(self) -> Keys:
        from usher.gateways.links import Keys

        return Keys(self._secret("USHER_PERSON_ID_KEYS"))

    @cached_property
    def email_queue(self) -> Queue[Email]:
        """The queue of emails that somebody waits for."""
        from usher.gateways.queue import EMAILS

        return self._queue("USHER_EMAIL_QUEUE", EMAILS)

    @cached_property
    def bulk_email_queue(self) -> Queue[Email]:
        """The queue of all other emails, such as those of an import."""
        from usher.gateways.queue import EMAILS

        return self._queue("USHER_BULK_EMAIL_QUEUE", EMAILS)

    @cached_property
    def webhook_queue(self) -> Queue[Call]:
        """The queue in front of deliver_webhook."""
        from usher.gateways.queue import WEBHOOK_CALLS

        return self._queue("USHER_WEBHOOK_QUEUE", WEBHOOK_CALLS)

    @cached_property
    def erasure_queue(self) -> Queue[EraseLearner]:
        """The queue in front of erase_learner."""
        from usher.gateways.queue import ERASURE_JOBS

        return self._queue("USHER_ERASURE_QUEUE", ERASURE_JOBS)

    @cached_property
    def import_queue(self) -> Queue[ContinueImport]:
        """The queue in front of run_import."""
        from usher.gateways.queue import IMPORT_JOBS

        return self._queue("USHER_IMPORT_QUEUE", IMPORT_JOBS)

    @cached_property
    def files(self) -> Files:
        """The bucket of imports."""
        from usher.gateways.files import Files

        return Files(client=self._s3, bucket=self._environment["USHER_IMPORTS_BUCKET"])

    @cached_property
    def logos(self) -> Logos:
        """The public files of logos."""
        from usher.gateways.logos import Logos

        return Logos(client=self._s3, bucket=self._environment["USHER_SITE_BUCKET"])

    @cached_property
    def _s3(self) -> Any:  # noqa: ANN401 - botocore's clients have types in the stubs alone
        from usher.gateways.files import FILES_CONFIG

        return self._session.create_client("s3", config=CONFIG.merge(FILES_CONFIG))

    @cached_property
    def signatures(self) -> Signatures:
        """The secrets of webhooks."""
        from usher.gateways.links import Keys
        from usher.gateways.signatures import Signatures

        return Signatures(Keys(self._secret("USHER_WEBHOOK_KEYS")))

    @cached_property
    def receivers(self) -> Receivers:
        """The client for the servers that receive webhooks."""
        from usher.gateways.receivers import Receivers

        return Receivers(own_networks=self.own_networks)

    @cached_property
    def client_secrets(self) -> ClientSecrets:
        """The secrets of single sign-on clients."""
        from usher.gateways.client_secrets import ClientSecrets

        return ClientSecrets(
            client=self._client("secretsmanager"), prefix=self._environment["USHER_SSO_SECRETS"]
        )

    @cached_property
    def providers(self) -> Providers:
        """The identity providers of single sign-on."""
        from usher.gateways.providers import LIMITS, Providers
        from usher.gateways.receivers import Receivers

        return Providers(
            receivers=Receivers(own_networks=self.own_networks, limits=LIMITS),
            own_networks=self.own_networks,
            origin=self.origin,
        )

    @property
    def own_networks(self) -> list[str]:
        """Networks to which webhooks and single sign-on may lead though they are not public, as CIDR."""
        return [network for network in self._environment["USHER_WEBHOOK_NETWORKS"].split(",") if network]

    @cached_property
    def workflows(self) -> Workflows:
        """The state machine of delayed starts."""
        from usher.gateways.workflows import Workflows

        return Workflows(
            client=self._client("stepfunctions"), machine=self._environment["USHER_START_STATE_MACHINE"]
        )

    @cached_property
    def invocations(self) -> Invocations:
        """The invocations of functions by themselves."""
        from usher.gateways.invocations import Invocations

        return Invocations(client=self._client("lambda"))

    @cached_property
    def bus(self) -> Bus:
        """The event bus."""
        from usher.gateways.bus import Bus

        return Bus(client=self._client("events"), name=self._environment["USHER_BUS"])

    @cached_property
    def mail(self) -> Mail:
        """SES."""
        from usher.gateways.mail import Mail

        return Mail(
            client=self._client("sesv2"),
            sender=self._environment["USHER_SENDER"],
            configuration_set=self._environment["USHER_SES_CONFIGURATION_SET"],
        )

    @cached_property
    def sending_quota(self) -> SendingQuota:
        """How many emails SES sends in a day."""
        from usher.gateways.sending_quota import SendingQuota

        return SendingQuota(client=self._client("ses"))

    @cached_property
    def suppressions(self) -> Suppressions:
        """The addresses to which SES sends nothing."""
        from usher.gateways.suppressions import Suppressions

        return Suppressions(client=self._client("sesv2"))

    @property
    def origin(self) -> str:
        """The public address of Usher, without a slash at the end."""
        return self._environment["USHER_ORIGIN"].rstrip("/")

    @property
    def most_receives(self) -> int:
        """How often the function's queue delivers a message before it is a dead letter."""
        return int(self._environment["USHER_MOST_RECEIVES"])

    @cached_property
    def _keys(self) -> Keys:
        from usher.gateways.links import Keys

        return Keys(self._secret("USHER_LINK_KEYS"))

    def _queue(self, variable: str, message_format: MessageFormat[T]) -> Queue[T]:
        from usher.gateways.queue import Queue

        return Queue(
            client=self._client("sqs"), url=self._environment[variable], message_format=message_format
        )

    def _secret(self, variable: str) -> Secret:
        from usher.gateways.secrets import Secret

        return Secret(client=self._client("secretsmanager"), arn=self._environment[variable])

    def _client(self, service: str) -> Any:  # noqa: ANN401 - each caller knows its own client's type
        if service not in self._clients:
            self._clients[service] = self._session.create_client(service, config=CONFIG)
        return self._clients[service]
