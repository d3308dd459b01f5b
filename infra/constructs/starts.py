"""Delayed starts of access: a state machine that waits, and the function that starts the accesses."""

from aws_cdk import Acknowledgment, ArnFormat, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.handler import Base, Handler
from infra.settings import ROOT

_DEFINITION = ROOT / "infra" / "access_start.asl.json"


class Starts(Construct):
    """`start_access` behind a standard state machine. The table alone decides which accesses are due."""

    def __init__(self, scope: Construct, construct_id: str, *, base: Base) -> None:
        super().__init__(scope, construct_id)
        # The function starts the execution that goes on, so it names the machine before that exists.
        name = f"{Stack.of(self).stack_name}-access-start"
        machine_arn = Stack.of(self).format_arn(
            service="states",
            resource="stateMachine",
            resource_name=name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self.start_access = Handler(
            self,
            "StartAccess",
            name="start_access",
            base=base,
            timeout=Duration.minutes(5),
            environment={"USHER_START_STATE_MACHINE": machine_arn},
        )
        self.start_access.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            on=[base.table.arn],
        )
        self.start_access.may("dynamodb:Query", on=[base.table.due_arn])
        self.start_access.may("states:StartExecution", on=[machine_arn])
        function_arn = self.start_access.function.function_arn
        self.machine = self._machine(name, function_arn, self._role(function_arn))

    def _role(self, function_arn: str) -> iam.Role:
        stack = Stack.of(self)
        role = iam.Role(
            self,
            "Role",
            description="Usher: access start",
            assumed_by=iam.ServicePrincipal(
                "states.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": stack.account}}
            ),
        )
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function_arn]))
        Validations.of(role).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-IAM5[Resource::*]",
                reason="The actions of vended log delivery can be allowed on no narrower resource.",
            )
        )
        return role

    def _machine(self, name: str, function_arn: str, role: iam.Role) -> sfn.StateMachine:
        machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(_DEFINITION.read_text()),
            definition_substitutions={
                "StartAccessFunction": function_arn,
            },
            role=role,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "Log",
                    # The prefix keeps the account's log policy from outgrowing its limit.
                    log_group_name=f"/aws/vendedlogs/states/{name}",
                    retention=logs.RetentionDays.THREE_MONTHS,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,  # the names of the states say enough
            ),
        )
        Validations.of(machine).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-SF2",
                reason="Two states, each logged; a trace would say no more.",
            ),
            Acknowledgment(
                id="Serverless::Serverless-StepFunctionStateMachineXray",
                reason="Two states, each logged; a trace would say no more.",
            ),
        )
        return machine
