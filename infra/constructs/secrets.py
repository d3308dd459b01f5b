"""The secrets, made by AWS: keys of emailed links and of webhooks, the entitlements key, the front's key."""

import json

from aws_cdk import Acknowledgment, RemovalPolicy, Validations
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct


class Secrets(Construct):
    """All outlive the stack: a new link key would kill every link that was sent."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.link_keys = secretsmanager.Secret(
            self,
            "LinkKeys",
            description="Usher: keys that sign emailed links, by id; `current` names the one that signs",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"current": "k1"}),
                generate_string_key="k1",
                password_length=64,
                exclude_punctuation=True,
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.webhook_keys = secretsmanager.Secret(
            self,
            "WebhookKeys",
            description="Usher: keys that webhooks' secrets come from, by id; `current` makes new ones",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"current": "k1"}),
                generate_string_key="k1",
                password_length=64,
                exclude_punctuation=True,
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.entitlements_key = secretsmanager.Secret(
            self,
            "EntitlementsKey",
            description="Usher: the API key with which a learning platform asks who is entitled to what",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=40, exclude_punctuation=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.front_key = secretsmanager.Secret(
            self,
            "FrontKey",
            description="Usher: what CloudFront shows, so that the pages believe it whose address it brings",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=40, exclude_punctuation=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        Validations.of(self.link_keys).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-SMG4",
                reason="A key is rotated by adding a second one; the old one must live while its links do.",
            )
        )
        Validations.of(self.webhook_keys).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-SMG4",
                reason="A key is rotated by adding a second one; the old one must live while its secrets do.",
            )
        )
        Validations.of(self.entitlements_key).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-SMG4",
                reason="The learning platform holds a copy; the two change together, by hand.",
            )
        )
        Validations.of(self.front_key).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-SMG4",
                reason="CloudFront is given it when the stack is deployed; a new one is deployed at once.",
            )
        )
