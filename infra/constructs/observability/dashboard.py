"""The dashboard: a first row that answers "is it well?", and below it what each part does."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.observability import metrics
from infra.constructs.observability.alarms import Alarms, Watched, name_of

_WIDTH = 24
_READ_ME = """\
## Is it well?
**Yes**, if every alarm on the right is green. Otherwise:
- **events** or **queues**: what was done has not had its effects yet, such as emails. Nothing is lost.
- **dead letters**: a message waits for a person. Find its log by `sqs_message`, mend the cause, redrive.
- **services**: people meet errors now. Look at *Requests* and *Failing functions*.
- **mail**: SES refuses or soon will. *Emails* says why.

One request is followed by its `correlation_id` through all logs, up to its email.
"""


def make_dashboard(scope: Construct, *, watched: Watched, alarms: Alarms) -> cloudwatch.Dashboard:
    """Make the dashboard in `scope`."""
    board = cloudwatch.Dashboard(scope, "Dashboard", default_interval=Duration.days(1))
    board.add_widgets(
        cloudwatch.TextWidget(markdown=_READ_ME, width=8, height=6),
        _alarm_states(alarms),
    )
    board.add_widgets(*_single_values(scope, watched))
    graphs = [
        *_graphs_of_people(scope, watched),
        *_graphs_of_work(scope, watched),
        *_graphs_of_functions(scope, watched),
    ]
    for left in range(0, len(graphs), 2):
        board.add_widgets(*graphs[left : left + 2])
    return board


def _alarm_states(alarms: Alarms) -> cloudwatch.IWidget:
    """Return the state of every alarm, those that matter first to the people who use Usher at the top."""
    return cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms.all, width=16, height=6)


def _single_values(scope: Construct, watched: Watched) -> Sequence[cloudwatch.IWidget]:
    stage = watched.http.stage
    hour = Duration.hours(1)
    awaited = watched.mail.to_send.queue
    return [
        _now(
            "5xx, % of requests",
            metrics.percentage(
                stage.metric_server_error(period=metrics.PERIOD, statistic="Sum"),
                stage.metric_count(period=metrics.PERIOD),
                label="5xx, %",
            ),
        ),
        _now("Latency p99, ms", stage.metric_latency(period=metrics.PERIOD, statistic="p99")),
        _now(
            "Oldest email, s",
            awaited.metric_approximate_age_of_oldest_message(period=metrics.PERIOD, statistic="Maximum"),
        ),
        _now("Oldest event, s", metrics.of_sweep(scope, "OutboxAge", statistic="Maximum")),
        _now("Dead letters", _sum_of_dead_letters(watched)),
        _now("Sweeps in an hour (4)", metrics.of_function(scope, "sweep", "SweepRuns", period=hour)),
        _now("Emails sent in an hour", metrics.of_function(scope, "send_email", "EmailsSent", period=hour)),
        _now("SES quota used, %", metrics.of_sweep(scope, "EmailQuotaUsed", statistic="Maximum")),
    ]


def _sum_of_dead_letters(watched: Watched) -> cloudwatch.IMetric:
    counts = {
        f"m{number}": queue.metric_approximate_number_of_messages_visible(
            period=metrics.PERIOD, statistic="Maximum"
        )
        for number, queue in enumerate(watched.dead_letters)
    }
    return cloudwatch.MathExpression(
        expression="SUM(METRICS())", using_metrics=dict(counts), label="dead letters", period=metrics.PERIOD
    )


def _graphs_of_people(scope: Construct, watched: Watched) -> list[cloudwatch.IWidget]:
    """Return what people ask for and get."""
    stage = watched.http.stage
    return [
        _graph(
            "Requests",
            stage.metric_count(period=metrics.PERIOD),
            stage.metric_client_error(period=metrics.PERIOD, statistic="Sum"),
            metrics.too_many_requests(scope),
            stage.metric_server_error(period=metrics.PERIOD, statistic="Sum"),
        ),
        _graph(
            "Latency", *(stage.metric_latency(period=metrics.PERIOD, statistic=s) for s in ("p50", "p99"))
        ),
        _graph(
            "Invites",
            *_of(
                scope, "dispatch", "InvitesCreated", "InvitesAccepted", "JoinsWaiting", "LicensesOutOfSeats"
            ),
            *_of(scope, "api", "SeatsRefused"),
        ),
        _graph(
            "Emails",
            *_of(scope, "send_email", *metrics.OF_FUNCTIONS["send_email"]),
            *_of(scope, "record_delivery", *metrics.OF_FUNCTIONS["record_delivery"]),
        ),
    ]


def _graphs_of_work(scope: Construct, watched: Watched) -> list[cloudwatch.IWidget]:
    """Return what waits to be done, in the stream and in the queues."""
    return [
        _graph(
            "From an event to its effects",
            metrics.of_function(scope, "dispatch", "DispatchDelay", statistic="p50"),
            metrics.of_function(scope, "dispatch", "DispatchDelay", statistic="Maximum"),
        ),
        _graph("The stream's age, ms", metrics.iterator_age(watched.dispatch)),
        _graph(
            "Waiting in queues",
            *(
                work.queue.metric_approximate_number_of_messages_visible(
                    period=metrics.PERIOD, label=name_of(work.queue)
                )
                for work, _ in watched.oldest_in
            ),
        ),
        _graph(
            "The oldest in queues, s",
            *(
                work.queue.metric_approximate_age_of_oldest_message(
                    period=metrics.PERIOD, statistic="Maximum", label=name_of(work.queue)
                )
                for work, _ in watched.oldest_in
            ),
        ),
    ]


def _graphs_of_functions(scope: Construct, watched: Watched) -> list[cloudwatch.IWidget]:
    """Return what each function does, and the table behind them."""
    machine = watched.machine
    return [
        _graph("Failing functions, %", *(metrics.failure_rate(handler) for handler in watched.handlers)),
        _graph(
            "Duration of functions (p99)",
            *(h.function.metric_duration(period=metrics.PERIOD, statistic="p99") for h in watched.handlers),
        ),
        _graph("Cold starts", *(metrics.cold_starts(handler) for handler in watched.handlers)),
        _graph(
            "Starts of access",
            *_of(scope, "start_access", "Starts"),
            machine.metric_failed(period=metrics.PERIOD),
            metrics.of_sweep(scope, "LateStarts"),
        ),
        _graph(
            "Sweeps",
            *(metrics.of_sweep(scope, name) for name in ("SweepRuns", "SweepFailures", "RedispatchedEvents")),
        ),
        _graph(
            "Imports and webhooks",
            *_of(scope, "dispatch", "ImportRows", "ImportsFailed"),
            *_of(scope, "run_import", "IdleImportTurns"),
            *_of(scope, "deliver_webhook", "WebhooksDelivered", "WebhookFailures"),
        ),
        _graph(
            "What DynamoDB refuses",
            *(metrics.table_throttles(watched.table, index) for index in (None, *watched.table.index_names)),
        ),
    ]


def _of(scope: Construct, service: str, *names: str) -> list[cloudwatch.IMetric]:
    return [metrics.of_function(scope, service, name) for name in names]


def _now(title: str, metric: cloudwatch.IMetric) -> cloudwatch.IWidget:
    return cloudwatch.SingleValueWidget(
        title=title, metrics=[metric], width=3, height=3, sparkline=True, set_period_to_time_range=False
    )


def _graph(title: str, *shown: cloudwatch.IMetric) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(title=title, left=list(shown), width=_WIDTH // 2)
