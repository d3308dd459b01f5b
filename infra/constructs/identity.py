"""The accounts: the Cognito user pool, its one client, and the group of operators."""

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.settings import CognitoPlan


class Identity(Construct):
    """The user pool. Usher creates accounts when people enroll or join a team; nobody can sign up alone."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: CognitoPlan) -> None:
        super().__init__(scope, construct_id)
        self.pool = self._pool(plan)
        self.client = self._client()
        cognito.UserPoolGroup(
            self,
            "Operators",
            user_pool=self.pool,
            group_name="operators",
            description="Staff of whoever runs Usher",
        )

    def _pool(self, plan: CognitoPlan) -> cognito.UserPool:
        pool = cognito.UserPool(
            self,
            "Pool",
            feature_plan=cognito.FeaturePlan(plan),
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            self_sign_up_enabled=False,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            # Nobody signs up, so the only code that is emailed is that of a forgotten password.
            user_verification=cognito.UserVerificationConfig(
                email_style=cognito.VerificationEmailStyle.CODE,
                email_subject="Your code for a new password",
                email_body="Your code for a new password is {####}. "
                "If you did not ask for one, somebody may have mistyped an address: you need do nothing.",
            ),
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True),
                given_name=cognito.StandardAttribute(required=False, mutable=True),
                family_name=cognito.StandardAttribute(required=False, mutable=True),
            ),
            password_policy=cognito.PasswordPolicy(
                min_length=12,  # as usher/domain/passwords.py, which decides
                require_uppercase=False,
                require_lowercase=False,
                require_digits=False,
                require_symbols=False,
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        _acknowledge(pool)
        return pool

    def _client(self) -> cognito.UserPoolClient:
        return self.pool.add_client(
            "Client",
            generate_secret=False,
            auth_flows=cognito.AuthFlow(admin_user_password=True, custom=True),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            # Nothing revokes an ID token: this is how long one is good after sign-out or a new password.
            id_token_validity=Duration.minutes(15),
            access_token_validity=Duration.minutes(15),
            refresh_token_validity=Duration.days(30),
            # The ID token holds the readable attributes; whoever has a token can change the writable ones.
            read_attributes=cognito.ClientAttributes().with_standard_attributes(
                email=True, email_verified=True, given_name=True, family_name=True, locale=True
            ),
            write_attributes=cognito.ClientAttributes().with_standard_attributes(
                given_name=True, family_name=True
            ),
        )

    @property
    def issuer(self) -> str:
        """The issuer in the pool's tokens."""
        stack = Stack.of(self)
        return f"https://cognito-idp.{stack.region}.{stack.url_suffix}/{self.pool.user_pool_id}"


def _acknowledge(pool: cognito.UserPool) -> None:
    Validations.of(pool).acknowledge(
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-COG1",
            reason="Length protects; NIST SP 800-63B advises against demanding classes of characters.",
        ),
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-COG2",
            reason="Learners sign in from an invite; a second factor is no part of that.",
        ),
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-COG8",
            reason="The Plus plan costs by the learner, so whoever runs Usher decides.",
        ),
    )
