"""Backups of the table beside its point-in-time recovery: the option `backup` of a stage."""

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Validations
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.table import SeatTable

KEPT = Duration.days(35)
"""As long as point-in-time recovery goes back: no copy has an erased person for longer (decision 81)."""


class Backups(Construct):
    """A vault of daily backups of the table, which outlive table and stack."""

    def __init__(self, scope: Construct, construct_id: str, *, table: SeatTable) -> None:
        super().__init__(scope, construct_id)
        vault = backup.BackupVault(self, "Vault", removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        plan = backup.BackupPlan(self, "Plan", backup_vault=vault)
        plan.add_rule(
            backup.BackupPlanRule(
                rule_name="daily",
                schedule_expression=events.Schedule.cron(hour="3", minute="0"),
                delete_after=KEPT,
            )
        )
        selection = backup.BackupSelection(
            self,
            "Selection",
            backup_plan=plan,
            resources=[backup.BackupResource.from_dynamo_db_table(table.table)],
        )
        Validations.of(selection).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                "AWSBackupServiceRolePolicyForBackup]",
                reason="AWS keeps this policy up to date for its own service.",
            )
        )
