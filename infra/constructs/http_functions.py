"""The two functions that people and programs call: the API and the people's pages."""

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
    """What is called over HTTP. Both commit commands; neither sends an email or starts a workflow."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        base: Base,
        identity: Identity,
        secrets: Secrets,
        front: Cdn,
        webhooks: Webhooks,
        imports: ImportFiles,
    ) -> None:
        super().__init__(scope, construct_id)
        shared = {
            "USHER_ORIGIN": front.origin,
            "USHER_USER_POOL": identity.pool.user_pool_id,
            "USHER_USER_POOL_CLIENT": identity.client.user_pool_client_id,
        }
        table, pool = base.table, identity.pool.user_pool_arn

        client_secrets = ClientSecrets(self, "ClientSecrets")

        key = secrets.entitlements_key.secret_arn
        self.api = ServingHandler(
            self,
            "Api",
            name="api",
            base=base,
            environment={
                **shared,
                **webhooks.environment,
                **client_secrets.environment,
                "USHER_ENTITLEMENTS_KEY": key,
                "USHER_IMPORTS_BUCKET": imports.bucket.bucket_name,
            },
        )
        self.api.may(*COMMAND_ACTIONS, on=[table.arn])
        self.api.may("dynamodb:Query", on=[table.listing_arn])
        self.api.may(
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminUpdateUserAttributes",
            on=[pool],
        )
        imports.let(self.api, "s3:GetObject")
        imports.let(self.api, "s3:PutObject", on="*/file")  # what its forms let a browser do
        self.api.may("secretsmanager:GetSecretValue", on=[key, secrets.webhook_keys.secret_arn])
        client_secrets.let(
            self.api,
            "secretsmanager:CreateSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:DeleteSecret",
        )

        link_keys, front_key = secrets.link_keys.secret_arn, secrets.front_key.secret_arn
        self.pages = ServingHandler(
            self,
            "Pages",
            name="pages",
            base=base,
            environment={
                **shared,
                **client_secrets.environment,
                "USHER_FRONT_KEY": front_key,
                "USHER_LINK_KEYS": link_keys,
                "USHER_WEBHOOK_NETWORKS": webhooks.environment["USHER_WEBHOOK_NETWORKS"],
            },
        )
        self.pages.may(*COMMAND_ACTIONS, on=[table.arn])
        self.pages.may("dynamodb:Query", on=[table.listing_arn])
        self.pages.may(
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminSetUserPassword",
            on=[pool],
        )
        self.pages.may("secretsmanager:GetSecretValue", on=[link_keys, front_key])
        client_secrets.let(self.pages, "secretsmanager:GetSecretValue")
