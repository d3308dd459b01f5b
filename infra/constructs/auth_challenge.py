"""The user pool's triggers of a sign-in that an organization's identity provider vouched for."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.identity import Identity
from infra.constructs.secrets import Secrets

_TIMEOUT = Duration.seconds(5)
"""Cognito waits no longer for a trigger."""

_TRIGGERS = (
    cognito.UserPoolOperation.DEFINE_AUTH_CHALLENGE,
    cognito.UserPoolOperation.CREATE_AUTH_CHALLENGE,
    cognito.UserPoolOperation.VERIFY_AUTH_CHALLENGE_RESPONSE,
)


class AuthChallenge(Construct):
    """`auth_challenge`, which Cognito calls. It reads the keys of answers and nothing else."""

    def __init__(
        self, scope: Construct, construct_id: str, *, base: Base, identity: Identity, secrets: Secrets
    ) -> None:
        super().__init__(scope, construct_id)
        keys = secrets.challenge_keys.secret_arn
        self.auth_challenge = Handler(
            self,
            "AuthChallenge",
            name="auth_challenge",
            base=base,
            timeout=_TIMEOUT,
            environment={"USHER_CHALLENGE_KEYS": keys},
        )
        self.auth_challenge.may("secretsmanager:GetSecretValue", on=[keys])
        for trigger in _TRIGGERS:
            identity.pool.add_trigger(trigger, self.auth_challenge.function)
