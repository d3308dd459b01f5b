"""The construct: the topic of alarms, the alarms, and the dashboard."""

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.observability.alarms import AlarmFactory, Watched
from infra.constructs.observability.dashboard import make_dashboard
from infra.settings import Settings


class Observability(Construct):
    """The alarms, which publish to one topic that operators subscribe to, and the dashboard."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        settings: Settings,
        watched: Watched,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True, master_key=key)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if settings.alarm_email:
            told = self.topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_email))
            Validations.of(told).acknowledge(
                Acknowledgment(
                    id="Serverless::Serverless-SNSRedrivePolicy",
                    reason="An alarm whose email is lost still rings on the dashboard.",
                )
            )
        alarms = AlarmFactory(self, topic=self.topic, watched=watched).make()
        make_dashboard(self, watched=watched, alarms=alarms)
