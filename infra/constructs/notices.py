"""The KMS key with which AWS services publish to the encrypted topics."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct


class NoticesKey(kms.Key):
    """Encrypts the topics that SES and CloudWatch write to.

    The topics' own policies restrict publishing to this account. The key's policy has no such condition: the
    two services do not promise to name the account to KMS, so that it could stop every notice.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Usher: notices of SES and CloudWatch",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ServicesThatPublish",
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],  # in a key's policy: this key
                principals=[
                    iam.ServicePrincipal("ses.amazonaws.com"),
                    iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                ],
            )
        )
