"""What happens by the clock: the sweep, every fifteen minutes."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.queues import DeadLetters
from infra.constructs.webhooks import Webhooks

_EVERY = "rate(15 minutes)"
_RETRIES = 2
_TOO_OLD = Duration.minutes(15)
"""A run that waited this long is overtaken by the next one."""


class Schedules(Construct):
    """`sweep`: expiry, reminders, late starts and ends. A run that is missed is made good by the next."""

    def __init__(self, scope: Construct, construct_id: str, *, base: Base, webhooks: Webhooks) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self.sweep = Handler(
            self, "Sweep", name="sweep", base=base, timeout=Duration.minutes(14), memory_mb=1024
        )
        self.sweep.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=[base.table.arn],
        )
        self.sweep.may("dynamodb:Query", on=[base.table.due_arn])
        webhooks.queue_from(self.sweep)

        self.missed = DeadLetters(self, "Missed")
        function_arn = self.sweep.function.function_arn
        role = iam.Role(
            self,
            "Role",
            description="Usher: schedules",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": stack.account}}
            ),
        )
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function_arn]))
        role.add_to_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.missed.queue_arn])
        )
        schedule = scheduler.CfnSchedule(
            self,
            "EveryQuarterOfAnHour",
            description="Usher: expiry, reminders, late starts, ends of access",
            schedule_expression=_EVERY,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=function_arn,
                role_arn=role.role_arn,
                input="{}",
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=int(_TOO_OLD.to_seconds()), maximum_retry_attempts=_RETRIES
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.missed.queue_arn),
            ),
        )
        schedule.node.add_dependency(role)
