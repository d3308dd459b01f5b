"""The metrics that alarms and the dashboard read: those of AWS's services, and those of Usher's functions."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.handler import Handler, metrics_namespace
from infra.constructs.http_api import HttpApi
from infra.constructs.mail import Mail
from infra.constructs.table import SeatTable

PERIOD = Duration.minutes(5)
SWEEP_PERIOD = Duration.minutes(15)
"""How often the sweep runs, and so how often it measures."""

OF_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "dispatch": (
        "DispatchDelay",
        "EventsDispatched",
        "ImportRows",
        "ImportsFailed",
        "InvitesAccepted",
        "InvitesCreated",
        "JoinsWaiting",
        "LicensesOutOfSeats",
    ),
    "api": ("SeatsRefused", "UnexpectedErrors"),
    "pages": ("UnexpectedErrors",),
    "send_email": (
        "EmailsHeldByOutage",
        "EmailsHeldByPause",
        "EmailsHeldByQuota",
        "EmailsHeldByRate",
        "EmailsSent",
    ),
    "record_delivery": ("EmailsBounced", "EmailsComplained", "EmailsDelivered", "EmailsRejected"),
    "sweep": (
        "EmailQuotaUsed",
        "LateStarts",
        "OutboxAge",
        "RedispatchedEvents",
        "SweepFailures",
        "SweepRuns",
    ),
    "start_access": ("Starts",),
    "deliver_webhook": ("WebhookFailures", "WebhooksDelivered"),
    "run_import": ("IdleImportTurns",),
}
"""The metrics that are read here, by the function that writes them (`functions/metrics.py`)."""


def of_function(
    scope: Construct,
    service: str,
    name: str,
    *,
    statistic: str = "Sum",
    period: Duration = PERIOD,
) -> cloudwatch.Metric:
    """Return a metric that the function `service` writes; KeyError or ValueError for one that it does not."""
    OF_FUNCTIONS[service].index(name)
    return cloudwatch.Metric(
        namespace=metrics_namespace(scope),
        metric_name=name,
        dimensions_map={"service": service},
        period=period,
        statistic=statistic,
    )


def of_sweep(scope: Construct, name: str, *, statistic: str = "Sum") -> cloudwatch.Metric:
    """Return a metric of the sweep, for each of its runs."""
    return of_function(scope, "sweep", name, statistic=statistic, period=SWEEP_PERIOD)


def cold_starts(handler: Handler) -> cloudwatch.Metric:
    """Return how many execution environments of a function served their first invocation."""
    return cloudwatch.Metric(
        namespace=metrics_namespace(handler),
        metric_name="ColdStarts",
        dimensions_map={"service": handler.name},
        label=handler.name,
        period=PERIOD,
        statistic="Sum",
    )


def too_many_requests(scope: Construct) -> cloudwatch.Metric:
    """Return the count of 429s, those of API Gateway and those of the functions."""
    return cloudwatch.Metric(
        namespace=metrics_namespace(scope),
        metric_name=HttpApi.TOO_MANY_REQUESTS,
        label="429",
        period=PERIOD,
        statistic="Sum",
    )


def percentage(
    part: cloudwatch.IMetric,
    of: cloudwatch.IMetric,
    *,
    label: str,
    period: Duration = PERIOD,
    unique: str = "",
) -> cloudwatch.MathExpression:
    """Return `part` as a percentage of `of`; nothing for a period without any.

    `unique` tells apart the names of several expressions in one graph.
    """
    part_id, whole_id = f"part{unique}", f"whole{unique}"
    return cloudwatch.MathExpression(
        expression=f"100 * FILL({part_id}, 0) / {whole_id}",
        using_metrics={part_id: part, whole_id: of},
        label=label,
        period=period,
    )


def failure_rate(handler: Handler, *, period: Duration = PERIOD) -> cloudwatch.MathExpression:
    """Return the percentage of a function's invocations that failed."""
    function = handler.function
    return percentage(
        function.metric_errors(period=period),
        function.metric_invocations(period=period),
        label=handler.name,
        period=period,
        unique=f"_{handler.name}",
    )


def throttle_rate(handler: Handler) -> cloudwatch.MathExpression:
    """Return the percentage of a function's invocations that Lambda refused, which counts them apart."""
    function = handler.function
    return cloudwatch.MathExpression(
        expression="100 * FILL(refused, 0) / (FILL(begun, 0) + FILL(refused, 0))",
        using_metrics={
            "refused": function.metric_throttles(period=PERIOD),
            "begun": function.metric_invocations(period=PERIOD),
        },
        label=handler.name,
        period=PERIOD,
    )


def iterator_age(dispatch: Handler) -> cloudwatch.Metric:
    """Return how long the oldest record of the stream has waited that dispatch read, in milliseconds."""
    return dispatch.function.metric("IteratorAge", period=PERIOD, statistic="Maximum")


def table_throttles(table: SeatTable, index: str | None) -> cloudwatch.MathExpression:
    """Return how many reads and writes of the table, or of one of its indexes, DynamoDB refused."""
    dimensions = {"TableName": table.table.table_name}
    if index is not None:
        dimensions["GlobalSecondaryIndexName"] = index
    place = index or "table"
    reads, writes = (
        cloudwatch.Metric(
            namespace="AWS/DynamoDB",
            metric_name=name,
            dimensions_map=dimensions,
            period=PERIOD,
            statistic="Sum",
        )
        for name in ("ReadThrottleEvents", "WriteThrottleEvents")
    )
    return cloudwatch.MathExpression(
        expression=f"FILL(reads_{place}, 0) + FILL(writes_{place}, 0)",
        using_metrics={f"reads_{place}": reads, f"writes_{place}": writes},
        label=place,
        period=PERIOD,
    )


def reputation(mail: Mail, name: str) -> cloudwatch.Metric:
    """Return a rate that SES keeps of the configuration set, 0 to 1."""
    return cloudwatch.Metric(
        namespace="AWS/SES",
        metric_name=name,
        dimensions_map={"ses:configuration-set": mail.configuration_set.configuration_set_name},
        period=Duration.hours(1),
        statistic="Average",
    )
