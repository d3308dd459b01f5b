"""A Lambda function with its code, its log, and a role with the permissions that it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from aws_cdk import Acknowledgment, Annotations, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.assets import Assets
from infra.concurrency import Concurrency
from infra.constructs.table import SeatTable
from infra.settings import Settings

_RUNTIME = lambda_.Runtime.PYTHON_3_13
_LEVELS = {True: lambda_.ApplicationLogLevel.DEBUG, False: lambda_.ApplicationLogLevel.INFO}
"""The level of a function's log, by whether some invocations log their debugging lines."""

_LOGS_KEPT = logs.RetentionDays.THREE_MONTHS


def metrics_namespace(scope: Construct) -> str:
    """Return the namespace of the functions' metrics, whose dimension `service` is the function's name."""
    return Stack.of(scope).stack_name


@dataclass(frozen=True, kw_only=True)
class Base:
    """The parts that all functions share: processor, code, table and the stage's settings."""

    architecture: lambda_.Architecture
    assets: Assets
    concurrency: Concurrency
    due_shards: int
    log_sample_rate: float
    layers: tuple[lambda_.ILayerVersion, ...]
    table: SeatTable

    @classmethod
    def of(cls, scope: Construct, *, settings: Settings, table: SeatTable) -> Self:
        """Create the two layers in `scope`."""
        architecture = {
            "arm64": lambda_.Architecture.ARM_64,
            "x86_64": lambda_.Architecture.X86_64,
        }[settings.arch]
        assets = Assets(scope, settings)
        codes = {
            "CoreLayer": (assets.core(), "The package usher"),
            "DependenciesLayer": (assets.dependencies(), "requirements/runtime.txt"),
        }
        layers = tuple(
            lambda_.LayerVersion(
                scope,
                name,
                code=code,
                description=description,
                compatible_runtimes=[_RUNTIME],
                compatible_architectures=[architecture],
                removal_policy=RemovalPolicy.DESTROY,
            )
            for name, (code, description) in codes.items()
        )
        return cls(
            architecture=architecture,
            assets=assets,
            concurrency=settings.concurrency,
            due_shards=settings.due_shards,
            log_sample_rate=settings.log_sample_rate,
            layers=layers,
            table=table,
        )


class Handler(Construct):
    """The function `functions.<name>.handler.handler`. Without calls of `may` it can only write its log."""

    def __init__(  # noqa: PLR0913 - the settings of a function
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        base: Base,
        timeout: Duration,
        environment: dict[str, str] | None = None,
        memory_mb: int = 512,
        shares: Sequence[str] = (),
        serves_http: bool = False,
        queues_itself: bool = False,
        reserved: int = 0,
    ) -> None:
        """Create the function `name`; one that serves HTTP starts from a snapshot (SnapStart).

        `shares` names the folders of `functions/` that it shares with some others. A function that
        `queues_itself` sends messages to its own queue. Lambda would stop such a chain after 16 invocations;
        the function itself ends one that makes no progress (decision 78). `reserved` invocations are kept
        free for the function whatever else runs, and are the most at the same time; 0 for neither.
        """
        super().__init__(scope, construct_id)
        self.name = name
        self.base = base
        log = logs.LogGroup(self, "Log", retention=_LOGS_KEPT, removal_policy=RemovalPolicy.DESTROY)
        self.role = self._role()
        self.may("logs:CreateLogStream", "logs:PutLogEvents", on=[log.log_group_arn])
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"Usher: {name}",
            runtime=_RUNTIME,
            architecture=base.architecture,
            handler=f"functions.{name}.handler.handler",
            code=base.assets.function(self, name, shares=shares),
            layers=list(base.layers),
            role=self.role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            # Lambda drops lines below this level, so that without it no sampled line is ever seen.
            application_log_level_v2=_LEVELS[base.log_sample_rate > 0],
            tracing=lambda_.Tracing.ACTIVE,
            memory_size=memory_mb,
            timeout=timeout,
            reserved_concurrent_executions=reserved or None,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if serves_http else None,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if queues_itself else None,
            environment={**self._shared_environment(), **(environment or {})},
        )
        _acknowledge(self)

    def _shared_environment(self) -> dict[str, str]:
        return {
            "POWERTOOLS_LOGGER_SAMPLE_RATE": f"{self.base.log_sample_rate:g}",
            "POWERTOOLS_METRICS_NAMESPACE": metrics_namespace(self),
            "POWERTOOLS_SERVICE_NAME": self.name,
            "USHER_DUE_SHARDS": str(self.base.due_shards),
            "USHER_TABLE": self.base.table.table.table_name,
        }

    def _role(self) -> iam.Role:
        return iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Usher: {self.name}",
        )

    def may(self, *actions: str, on: list[str]) -> None:
        """Allow the function `actions` on the resources `on`."""
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=on))


class ServingHandler(Handler):
    """A function that serves HTTP: called through the alias `live`, started from a snapshot."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        base: Base,
        environment: dict[str, str],
        reserved: int,
        shares: Sequence[str] = (),
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            name=name,
            base=base,
            environment=environment,
            shares=shares,
            memory_mb=1024,
            timeout=Duration.seconds(25),  # HTTP APIs give up after 30
            serves_http=True,
            reserved=reserved,
        )
        Annotations.of(self.function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias below points to a published version."
        )
        self.live = lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)


def _acknowledge(handler: Handler) -> None:
    Validations.of(handler.role).acknowledge(
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="Traces, and the reading of SES's quota, can be allowed on no narrower resource.",
        )
    )
    Validations.of(handler.function).acknowledge(
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-L1",
            reason="The wheels of the dependencies layer are for this version; both move together.",
        ),
        Acknowledgment(
            id="Serverless::Serverless-LambdaLatestVersion",
            reason="The wheels of the dependencies layer are for this version; both move together.",
        ),
        Acknowledgment(
            id="Serverless::Serverless-LambdaDLQ",
            reason="Queues, stream, schedule and workflows keep what failed; HTTP answers with it.",
        ),
    )
