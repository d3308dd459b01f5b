"""The API on moto: `acme` with its people (`tenant`), and callers for each of them.

`caller`      nobody; `manager`, `limited`, `operator` are signed in
`identity`    a user pool of moto's; `registered("ann@x.io")` makes an account with the password PASSWORD
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from functions.api.app import Api
from functions.api.services import Services
from functions.logs import get_logger
from functions.metrics import Metrics
from tests.support.api_caller import Caller
from tests.support.quick_pools import make_pools_quick
from tests.support.tables import REGION
from tests.support.tenant import Tenant
from usher.bootstrap import Bootstrap
from usher.domain.people import Person
from usher.gateways.client_secrets import ClientSecrets
from usher.gateways.code_ids import CodeIds
from usher.gateways.download_links import DownloadLinks
from usher.gateways.files import Files
from usher.gateways.identity import Identity
from usher.gateways.links import Keys
from usher.gateways.logos import Logos
from usher.gateways.opaque_ids import OpaqueIds
from usher.gateways.person_ids import PersonIds
from usher.gateways.providers import Providers
from usher.gateways.receivers import Receivers
from usher.gateways.secrets import Secret
from usher.gateways.signatures import Signatures
from usher.services.context import Context

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

API_KEY = "platform-key"
PASSWORD = "Correct-Horse-9"
SITE_BUCKET = "site"


@dataclass(frozen=True)
class Pool:
    """A user pool as infra makes it."""

    client: CognitoIdentityProviderClient
    id: str
    app: str


@pytest.fixture(scope="session")
def api() -> Api:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Usher")
        return Api(logger=get_logger("api"), metrics=Metrics())


@pytest.fixture(scope="session")
def cognito() -> CognitoIdentityProviderClient:
    """Made once, since reading the service model takes longer than most tests; moto serves any client."""
    with mock_aws():
        return boto3.client("cognito-idp", region_name=REGION)


@pytest.fixture(scope="session")
def secrets_manager() -> SecretsManagerClient:
    """Made once, as above."""
    with mock_aws():
        return boto3.client("secretsmanager", region_name=REGION)


@pytest.fixture
def pool(
    aws: None,  # noqa: ARG001 - moto stands first
    cognito: CognitoIdentityProviderClient,
    monkeypatch: pytest.MonkeyPatch,
) -> Pool:
    make_pools_quick(monkeypatch)
    client = cognito
    pool = client.create_user_pool(PoolName="usher", UsernameAttributes=["email"])["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool,
        ClientName="usher",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        ReadAttributes=["email", "email_verified", "given_name", "family_name", "locale"],
    )["UserPoolClient"]["ClientId"]
    client.create_group(UserPoolId=pool, GroupName="operators")
    return Pool(client, pool, app)


@pytest.fixture
def identity(pool: Pool) -> Identity:
    return Identity(client=pool.client, pool=pool.id, app=pool.app)


@pytest.fixture
def registered(identity: Identity) -> Callable[[Person], Person]:
    """Make an account."""

    def register(person: Person) -> Person:
        return identity.register(
            email=person.email,
            password=PASSWORD,
            first_name=person.first_name,
            last_name=person.last_name,
        )

    return register


@pytest.fixture
def secret_arn(
    aws: None,  # noqa: ARG001 - moto stands first
    secrets_manager: SecretsManagerClient,
) -> str:
    return secrets_manager.create_secret(Name="entitlements", SecretString=API_KEY)["ARN"]


@pytest.fixture
def platform_secret(secrets_manager: SecretsManagerClient, secret_arn: str) -> Secret:
    return Secret(client=secrets_manager, arn=secret_arn)


@pytest.fixture
def signatures(
    aws: None,  # noqa: ARG001 - moto stands first
    secrets_manager: SecretsManagerClient,
) -> Signatures:
    """The secrets of webhooks."""
    keys = json.dumps({"current": "k1", "k1": "x" * 64})
    arn = secrets_manager.create_secret(Name="webhook-keys", SecretString=keys)["ARN"]
    return Signatures(Keys(Secret(client=secrets_manager, arn=arn)))


@pytest.fixture
def id_keys(
    aws: None,  # noqa: ARG001 - moto stands first
    secrets_manager: SecretsManagerClient,
) -> Keys:
    """The keys of opaque ids."""
    keys = json.dumps({"current": "k1", "k1": "y" * 64})
    arn = secrets_manager.create_secret(Name="person-id-keys", SecretString=keys)["ARN"]
    return Keys(Secret(client=secrets_manager, arn=arn))


@pytest.fixture
def person_ids(id_keys: Keys) -> PersonIds:
    """The ids of people."""
    return PersonIds(id_keys)


@pytest.fixture
def code_ids(id_keys: Keys) -> CodeIds:
    """The ids of codes."""
    return CodeIds(id_keys)


@pytest.fixture
def own_networks() -> list[str]:
    """Networks that providers of single sign-on may be in though they are not public."""
    return []


@pytest.fixture
def logos(
    aws: None,  # noqa: ARG001 - moto stands first
    one_s3_client: S3Client,
) -> Logos:
    """The public files of logos."""
    one_s3_client.create_bucket(Bucket=SITE_BUCKET)
    return Logos(client=one_s3_client, bucket=SITE_BUCKET)


@pytest.fixture
def bootstrap(
    *,
    context: Context,
    identity: Identity,
    platform_secret: Secret,
    signatures: Signatures,
    id_keys: Keys,
    files: Files,
    logos: Logos,
    secrets_manager: SecretsManagerClient,
    own_networks: list[str],
) -> Bootstrap:
    """The collaborators on moto, with the tests' clock, in place of those of the environment."""
    parts = Bootstrap(
        {"USHER_ORIGIN": "https://usher.example", "USHER_WEBHOOK_NETWORKS": ",".join(own_networks)}
    )
    parts.context = context
    parts.identity = identity
    parts.entitlements_key = platform_secret
    parts.signatures = signatures
    parts.person_ids = PersonIds(id_keys)
    parts.code_ids = CodeIds(id_keys)
    parts.cursors = OpaqueIds(id_keys, purpose="cursor")
    parts.download_links = DownloadLinks(id_keys)
    parts.files = files
    parts.logos = logos
    parts.client_secrets = ClientSecrets(client=secrets_manager, prefix="usher/test/sso/")
    parts.providers = Providers(
        receivers=Receivers(own_networks=own_networks), own_networks=own_networks, origin=parts.origin
    )
    return parts


@pytest.fixture
def services(bootstrap: Bootstrap) -> Services:
    return Services(bootstrap)


@pytest.fixture
def caller(api: Api, services: Services) -> Caller:
    return Caller(api, services)


@pytest.fixture
def manager(caller: Caller, tenant: Tenant) -> Caller:
    return caller.as_(tenant.full)


@pytest.fixture
def limited(caller: Caller, tenant: Tenant) -> Caller:
    return caller.as_(tenant.limited)


@pytest.fixture
def operator(caller: Caller, tenant: Tenant) -> Caller:
    return caller.as_(tenant.operator)


@pytest.fixture
def id_of(person_ids: PersonIds, tenant: Tenant) -> Callable[[str], str]:
    """Return the id that a person with an address has in the organization."""
    return partial(person_ids.id_of, tenant.id)


@pytest.fixture
def base(tenant: Tenant) -> str:
    """The path of the organization."""
    return f"/v1/organizations/{tenant.id}"
