"""boto3 clients of the emulator."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from infra.local.emulator import REGION

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient


class Aws:
    """A boto3 client per service, created when first used."""

    def __init__(self, endpoint: str) -> None:
        """Create clients of the emulator at this endpoint, without reading the machine's own credentials."""
        self._session = boto3.Session(
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - the emulator takes any
            region_name=REGION,
        )
        self._options: dict[str, Any] = {
            "endpoint_url": endpoint,
            "config": Config(
                retries={"max_attempts": 2},
                read_timeout=900,  # a function that starts on a busy machine takes its time
                s3={"addressing_style": "path"},
                proxies={},  # loopback is never behind one
            ),
        }

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """CloudFormation."""
        return self._session.client("cloudformation", **self._options)

    @cached_property
    def cognito(self) -> "CognitoIdentityProviderClient":
        """Cognito user pools."""
        return self._session.client("cognito-idp", **self._options)

    @cached_property
    def functions(self) -> "LambdaClient":
        """Lambda."""
        return self._session.client("lambda", **self._options)

    @cached_property
    def objects(self) -> "S3Client":
        """S3."""
        return self._session.client("s3", **self._options)

    @cached_property
    def secrets(self) -> "SecretsManagerClient":
        """Secrets Manager."""
        return self._session.client("secretsmanager", **self._options)

    @cached_property
    def mail(self) -> "SESV2Client":
        """SES."""
        return self._session.client("sesv2", **self._options)

    @cached_property
    def topics(self) -> "SNSClient":
        """SNS."""
        return self._session.client("sns", **self._options)

    @cached_property
    def queues(self) -> "SQSClient":
        """SQS."""
        return self._session.client("sqs", **self._options)

    @cached_property
    def parameters(self) -> "SSMClient":
        """Systems Manager parameters."""
        return self._session.client("ssm", **self._options)
