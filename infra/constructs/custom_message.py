"""The function that writes Cognito's email with the code for a new password."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.cdn import Cdn
from infra.constructs.handler import Base, Handler
from infra.constructs.identity import Identity

_TIMEOUT = Duration.seconds(5)
"""Cognito waits for so long, and tries again twice."""


class CustomMessage(Construct):
    """`custom_message`, which the user pool calls before it sends an email. It can only read."""

    def __init__(
        self, scope: Construct, construct_id: str, *, base: Base, identity: Identity, cdn: Cdn
    ) -> None:
        super().__init__(scope, construct_id)
        self.custom_message = Handler(
            self,
            "CustomMessage",
            name="custom_message",
            base=base,
            timeout=_TIMEOUT,
            environment={"USHER_ORIGIN": cdn.origin},
            shares=("email_layout",),
            memory_mb=1024,
        )
        self.custom_message.may("dynamodb:GetItem", on=[base.table.arn])
        self.custom_message.may("dynamodb:Query", on=[base.table.listing_arn])
        identity.pool.add_trigger(cognito.UserPoolOperation.CUSTOM_MESSAGE, self.custom_message.function)
