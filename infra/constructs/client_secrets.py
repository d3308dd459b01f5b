"""The secrets of single sign-on clients: the API creates one for each connection, under a common prefix."""

from aws_cdk import Acknowledgment, ArnFormat, Stack, Validations
from constructs import Construct

from infra.constructs.findings import arn_in_finding
from infra.constructs.handler import Handler


class ClientSecrets(Construct):
    """The secrets whose names begin with `prefix`, to which the functions' policies are limited."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.prefix = f"usher/{Stack.of(self).stack_name}/sso/"
        self.environment = {"USHER_SSO_SECRETS": self.prefix}

    def allow(self, handler: Handler, *actions: str) -> None:
        """Allow a function these actions on the secrets of all connections."""
        stack = Stack.of(self)
        handler.may(
            *actions,
            on=[
                stack.format_arn(
                    service="secretsmanager",
                    resource="secret",
                    resource_name=f"{self.prefix}*",
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
        )
        arn = arn_in_finding(stack, "secretsmanager", f"secret:{self.prefix}*")
        Validations.of(handler.role).acknowledge(
            Acknowledgment(
                id=f"AwsSolutions::AwsSolutions-IAM5[Resource::{arn}]",
                reason="They are those of all connections; AWS ends each name with characters of its own.",
            )
        )
