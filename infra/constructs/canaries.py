"""Canaries: a new version serves a tenth of the requests before it serves all: the option of a stage."""

from collections.abc import Sequence

from aws_cdk import Acknowledgment, Duration, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from constructs import Construct

from infra.constructs.handler import ServingHandler
from infra.constructs.http_api import HttpApi

_PERIOD = Duration.minutes(1)
_MOST_ERRORS = 2
"""In a minute; one more, and the deployment is rolled back."""


class Canaries(Construct):
    """Deployments of the functions that serve HTTP, which CodeDeploy rolls back when an alarm rings.

    CloudFormation waits for the five minutes of each, and rolls the stack back with it.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, http: HttpApi, handlers: Sequence[ServingHandler]
    ) -> None:
        super().__init__(scope, construct_id)
        application = codedeploy.LambdaApplication(self, "Application")
        failures = self._alarm(
            "ServerErrors",
            http.stage.metric_server_error(period=_PERIOD, statistic="Sum"),
            means="the HTTP API answered with 5xx during a deployment",
        )
        for handler in handlers:
            errors = self._alarm(
                f"Errors{handler.node.id}",
                handler.live.metric_errors(period=_PERIOD),
                means=f"the function {handler.name} failed during a deployment",
            )
            group = codedeploy.LambdaDeploymentGroup(
                self,
                handler.node.id,
                application=application,
                alias=handler.live,
                deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
                alarms=[errors, failures],
                auto_rollback=codedeploy.AutoRollbackConfig(deployment_in_alarm=True, failed_deployment=True),
            )
            Validations.of(group).acknowledge(
                Acknowledgment(
                    id="AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                    "AWSCodeDeployRoleForLambdaLimited]",
                    reason="AWS keeps this policy up to date for its own service.",
                )
            )

    def _alarm(self, name: str, metric: cloudwatch.IMetric, *, means: str) -> cloudwatch.Alarm:
        """Create an alarm without an action: it rolls back, and whoever deploys is told by the deployment."""
        return cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=_MOST_ERRORS,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"Usher: {means}",
        )
