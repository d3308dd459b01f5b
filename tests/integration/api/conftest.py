"""The API on moto: `acme` with its people (`house`), and callers for each of them.

`caller`      nobody; `manager`, `limited`, `operator` are signed in
`identity`    a user pool of moto's; `registered("ann@x.io")` makes an account with the password PASSWORD
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest
from aws_lambda_powertools import Logger
from moto import mock_aws

from functions.api.app import Api
from functions.api.services import Services
from tests.support.calling import Caller
from tests.support.house import House
from tests.support.quick_pools import make_pools_quick
from tests.support.tables import REGION
from usher.domain.people import Person
from usher.gateways.client_secrets import ClientSecrets
from usher.gateways.identity import Identity
from usher.gateways.links import Keys
from usher.gateways.providers import Providers
from usher.gateways.receivers import Receivers
from usher.gateways.secrets import Secret
from usher.gateways.signatures import Signatures
from usher.services.buying import Buying
from usher.services.clients import Clients
from usher.services.context import Context
from usher.services.doors.code_batches import CodeBatches
from usher.services.doors.codes import Codes
from usher.services.doors.connecting import Connecting
from usher.services.doors.join_pages import JoinPages
from usher.services.doors.join_requests import JoinRequests
from usher.services.giving import Giving
from usher.services.grouping import Grouping
from usher.services.importing.files import ImportFiles
from usher.services.importing.imports import Importing
from usher.services.invites.changing import ChangingInvites
from usher.services.invites.inviting import Inviting
from usher.services.invites.looking import Invites
from usher.services.licensing import Licensing
from usher.services.managing import Managing
from usher.services.noticing import Noticing
from usher.services.operating import Operating
from usher.services.people.erasing import Erasing
from usher.services.people.exporting import Exporting
from usher.services.people.learning import Learning
from usher.services.people.signing_in import SigningIn
from usher.services.programs.entitling import Entitling
from usher.services.programs.keying import Keying
from usher.services.programs.redelivering import Redelivering
from usher.services.programs.subscribing import Subscribing
from usher.services.reporting import Reporting
from usher.services.retiring import Retiring
from usher.services.supporting import Supporting
from usher.services.teaming import Teaming

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

API_KEY = "platform-key"
PASSWORD = "Correct-Horse-9"


@dataclass(frozen=True)
class Pool:
    """A user pool as infra makes it."""

    client: CognitoIdentityProviderClient
    id: str
    app: str


@pytest.fixture(scope="session")
def api() -> Api:
    return Api(logger=Logger(service="api"))


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
        ReadAttributes=["email", "email_verified", "given_name", "family_name"],
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
def own_networks() -> list[str]:
    """Networks that providers of single sign-on may be in though they are not public."""
    return []


@pytest.fixture
def connecting(
    context: Context, secrets_manager: SecretsManagerClient, own_networks: list[str]
) -> Connecting:
    return Connecting(
        context,
        secrets=ClientSecrets(client=secrets_manager, prefix="usher/test/sso/"),
        providers=lambda: Providers(
            receivers=Receivers(own_networks=own_networks),
            own_networks=own_networks,
            origin="https://usher.example",
        ),
        own_networks=own_networks,
    )


@pytest.fixture
def services(
    context: Context,
    identity: Identity,
    platform_secret: Secret,
    signatures: Signatures,
    import_files: ImportFiles,
    connecting: Connecting,
) -> Services:
    return Services(
        context=context,
        signing_in=SigningIn(context, identity=identity),
        operating=Operating(context),
        retiring=Retiring(context),
        managing=Managing(context),
        licensing=Licensing(context),
        inviting=Inviting(context),
        importing=Importing(context, files=import_files),
        grouping=Grouping(context),
        giving=Giving(context),
        clients=Clients(context),
        exporting=Exporting(context, files=import_files),
        erasing=Erasing(context, files=import_files),
        codes=Codes(context),
        code_batches=CodeBatches(context),
        invites=Invites(context),
        changing=ChangingInvites(context),
        learning=Learning(context),
        teaming=Teaming(context),
        noticing=Noticing(context),
        supporting=Supporting(context),
        buying=Buying(context),
        reporting=Reporting(context),
        join_pages=JoinPages(context),
        join_requests=JoinRequests(context),
        keying=Keying(context),
        connecting=connecting,
        subscribing=Subscribing(context, signatures=signatures, own_networks=[]),
        redelivering=Redelivering(context),
        entitling=Entitling(context),
        entitlements_key=platform_secret,
        origin="https://usher.example",
    )


@pytest.fixture
def caller(api: Api, services: Services) -> Caller:
    return Caller(api, services)


@pytest.fixture
def manager(caller: Caller, house: House) -> Caller:
    return caller.as_(house.full)


@pytest.fixture
def limited(caller: Caller, house: House) -> Caller:
    return caller.as_(house.limited)


@pytest.fixture
def operator(caller: Caller, house: House) -> Caller:
    return caller.as_(house.operator)


@pytest.fixture
def base(house: House) -> str:
    """The path of the organization."""
    return f"/v1/organizations/{house.id}"
