"""The secrets, made by AWS: keys of emailed links and of webhooks, the entitlements key, the front's key."""

import json

from aws_cdk import Acknowledgment, RemovalPolicy, Validations
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

_KEYS_BY_ID = secretsmanager.SecretStringGenerator(
    secret_string_template=json.dumps({"current": "k1"}),
    generate_string_key="k1",
    password_length=64,
    exclude_punctuation=True,
)
"""Keys by id, which can rotate; `current` names the one that is used for what is new."""

_ONE_KEY = secretsmanager.SecretStringGenerator(password_length=40, exclude_punctuation=True)


class Secrets(Construct):
    """All outlive the stack: a new link key would kill every link that was sent."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.link_keys = self._secret(
            "LinkKeys",
            "keys that sign emailed links, by id; `current` names the one that signs",
            generated=_KEYS_BY_ID,
            unrotated="A key is rotated by adding a second one; the old one must live while its links do.",
        )
        self.webhook_keys = self._secret(
            "WebhookKeys",
            "keys that webhooks' secrets come from, by id; `current` makes new ones",
            generated=_KEYS_BY_ID,
            unrotated="A key is rotated by adding a second one; the old one must live while its secrets do.",
        )
        self.entitlements_key = self._secret(
            "EntitlementsKey",
            "the API key with which a learning platform asks who is entitled to what",
            generated=_ONE_KEY,
            unrotated="The learning platform holds a copy; the two change together, by hand.",
        )
        self.front_key = self._secret(
            "FrontKey",
            "what CloudFront shows, so that the pages believe it whose address it brings",
            generated=_ONE_KEY,
            unrotated="CloudFront is given it when the stack is deployed; a new one is deployed at once.",
        )

    def _secret(
        self,
        name: str,
        what: str,
        *,
        generated: secretsmanager.SecretStringGenerator,
        unrotated: str,
    ) -> secretsmanager.Secret:
        """Make a secret; `unrotated` is why AWS does not rotate it by itself."""
        secret = secretsmanager.Secret(
            self,
            name,
            description=f"Usher: {what}",
            generate_secret_string=generated,
            removal_policy=RemovalPolicy.RETAIN,
        )
        Validations.of(secret).acknowledge(
            Acknowledgment(id="AwsSolutions::AwsSolutions-SMG4", reason=unrotated)
        )
        return secret
