"""The two functions that serve HTTP: the API and the people's pages."""

from constructs import Construct

from infra.constructs.cdn import Cdn
from infra.constructs.client_secrets import ClientSecrets
from infra.constructs.handler import Base, ServingHandler
from infra.constructs.identity import Identity
from infra.constructs.imports import ImportFiles
from infra.constructs.secrets import Secrets
from infra.constructs.table import COMMAND_ACTIONS
from infra.constructs.webhooks import Webhooks


class HttpFunctions(Construct):
    """The functions behind the HTTP API. Both commit commands; neither sends emails or starts workflows."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        base: Base,
        identity: Identity,
        secrets: Secrets,
        cdn: Cdn,
        webhooks: Webhooks,
        imports: ImportFiles,
    ) -> None:
        super().__init__(scope, construct_id)
        self._base = base
        self._identity = identity
        self._secrets = secrets
        self._origin_verify_keys = secrets.origin_verify_keys.secret_arn
        self._webhooks = webhooks
        self._client_secrets = ClientSecrets(self, "ClientSecrets")
        self._environment = {
            "USHER_ORIGIN": cdn.origin,
            "USHER_ORIGIN_VERIFY_KEYS": self._origin_verify_keys,
            "USHER_USER_POOL": identity.pool.user_pool_id,
            "USHER_USER_POOL_CLIENT": identity.client.user_pool_client_id,
            **self._client_secrets.environment,
        }
        self.api = self._api(imports, cdn)
        self.pages = self._pages()

    def _api(self, imports: ImportFiles, cdn: Cdn) -> ServingHandler:
        secrets = self._secrets
        key, person_id_keys = secrets.entitlements_key.secret_arn, secrets.person_id_keys.secret_arn
        api = ServingHandler(
            self,
            "Api",
            name="api",
            base=self._base,
            reserved=self._base.concurrency.api,
            shares=("emails", "email_layout"),
            environment={
                **self._environment,
                **self._webhooks.environment,
                "USHER_ENTITLEMENTS_KEY": key,
                "USHER_IMPORTS_BUCKET": imports.bucket.bucket_name,
                "USHER_PERSON_ID_KEYS": person_id_keys,
                "USHER_SITE_BUCKET": cdn.console.bucket_name,
            },
        )
        api.may(*COMMAND_ACTIONS, on=[self._base.table.arn])
        api.may("dynamodb:Query", on=[self._base.table.listing_arn, *self._base.table.directory_arns])
        api.may(
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminUpdateUserAttributes",
            "cognito-idp:AdminSetUserPassword",
            "cognito-idp:AdminUserGlobalSignOut",
            on=[self._identity.pool.user_pool_arn],
        )
        _allow_files(api, imports, cdn)
        api.may(
            "secretsmanager:GetSecretValue",
            on=[key, person_id_keys, self._secrets.webhook_keys.secret_arn, self._origin_verify_keys],
        )
        self._client_secrets.allow(
            api,
            "secretsmanager:CreateSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:DeleteSecret",
        )
        return api

    def _pages(self) -> ServingHandler:
        link_keys = self._secrets.link_keys.secret_arn
        challenge_keys = self._secrets.challenge_keys.secret_arn
        pages = ServingHandler(
            self,
            "Pages",
            name="pages",
            base=self._base,
            reserved=self._base.concurrency.pages,
            environment={
                **self._environment,
                "USHER_CHALLENGE_KEYS": challenge_keys,
                "USHER_LINK_KEYS": link_keys,
                "USHER_WEBHOOK_NETWORKS": self._webhooks.environment["USHER_WEBHOOK_NETWORKS"],
            },
        )
        pages.may(*COMMAND_ACTIONS, on=[self._base.table.arn])
        pages.may("dynamodb:Query", on=[self._base.table.listing_arn])
        pages.may(
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminRespondToAuthChallenge",
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminSetUserPassword",
            "cognito-idp:AdminUserGlobalSignOut",
            on=[self._identity.pool.user_pool_arn],
        )
        pages.may("secretsmanager:GetSecretValue", on=[link_keys, self._origin_verify_keys, challenge_keys])
        self._client_secrets.allow(pages, "secretsmanager:GetSecretValue")
        return pages


def _allow_files(api: ServingHandler, imports: ImportFiles, cdn: Cdn) -> None:
    imports.allow(api, "s3:GetObject")
    imports.allow(api, "s3:PutObject", on="*/file")  # what its forms let a browser do
    cdn.allow_logos(api)
