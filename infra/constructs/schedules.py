"""The scheduled work: the sweep, every fifteen minutes."""

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.constructs.queues import DeadLetters
from infra.constructs.webhooks import Webhooks

_EVERY = "rate(15 minutes)"
_RETRIES = 2
_TOO_OLD = Duration.minutes(15)
"""The age of an invocation that is dropped, since the next one does its work."""


class Schedules(Construct):
    """`sweep` on its schedule: expiry, reminders, late starts, ends. A missed run is made up by the next."""

    def __init__(self, scope: Construct, construct_id: str, *, base: Base, webhooks: Webhooks) -> None:
        super().__init__(scope, construct_id)
        self.sweep = self._sweep(base, webhooks)
        self.missed = DeadLetters(self, "Missed")
        self._schedule(self.sweep)

    def _sweep(self, base: Base, webhooks: Webhooks) -> Handler:
        sweep = Handler(self, "Sweep", name="sweep", base=base, timeout=Duration.minutes(14), memory_mb=1024)
        sweep.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=[base.table.arn],
        )
        sweep.may("dynamodb:Query", on=[base.table.due_arn, base.table.listing_arn])
        webhooks.queue_from(sweep)
        sweep.may("ses:GetSendQuota", on=["*"])
        # A policy of its own: the function waits for its role's policy, which cannot name it then.
        iam.Policy(
            sweep,
            "InvokesItself",
            roles=[sweep.role],
            statements=[
                iam.PolicyStatement(
                    actions=["lambda:InvokeFunction"], resources=[sweep.function.function_arn]
                )
            ],
        )
        # The schedule's retries would be multiplied by Lambda's own for asynchronous invocations.
        sweep.function.configure_async_invoke(retry_attempts=0, max_event_age=_TOO_OLD)
        Validations.of(sweep.function).acknowledge(
            Acknowledgment(
                id="Serverless::Serverless-LambdaAsyncFailureDestination",
                reason="The next run finds what a failed one left; an alarm watches its errors.",
            )
        )
        return sweep

    def _schedule(self, handler: Handler) -> None:
        """Invoke the function every quarter of an hour."""
        function_arn = handler.function.function_arn
        role = iam.Role(
            self,
            "Role",
            description="Usher: schedules",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
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
